"""What a chart is made of: an axis, rows, marks; no markup, no meaning."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tick:
    """A line of the axis, at percent of the width."""

    at: str
    text: str

    @property
    def anchor(self) -> str:
        """``first`` or ``last`` where the text would stand over the edge of the chart."""
        place = float(self.at.rstrip("%"))
        return "first" if place < 4 else "last" if place > 96 else ""


@dataclass(frozen=True)
class Axis:
    """A scale from numbers (or days as ordinals) to percent of the width, a little off the edges."""

    low: float
    high: float
    ticks: tuple[Tick, ...] = ()

    MARGIN = 1.5

    def at(self, value: float) -> float:
        """Percent of the width; values outside stand at the edge."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.MARGIN + (100 - 2 * self.MARGIN) * min(1.0, max(0.0, share))

    def day(self, day: dt.date) -> float:
        """Percent of the width at which a day begins."""
        return self.at(day.toordinal())


@dataclass(frozen=True)
class Mark:
    """One thing drawn in a row: ``shape`` is a name that the templates know, ``kind`` its colour."""

    shape: str
    kind: str
    x: str
    width: str = ""
    title: str = ""
    counts: bool = True
    """Whether it stands for one row of the data (a qualifier under a spell does not)."""
    y: float = 11
    """Pixels from the top of the row: marks of one day stand above each other."""


@dataclass
class Line:
    """A row of a chart: what it is, what is drawn, and the same in words."""

    label: str
    value: str
    marks: list[Mark]
    record: str | None = None
    note: str = ""
    filters: dict[str, str] = field(default_factory=dict)


@dataclass
class Group:
    """Rows under one heading."""

    title: str
    lines: list[Line]
    record: str | None = None


@dataclass
class Chart:
    """A figure: heading, the sentence that stands for it, rows, legend."""

    ident: str
    title: str
    summary: str
    axis: Axis
    groups: list[Group]
    unit: str
    label: str = "Row"
    value: str = "In words"
    legend: list[tuple[str, str, str]] = field(default_factory=list)
    """Shape, kind, meaning."""

    @property
    def marks(self) -> int:
        """Marks that stand for rows of the data."""
        return sum(
            mark.counts for group in self.groups for line in group.lines for mark in line.marks
        )


def percent(value: float) -> str:
    """A coordinate, with no digits that nobody sees."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def numbers(highest: float) -> Axis:
    """An axis from nought to a round number that holds ``highest``."""
    top = max(1.0, highest)
    step = 10 ** math.floor(math.log10(top))
    for factor in (1, 2, 2.5, 5, 10):
        if step * factor * 4 >= top:
            step = step * factor
            break
    step = max(1, step)
    count = math.ceil(top / step)
    plain = Axis(0, count * step)
    ticks = tuple(Tick(percent(plain.at(i * step)), f"{i * step:,.0f}") for i in range(count + 1))
    return Axis(0, count * step, ticks)


def years(first: dt.date, last: dt.date, most: int = 7) -> Axis:
    """An axis of days from the year of ``first`` to the end of that of ``last``."""
    begin, end = first.year, last.year + 1
    span = end - begin
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 500) if span / s <= most)
    low, high = dt.date(begin, 1, 1).toordinal(), dt.date(end, 1, 1).toordinal()
    plain = Axis(low, high)
    marks = range(begin + (-begin) % step, end + (0 if span % step else 1), step)
    ticks = tuple(Tick(percent(plain.day(dt.date(y, 1, 1))), str(y)) for y in marks)
    return Axis(low, high, ticks)


def months(first: dt.date, last: dt.date) -> Axis:
    """An axis of days between two days, with four or five dates on it."""
    low, high = first.toordinal(), max(last.toordinal(), first.toordinal() + 1)
    if high - low > 5 * 365:
        return years(first, last, 5)
    plain = Axis(low, high)
    parts = min(3, high - low)
    days = [dt.date.fromordinal(low + round(i * (high - low) / parts)) for i in range(parts + 1)]
    return Axis(low, high, tuple(Tick(percent(plain.day(d)), d.isoformat()) for d in days))
