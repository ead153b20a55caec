"""Events as points over coast, lakes and rivers; no boundaries are drawn."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from caucasus_data.site import words
from caucasus_data.site.charts.timeline import ATTRIBUTIONS
from caucasus_data.site.content import Content

WIDTH = 1000
RADIUS = 7
_GOLDEN = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Base:
    """The land under the points, as SVG paths; natural features only."""

    frame: tuple[float, float, float, float]
    land: str
    lakes: str
    rivers: str
    height: int
    source: str

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Pixels of a place: plate carrée, true to scale in the middle of the frame."""
        west, south, east, north = self.frame
        x = (longitude - west) / (east - west) * WIDTH
        y = (north - latitude) / (north - south) * self.height
        return x, y

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies in the frame."""
        west, south, east, north = self.frame
        return west <= longitude <= east and south <= latitude <= north


@lru_cache(maxsize=1)
def base() -> Base:
    """The base map that ``caucasus_data.plot`` carries."""
    text = (
        resources.files("caucasus_data")
        .joinpath("plot", "basemap.json")
        .read_text(encoding="utf-8")
    )
    found = json.loads(text)
    west, south, east, north = found["frame"]
    height = round(
        WIDTH * (north - south) / ((east - west) * math.cos(math.radians((north + south) / 2)))
    )
    empty = Base((west, south, east, north), "", "", "", height, str(found["source"]))

    def path(name: str, closed: bool) -> str:
        shape = found["layers"][name]
        lines = shape["coordinates"]
        if shape["type"] == "MultiPolygon":
            lines = [ring for polygon in lines for ring in polygon]
        drawn = []
        for line in lines:
            points = [empty.at(x, y) for x, y, *_ in line]
            drawn.append(
                "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")
            )
        return "".join(drawn)

    return Base(
        empty.frame,
        path("land", True),
        path("lakes", True),
        path("rivers", False),
        height,
        empty.source,
    )


@dataclass
class Point:
    """An event: where its place is, how far it is moved aside, how it looks."""

    record: str
    title: str
    shape: str
    kind: str
    x: float
    y: float
    dx: float
    dy: float
    filters: dict[str, str]


@dataclass
class Map:
    """The whole chart."""

    summary: str
    base: Base
    points: list[Point]
    elsewhere: list[str]
    """Events with coordinates outside the frame."""
    without: int
    """Events without coordinates."""

    @property
    def marks(self) -> int:
        """Events drawn."""
        return len(self.points)


def map_of_events(content: Content) -> Map:
    """Every event that has coordinates inside the frame; events of one place lie around it."""
    ground = base()
    rows = content.rows("events")
    located = [r for r in rows if r["latitude"] is not None and r["longitude"] is not None]
    inside = [r for r in located if ground.holds(r["longitude"], r["latitude"])]
    by_place: dict[tuple[float, float], int] = defaultdict(int)
    points = []
    for row in sorted(
        inside, key=lambda r: (r["date_earliest"] is None, r["date_earliest"], r["event_id"])
    ):
        where = (row["longitude"], row["latitude"])
        n = by_place[where]
        by_place[where] += 1
        away, angle = 1.15 * RADIUS * math.sqrt(n), n * _GOLDEN
        x, y = ground.at(*where)
        place = content.label(row["place_id"]) if row["place_id"] else "own coordinates"
        attribution = str(row["attribution"] or "undisputed")
        points.append(
            Point(
                row["event_id"], f"{words.date_words(row['date_edtf'])}, {place}: {row['title']}",
                ATTRIBUTIONS.get(attribution, "circle"), attribution, round(x, 1), round(y, 1),
                round(away * math.cos(angle), 1), round(away * math.sin(angle), 1),
                {
                    "type": words.plain(row["event_type"]), "attribution": words.plain(attribution),
                    "year": str(row["date_earliest"].year) if row["date_earliest"] else "no day", "place": place,
                },
            )
        )  # fmt: skip
    top = sorted(by_place.items(), key=lambda item: (-item[1], item[0]))[:3]
    names = {
        (r["longitude"], r["latitude"]): content.label(r["place_id"])
        if r["place_id"]
        else "a place without a name"
        for r in reversed(inside)
    }
    most = words.listed([f"{names[where]} ({count})" for where, count in top])
    summary = (
        f"{words.count(len(points), 'event')} at {words.count(len(by_place), 'place')}"
        + (f", most at {most}" if top else "")
        + f"; {words.number(len(located) - len(inside))} lie outside the map and {words.number(len(rows) - len(located))} have no place of their own."
    )
    elsewhere = [r["event_id"] for r in located if r not in inside]
    return Map(summary, ground, points, elsewhere, len(rows) - len(located))
