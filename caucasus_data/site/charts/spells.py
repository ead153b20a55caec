"""Memberships as spells: what certainly held, what may have held (hatched), what limited it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from caucasus_data.site import words
from caucasus_data.site.charts.shape import Axis, Chart, Group, Line, Mark, percent, years
from caucasus_data.site.content import Content, Row

TRACKS = {
    "tie": "member, participating state or associate",
    "partnership": "observer, partner or guest",
    "accession": "on the way in: applicant, candidate",
}


def bounds(row: Row, end: dt.date) -> tuple[dt.date, dt.date, dt.date, dt.date] | None:
    """Days between which a spell possibly and certainly holds: possible from, certain from,
    certain to, possible to (both ends exclusive); None for ``never`` and for spells without a start."""
    if row["status"] == "never" or row["start_earliest"] is None:
        return None
    beyond = end + dt.timedelta(days=1)
    lasts = row["end_edtf"] is None and row["end_basis"] is None
    return (
        row["start_earliest"],
        row["start_latest"],
        beyond if lasts else row["end_earliest"] or beyond,
        beyond if lasts else row["end_latest"] or beyond,
    )


def in_words(row: Row, limits: list[Row]) -> str:
    """A spell as a sentence fragment, with what limits it."""
    status = words.plain(row["status"])
    if row["status"] == "never":
        said = "never a member in any form"
    else:
        said = f"{status} from {words.date_words(row['start_edtf']) or 'an unknown day'}"
        if row["end_edtf"] is not None:
            said += f" to {words.date_words(row['end_edtf'])}"
        elif row["end_basis"] is not None:
            said += " to an unknown day"
    for limit in limits:
        said += f"; {words.plain(limit['qualifier'])}"
        if limit["start_edtf"] is not None:
            said += f" from {words.date_words(limit['start_edtf'])}"
        if limit["end_edtf"] is not None:
            said += f" to {words.date_words(limit['end_edtf'])}"
    return said


def _rect(
    axis: Axis, begin: dt.date, end: dt.date, shape: str, kind: str, title: str, counts: bool
) -> Mark:
    x, to = axis.day(begin), axis.day(end)
    return Mark(shape, kind, percent(x), percent(max(to - x, 0.4)), title, counts)


def marks_of(row: Row, axis: Axis, content: Content, limits: list[Row]) -> list[Mark]:
    """Rectangles of one spell: hatched where it is uncertain, solid where it is not."""
    ends = bounds(row, content.coverage_end)
    if ends is None:
        return []
    title = f"{words.plain(row['status'])}: {in_words(row, [])}"
    possible, certain, until, at_most = ends
    kind = str(row["track"])
    counted = False
    marks = []
    if certain < until:
        marks.append(_rect(axis, certain, until, "span", kind, title, True))
        counted = True
    for begin, end in ((possible, min(certain, at_most)), (max(until, possible), at_most)):
        if begin < end and (begin, end) != (certain, until):
            marks.append(
                _rect(axis, begin, end, "hatch", kind, f"{title} (day uncertain)", not counted)
            )
            counted = True
    if not counted:
        marks.append(_rect(axis, possible, at_most, "hatch", kind, title, True))
    for limit in limits:
        begin = limit["start_earliest"] or possible
        end = limit["end_latest"] or at_most
        if begin < end:
            said = f"{words.plain(limit['qualifier'])} from {words.date_words(limit['start_edtf'])}"
            marks.append(_rect(axis, begin, end, "limit", "limit", said, False))
    return marks


def spells_chart(
    rows: list[Row], other: str, title: str, ident: str, content: Content
) -> Chart | None:
    """A chart of spells; ``other`` is the column that names the rows (the body, or the actor).

    None if there is no spell to draw.
    """
    drawn = [row for row in rows if bounds(row, content.coverage_end)]
    if not drawn:
        return None
    limits = content.limits
    first = max(min(row["start_earliest"] for row in drawn), dt.date(1900, 1, 1))
    axis = years(first, content.coverage_end)
    by_other: dict[str, list[Row]] = defaultdict(list)
    for row in drawn:
        by_other[row[other]].append(row)
    lines = []
    for name in sorted(by_other, key=lambda n: (content.label(n).casefold(), n)):
        spells = sorted(by_other[name], key=lambda r: (r["start_earliest"], r["membership_id"]))
        marks = [
            m
            for row in spells
            for m in marks_of(row, axis, content, limits.get(row["membership_id"], []))
        ]
        said = (
            ". ".join(
                _capital(in_words(row, limits.get(row["membership_id"], []))) for row in spells
            )
            + "."
        )
        statuses = " ".join(dict.fromkeys(str(row["track"]) for row in spells))
        lines.append(
            Line(content.label(name), said, marks, record=name, filters={"track": statuses})
        )
    return Chart(
        ident, title, _summary(drawn, by_other, limits, content), axis, [Group("", lines)],
        unit="years; hatched where the day is uncertain; a red line below where participation was limited",
        label="Body" if other == "organization_id" else "Actor",
        legend=[("span", track, meaning) for track, meaning in TRACKS.items() if any(r["track"] == track for r in drawn)]
        + [("hatch", "tie", "day uncertain"), ("limit", "limit", "limited: frozen, boycotted, unpaid, partial")],
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _summary(
    rows: list[Row], by_other: dict[str, Any], limits: dict[str, list[Row]], content: Content
) -> str:
    holding = sum(1 for row in rows if row["end_edtf"] is None and row["end_basis"] is None)
    limited = sum(1 for row in rows if limits.get(row["membership_id"]))
    said = (
        f"{words.count(len(rows), 'spell')} with {words.count(len(by_other), 'counterpart')}; "
        f"{words.number(holding)} still held on {words.day_words(content.coverage_end)}"
    )
    return said + (f", {words.number(limited)} with limits on taking part." if limited else ".")
