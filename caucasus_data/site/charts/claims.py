"""Casualty claims of an event side by side, and what was known by which day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from caucasus_data.site import words
from caucasus_data.site.charts.shape import Axis, Chart, Group, Line, Mark, numbers, percent
from caucasus_data.site.content import Content, Row
from caucasus_data.site.heading import harmed

STANCES = {
    "own": "the side that was harmed",
    "opposing": "the other side",
    "independent": "a third party",
}
_SHAPES = {"own": "circle", "opposing": "square", "independent": "diamond"}
TYPES = (
    "killed",
    "wounded",
    "missing",
    "captured",
    "killed_or_missing",
    "killed_or_wounded",
    "detained",
    "displaced",
    "returned",
    "remains_held",
)


class Claims:
    """Claims with who they are from (own, opposing, independent) and since when they were known.

    The only part of the explorer that computes with pandas: the same functions as the API.
    """

    def __init__(self, content: Content) -> None:
        import pandas as pd

        from caucasus_data.derive.ranges import known_on
        from caucasus_data.derive.sides import stance_of
        from caucasus_data.loading import load

        self.content = content
        self.frames = {
            name: load(name, content.version)
            for name in ("casualties", "event_actors", "actors", "sources", "events")
        }
        self._up = self.frames["actors"].set_index("actor_id")["parent_id"]
        self._cut: tuple[str, dict[str, Any]] = ("", {})
        self.end = pd.Timestamp(content.coverage_end)
        claims = self.frames["casualties"]
        ids = claims["casualty_id"].astype(str)
        known = known_on(claims, self.frames["sources"], self.end)
        self.known = {i: day.date() for i, day in zip(ids, known, strict=True)}
        stance = stance_of(claims, self.frames["event_actors"], self.frames["actors"])
        self.stance = dict(zip(ids, stance, strict=True))
        self.revised = {
            row["revision_of_id"]: row
            for row in content.rows("casualties")
            if row["revision_of_id"]
        }

    def side(self, claim: Row) -> str:
        """Whose claim it is, seen from those who were harmed."""
        return str(self.stance[claim["casualty_id"]])

    def since(self, claim: Row) -> str:
        """Since when a claim was known, in words."""
        source = self.content.by_id.get(claim["source_id"], {})
        if claim["claimed_on_edtf"] is None and source.get("published_edtf") is None:
            return "day not known"
        return f"known by {words.day_words(self.known[claim['casualty_id']])}"

    def ranges(self, event: str, day: dt.date) -> Any:
        """Ranges of an event as known on a day."""
        import pandas as pd

        from caucasus_data.derive.ranges import casualty_ranges

        # cut down to one event, ranging takes as long for any number of events
        if self._cut[0] != event:
            ours = self._of("casualties", "event_id", [event])
            named = set(ours["affected_actor_id"]) | set(ours["claimant_id"])
            while above := set(self._up.reindex(list(named)).dropna()) - named:
                named |= above
            self._cut = (
                event,
                {
                    "claims": ours,
                    "event_actors": self._of("event_actors", "event_id", [event]),
                    "actors": self._of("actors", "actor_id", named),
                    "sources": self._of("sources", "source_id", ours["source_id"]),
                    "events": self._of("events", "event_id", [event]),
                },
            )
        return casualty_ranges(
            **self._cut[1],
            coverage_end=self.end,
            as_of=pd.Timestamp(day),
        )

    def _of(self, table: str, column: str, values: Any) -> Any:
        frame = self.frames[table]
        return frame[frame[column].isin(values)]


def ends_of(claim: Row) -> tuple[float | None, float | None]:
    """Lowest and highest number that a claim asserts; None where it leaves that end open."""
    low = claim["low"] if claim["low"] is not None else claim["best"]
    high = claim["high"] if claim["high"] is not None else claim["best"]
    return low, high


def mark_of(claim: Row, axis: Axis, side: str, title: str) -> list[Mark]:
    """A point, an interval, or a point with an open end; nothing for words only."""
    low, high = ends_of(claim)
    if low is None and high is None:
        return []
    shape = _SHAPES[side]
    if low is not None and high is not None:
        if low == high:
            return [Mark(shape, side, percent(axis.at(low)), title=title)]
        x = axis.at(low)
        return [Mark("span", side, percent(x), percent(max(axis.at(high) - x, 0.6)), title)]
    at = axis.at(low if low is not None else high or 0)
    shape_of_end = "more" if high is None else "less"
    return [
        Mark(shape_of_end, side, percent(at), title=title, counts=False),
        Mark(shape, side, percent(at), title=title),
    ]


def claims_charts(event: str, claims: Claims, prefix: str = "claims") -> list[Chart]:
    """One chart for each type of harm that somebody gave a number of."""
    content = claims.content
    by_type: dict[str, list[Row]] = defaultdict(list)
    for claim in content.claims_of.get(event, []):
        if claim["revision_kind"] != "withdraws":
            by_type[str(claim["type"])].append(claim)
    charts = []
    for kind in TYPES:
        rows = by_type.get(kind, [])
        highest = [value for row in rows for value in ends_of(row) if value is not None]
        if not highest:
            continue
        axis = numbers(max(highest))
        groups: dict[str, list[Line]] = defaultdict(list)
        for row in sorted(
            rows,
            key=lambda r: (harmed(r, content), claims.known[r["casualty_id"]], r["casualty_id"]),
        ):
            groups[harmed(row, content)].append(_line(row, claims, axis))
        charts.append(
            Chart(
                f"{prefix}-{kind}",
                f"{words.capital(words.plain(kind))}: who claimed what",
                _summary(rows, kind, claims),
                axis,
                [Group(title, lines) for title, lines in groups.items()],
                unit="persons; an arrow where a claim leaves the number open; pale where a later claim revises it",
                label="Claimant",
                legend=[(_SHAPES[s], s, f"said by {meaning}") for s, meaning in STANCES.items()],
            )
        )
    return charts


def _line(row: Row, claims: Claims, axis: Axis) -> Line:
    content, side = claims.content, claims.side(row)
    claimant = content.label(row["claimant_id"]) if row["claimant_id"] else "unnamed claimant"
    said = words.claim_value(row)
    later = claims.revised.get(row["casualty_id"])
    notes = [f"said by {STANCES[side]}", claims.since(row)]
    if row["scope"] == "part":
        notes.append("part of the whole only")
    if row["tally"] == "increment":
        notes.append("an increment")
    if row["cause"] not in (None, "violence", "unknown"):
        notes.append(f"cause: {words.plain(row['cause'])}")
    if later is not None:
        notes.append(f"revised by {later['casualty_id']}")
    marks = mark_of(row, axis, side, f"{claimant}: {said}")
    if later is not None:
        marks = [Mark(m.shape, f"{m.kind} revised", m.x, m.width, m.title, m.counts) for m in marks]
    return Line(
        claimant,
        said,
        marks,
        record=row["casualty_id"],
        note="; ".join(notes),
        filters={"side": side, "type": str(row["type"])},
    )


def _summary(rows: list[Row], kind: str, claims: Claims) -> str:
    numbers_of: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        numbers_of[claims.side(row)] += [value for value in ends_of(row) if value is not None]
    parts = [
        f"{words.span(min(found), max(found))} by {STANCES[side]}"
        for side in STANCES
        if (found := numbers_of.get(side))
    ]
    claimants = {row["claimant_id"] for row in rows}
    return (
        f"{words.count(len(rows), 'claim')} by {words.count(len(claimants), 'claimant')} on the {words.plain(kind)}; "
        f"single numbers run from {words.listed(parts)}."
    )
