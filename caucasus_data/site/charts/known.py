"""What was known by day: how the ranges of an event moved as claims were made and revised."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from caucasus_data.site import words
from caucasus_data.site.charts.claims import TYPES, Claims
from caucasus_data.site.charts.shape import Axis, months, percent
from caucasus_data.site.content import Row
from caucasus_data.site.heading import harmed


@dataclass
class Step:
    """What claims made by a day say of one cell."""

    day: dt.date
    low: int | None
    high: int | None
    claims: int


@dataclass
class Known:
    """The course of what was known of one cell of an event."""

    title: str
    summary: str
    steps: list[Step]
    axis: Axis
    top: float
    ident: str

    HEIGHT = 72

    @property
    def most(self) -> float:
        """The highest number said: where the chart has a line."""
        return max(v for s in self.steps for v in (s.low, s.high) if v is not None)

    def y(self, value: float) -> float:
        """Pixels from the top at which a number stands."""
        return round(self.HEIGHT - 4 - (self.HEIGHT - 14) * value / (self.top or 1), 1)

    def said(self, step: Step) -> str:
        """A step's range in words."""
        return words.span(step.low, step.high)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """A rectangle for each step, up to the next or to the end of the axis."""
        found = []
        for step, after in zip(self.steps, [*self.steps[1:], None], strict=True):
            x = self.axis.day(step.day)
            to = self.axis.day(after.day) if after else 100 - self.axis.MARGIN
            low = step.low if step.low is not None else 0
            high = (
                step.high if step.high is not None else (self.top if step.low is not None else None)
            )
            if high is None:
                continue
            top, bottom = self.y(high), self.y(low)
            is_open = step.high is None or step.low is None
            found.append(
                {"x": percent(x), "width": percent(max(to - x, 0.3)), "y": top, "height": max(round(bottom - top, 1), 3.0),
                 "kind": "open" if is_open else "known", "title": f"{step.day.isoformat()}: {words.span(step.low, step.high)}"}
            )  # fmt: skip
        return found


def known_by_day(event: str, claims: Claims) -> list[Known]:
    """For each cell with more than one state of knowledge, its course over the days."""
    content = claims.content
    rows = content.claims_of.get(event, [])
    days = sorted({claims.known[row["casualty_id"]] for row in rows})
    if len(days) < 2:
        return []
    courses: dict[tuple[str, ...], list[Step]] = defaultdict(list)
    cell_rows: dict[tuple[str, ...], Row] = {}
    for day in days:
        frame = claims.ranges(event, day)
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            cell = tuple(
                str(row[c] or "")
                for c in ("period_edtf", "place_id", "affected_actor_id", "victim_group", "type")
            )
            step = Step(day, row["all_low"], row["all_high"], row["n_claims"])
            course = courses[cell]
            cell_rows[cell] = row
            if not course or (course[-1].low, course[-1].high) != (step.low, step.high):
                course.append(step)
    found = []
    for number, (cell, steps) in enumerate(
        sorted(courses.items(), key=lambda item: (TYPES.index(item[0][4]), item[0])), 1
    ):
        if len(steps) < 2:
            continue
        ends = [v for s in steps for v in (s.low, s.high) if v is not None]
        first, last = steps[0], steps[-1]
        after = max(dt.timedelta(days=7), (last.day - first.day) / 4)
        summary = (
            f"{words.span(first.low, first.high)} by {words.day_words(first.day)}, "
            f"{words.span(last.low, last.high)} by {words.day_words(last.day)}, after {words.count(len(steps) - 1, 'change')}."
        )
        found.append(
            Known(
                harmed(cell_rows[cell], content, whole=True),
                summary,
                steps,
                months(first.day, min(last.day + after, max(last.day, content.coverage_end))),
                max(ends) * 1.08,
                f"known-{number}",
            )
        )
    return found
