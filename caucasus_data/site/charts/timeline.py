"""Events on a line of years, in lanes by conflict; and how many there were in each year."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from caucasus_data.site import words
from caucasus_data.site.charts.shape import Axis, numbers, percent, years
from caucasus_data.site.content import Content, Row

ATTRIBUTIONS = {"undisputed": "circle", "disputed": "diamond", "unknown": "ring"}
"""Shape by what is said of who did it; ``None`` where the question does not arise."""
OUTSIDE = "Outside the conflicts"
WIDTH = 900
"""Pixels assumed when marks are laid beside each other; scripts lay them out anew."""
ROW = 16


@dataclass
class Dot:
    """An event on the line: a point, or a bar if it lasted."""

    record: str
    title: str
    shape: str
    kind: str
    x: str
    width: str
    row: int
    first: int
    last: int
    filters: dict[str, str]


@dataclass
class Lane:
    """Events of one conflict."""

    title: str
    dots: list[Dot] = field(default_factory=list)
    rows: int = 1
    record: str | None = None

    @property
    def height(self) -> int:
        """Pixels."""
        return self.rows * ROW + 6


@dataclass
class Timeline:
    """The whole chart."""

    summary: str
    axis: Axis
    lanes: list[Lane]
    without_day: list[Row]

    @property
    def first_year(self) -> int:
        """Year in which the axis begins."""
        return dt.date.fromordinal(int(self.axis.low)).year

    @property
    def marks(self) -> int:
        """Events drawn."""
        return sum(len(lane.dots) for lane in self.lanes)


def _filters(row: Row, content: Content) -> dict[str, str]:
    conflict = content.conflict_of(row["event_id"])
    return {
        "conflict": content.label(conflict) if conflict else OUTSIDE,
        "type": words.plain(row["event_type"]),
        "attribution": words.plain(row["attribution"] or "undisputed"),
        "occurrence": words.plain(row["occurrence"]),
    }


def timeline(content: Content) -> Timeline | None:
    """All dated events; None if there is none."""
    rows = [row for row in content.rows("events") if row["date_earliest"] is not None]
    if not rows:
        return None
    first = min(row["date_earliest"] for row in rows)
    axis = years(first, content.coverage_end, 10)
    lanes: dict[str, Lane] = {}
    free: dict[str, list[float]] = defaultdict(list)
    conflicts: dict[str, str | None] = {}
    for row in sorted(rows, key=lambda r: (r["date_earliest"], r["event_id"])):
        filters = _filters(row, content)
        name = filters["conflict"]
        conflicts[name] = content.conflict_of(row["event_id"])
        lane = lanes.setdefault(name, Lane(name, record=conflicts[name]))
        x, to = axis.day(row["date_earliest"]), axis.day(row["date_latest"] or row["date_earliest"])
        needed = 1440 / WIDTH
        slots = free[name]
        at = next((i for i, end in enumerate(slots) if end <= x), len(slots))
        if at == len(slots):
            slots.append(0.0)
        slots[at] = max(to, x) + needed
        lane.rows = len(slots)
        said = f"{words.date_words(row['date_edtf'])}: {row['title']} ({filters['type']}, attribution {filters['attribution']})"
        lane.dots.append(
            Dot(
                row["event_id"], said, ATTRIBUTIONS.get(str(row["attribution"]), "circle"), str(row["attribution"] or "undisputed"),
                percent(x), percent(to - x) if to - x > 0.15 else "", at,
                row["date_earliest"].toordinal(), (row["date_latest"] or row["date_earliest"]).toordinal(), filters,
            )
        )  # fmt: skip
    ordered = sorted(
        lanes.values(), key=lambda lane: (lane.title == OUTSIDE, lane.dots[0].first, lane.title)
    )
    disputed = sum(1 for row in rows if row["attribution"] == "disputed")
    busiest, most = _busiest(rows)
    summary = (
        f"{words.count(len(rows), 'event')} from {words.day_words(first)} to {words.day_words(content.coverage_end)} in "
        f"{words.count(len(ordered), 'row')}, most of them in {busiest} ({words.number(most)}); who did it is disputed in {words.number(disputed)}."
    )
    return Timeline(
        summary,
        axis,
        ordered,
        [row for row in content.rows("events") if row["date_earliest"] is None],
    )


def _busiest(rows: list[Row]) -> tuple[int, int]:
    found = Counter(row["date_earliest"].year for row in rows)
    return min(found.items(), key=lambda item: (-item[1], item[0]))


@dataclass
class Column:
    """A bar that stands: the number of one year."""

    year: int
    count: int
    x: str
    width: str
    y: float
    height: float
    disputed: int
    disputed_height: float


@dataclass
class Years:
    """Events by year."""

    summary: str
    columns: list[Column]
    labels: list[tuple[str, str]]
    top: str

    HEIGHT = 120


def by_year(content: Content) -> Years | None:
    """How many events began in each year, and of how many the attribution is disputed."""
    rows = [row for row in content.rows("events") if row["date_earliest"] is not None]
    if not rows:
        return None
    counts = Counter(row["date_earliest"].year for row in rows)
    disputed = Counter(
        row["date_earliest"].year for row in rows if row["attribution"] == "disputed"
    )
    first, last = min(counts), max(content.coverage_end.year, max(counts))
    top = numbers(max(counts.values())).high
    axis = Axis(first, last + 1)
    step = 100 / (last + 1 - first) * 0.97
    columns = []
    for year in range(first, last + 1):
        high, dark = ((Years.HEIGHT * n / top) for n in (counts[year], disputed[year]))
        columns.append(
            Column(
                year,
                counts[year],
                percent(axis.at(year)),
                percent(step * 0.8),
                round(Years.HEIGHT - high, 1),
                round(high, 1),
                disputed[year],
                round(dark, 1),
            )
        )
    every = 5 if last - first > 12 else 1
    labels = [
        (percent(axis.at(y) + step * 0.4), str(y)) for y in range(first, last + 1) if y % every == 0
    ]
    busiest, most = _busiest(rows)
    summary = (
        f"{words.count(len(rows), 'event')} that began from {first} to {last}; the most, {words.number(most)}, in {busiest}. "
        f"Attribution is disputed in {words.number(sum(disputed.values()))}."
    )
    return Years(summary, columns, labels, words.number(int(top)))
