"""The map: events as points over coast, lakes and rivers, one mark an event. No boundaries.

The basemap is a file that ``natural_earth`` made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from caucasus_data import locate
from caucasus_data.plot import theme
from caucasus_data.plot.frames import Frames, Given, choose, counted, listed, records
from caucasus_data.plot.timeline_ import conflict_of

BASEMAP = Path(__file__).with_name("basemap.json")
# The scope rules of the dataset, by which an event is in it.
SCOPES = {
    1: "violence or upheaval",
    2: "diplomacy",
    3: "act of an institution",
    4: "law or vote",
    5: "coercion or its end",
    6: "people",
}
# Pixels: places nearer than this are one cluster, those up to the second if the cluster is that wide,
# events of a cluster stand this far apart, but none further than the last from its middle.
_NEAR, _REACH, _APART, _WIDEST = 14.0, 18.0, 7.4, 30.0
_GOLDEN = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Projection:
    """Mercator, fitted to the frame of the basemap: degrees to pixels and back."""

    west: float
    south: float
    east: float
    north: float
    width: float = theme.WIDTH

    @property
    def scale(self) -> float:
        """Pixels a radian of longitude."""
        return self.width / math.radians(self.east - self.west)

    @staticmethod
    def _up(latitude: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))

    @property
    def height(self) -> float:
        """Pixels."""
        return float(round(self.scale * (self._up(self.north) - self._up(self.south))))

    def pixel(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point is drawn, from the upper left."""
        return (
            math.radians(longitude - self.west) * self.scale,
            (self._up(self.north) - self._up(latitude)) * self.scale,
        )

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel."""
        up = self._up(self.north) - y / self.scale
        return self.west + math.degrees(x / self.scale), math.degrees(
            2 * math.atan(math.exp(up)) - math.pi / 2
        )

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies in the frame."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def spec(self) -> dict[str, Any]:
        """As the renderer takes it; precision 0 draws the straight lines that are given."""
        centre = self.degrees(self.width / 2, self.height / 2)
        return {
            "type": "mercator", "scale": self.scale, "center": list(centre),
            "translate": [self.width / 2, self.height / 2], "precision": 0,
        }  # fmt: skip


@dataclass
class _Cluster:
    """Places too near each other to be told apart, with the events in them."""

    x: float
    y: float
    names: list[str] = field(default_factory=list)
    events: list[int] = field(default_factory=list)

    @property
    def radius(self) -> float:
        return self.apart * math.sqrt(len(self.events))

    @property
    def apart(self) -> float:
        """How far its events stand apart: less where they are many, so that none strays."""
        return min(_APART, _WIDEST / math.sqrt(max(len(self.events), 1)))


def _clusters(points: Iterable[tuple[int, str, float, float]]) -> list[_Cluster]:
    """Events (number, place, x, y) gathered around the places with the most of them."""
    at: dict[tuple[float, float, str], list[int]] = {}
    for number, name, x, y in points:
        at.setdefault((x, y, name), []).append(number)
    found: list[_Cluster] = []
    for (x, y, name), numbers in sorted(at.items(), key=lambda item: (-len(item[1]), item[0])):
        near = next(
            (
                c
                for c in found
                if math.hypot(c.x - x, c.y - y) < min(max(_NEAR, c.radius + 2), _REACH)
            ),
            None,
        )
        if near is None:
            near = _Cluster(x, y)
            found.append(near)
        if name and name not in near.names:
            near.names.append(name)
        near.events += numbers
    return found


def _labels(clusters: list[_Cluster], projection: Projection) -> list[dict[str, Any]]:
    """Names beside the clusters where they cover neither marks nor each other."""
    taken = [(c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius) for c in clusters]
    rows = []
    for cluster in sorted(clusters, key=lambda c: (-len(c.events), c.x, c.y)):
        text = ", ".join(sorted(cluster.names))
        if not text:
            continue
        wide, away = 5.7 * len(text), cluster.radius + 3
        for align, dx, dy in (
            ("left", away, 0),
            ("right", -away, 0),
            ("center", 0, away + 6),
            ("center", 0, -away - 6),
        ):
            x0 = cluster.x + dx - {"left": 0, "right": wide, "center": wide / 2}[align]
            box = (x0, cluster.y + dy - 6, x0 + wide, cluster.y + dy + 6)
            inside = (
                box[0] > 0
                and box[2] < projection.width
                and box[1] > 0
                and box[3] < projection.height
            )
            clear = all(
                box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in taken
            )
            if inside and clear:
                taken.append(box)
                longitude, latitude = projection.degrees(cluster.x + dx, cluster.y + dy)
                rows.append(
                    {"text": text, "align": align, "longitude": longitude, "latitude": latitude}
                )
                break
    return rows


def _ground(layers: dict[str, Any]) -> list[Any]:
    looks: dict[str, dict[str, Any]] = {
        "land": {"fill": theme.LAND},
        "rivers": {"filled": False, "stroke": "#8fb3cc", "strokeWidth": 0.7},
        "lakes": {"fill": theme.WATER, "stroke": "#8fb3cc", "strokeWidth": 0.6},
        "coastlines": {"filled": False, "stroke": "#8a8a8a", "strokeWidth": 0.7},
    }
    return [
        alt.Chart(
            theme.data([{"type": "Feature", "properties": {}, "geometry": layers[name]}])
        ).mark_geoshape(aria=False, clip=True, **look)
        for name, look in looks.items()
    ]


def map(
    conflict: str | None = None, version: str | None = None, frames: Given = None
) -> theme.Chart:
    """Events that have a point within 35–56° E, 36–48° N; colour and shape by the scope rule.

    Events too near each other are fanned out around their place. ``conflict``: only the events
    of one conflict (id or title); ``version``, a release; ``frames``, tables that are loaded
    already. Raises ``UnknownName``.
    """
    tables = Frames(version, frames)
    events = tables["events"].assign(conflict=conflict_of(tables["events"]))
    title = "Where it happened: events by kind"
    if conflict is not None:
        top = events[events["event_type"].astype(str) == "conflict"]
        titles = dict(zip(top["event_id"].astype(str), top["title"].astype(str), strict=True))
        chosen = choose("conflict", conflict, {key: [name] for key, name in titles.items()})
        events = events[events["conflict"] == chosen]
        title = f"{titles[chosen]}: where it happened"
    ground = json.loads(BASEMAP.read_text(encoding="utf-8"))
    projection = Projection(*ground["frame"])
    places = tables.names("places", "name")
    located = events.dropna(subset=["latitude", "longitude"]).reset_index(drop=True)
    within = [projection.holds(float(e.longitude), float(e.latitude)) for e in records(located)]
    shown = located[pd.Series(within, index=located.index, dtype=bool)].reset_index(drop=True)
    clusters = _clusters(
        (
            number,
            "" if pd.isna(e.place_id) else places.get(str(e.place_id), ""),
            *projection.pixel(float(e.longitude), float(e.latitude)),
        )
        for number, e in enumerate(records(shown))
    )
    marks: list[dict[str, Any]] = []
    of_number = records(shown)
    for cluster in clusters:
        for i, number in enumerate(cluster.events):
            event = of_number[number]
            away = 0.0 if len(cluster.events) == 1 else cluster.apart * math.sqrt(i)
            x, y = (
                cluster.x + away * math.cos(i * _GOLDEN),
                cluster.y + away * math.sin(i * _GOLDEN),
            )
            longitude, latitude = projection.degrees(x, y)
            place = "" if pd.isna(event.place_id) else places.get(str(event.place_id), "")
            kind = (
                SCOPES.get(int(event.scope_rule), "other")
                if not pd.isna(event.scope_rule)
                else "other"
            )
            marks.append(
                {
                    "id": event.event_id, "event": event.title, "date": event.date_edtf, "place": place, "kind": kind,
                    "said": f"{event.title}, {event.date_edtf}, {place}",
                    "longitude": round(longitude, 4), "latitude": round(latitude, 4),
                }
            )  # fmt: skip
    present = [
        kind for kind in (*SCOPES.values(), "other") if any(mark["kind"] == kind for mark in marks)
    ]
    look = theme.categories("kind", present, None, columns=6)
    points = (
        alt.Chart(theme.data(marks))
        .mark_point(size=42, filled=True, opacity=1, stroke="white", strokeWidth=0.5)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("event", "date", "place", "kind", "id")],
            description="said:N",
            **look,
        )
    )
    labels = _labels(clusters, projection)
    texts = [
        alt.Chart(theme.data([row for row in labels if row["align"] == align]))
        .mark_text(align=align, fontSize=11, color=theme.INK, aria=False)
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="text:N")
        for align in ("left", "right", "center")
        if any(row["align"] == align for row in labels)
    ]
    outside, without = len(located) - len(shown), len(events) - len(located)
    left_out = (
        f"Not drawn: {counted(outside, 'event')} outside the frame, {without:,} whose place is an area or not known. "
        "Events too near to each other are fanned out around their place."
    )
    return theme.finished(
        [*_ground(ground["layers"]), *texts, points],
        frames=tables,
        title=title,
        subtitle=f"{counted(len(shown), 'event')} of {len(events):,} with a point in 35–56° E, 36–48° N (Mercator)",
        notes=[
            left_out,
            str(locate.spec().dataset["disclaimer"]),
            f"Map: {ground['source']}; no boundaries are drawn.",
        ],
        sentence=_sentence(shown, clusters, present, marks, outside, without),
        height=projection.height,
        below=10,
        projection=projection.spec(),
        view=alt.ViewBackground(fill=theme.WATER, stroke=None),
    )


def _sentence(
    shown: pd.DataFrame,
    clusters: list[_Cluster],
    kinds: list[str],
    marks: list[dict[str, Any]],
    outside: int,
    without: int,
) -> str:
    if shown.empty:
        return "Map of the South Caucasus without events."
    most = sorted(clusters, key=lambda c: -len(c.events))[:3]
    where = listed(f"{' and '.join(c.names) or 'one point'} ({len(c.events)})" for c in most)
    what = listed(f"{kind} ({sum(mark['kind'] == kind for mark in marks)})" for kind in kinds)
    return (
        f"Map of {counted(len(shown), 'event')} in the South Caucasus over coast, lakes and rivers, without boundaries; "
        f"the most are in {where}. By kind: {what}. {outside} lie outside the frame and {without} have no point."
    )
