"""Agreements with the days of their lives: agreed, initialled, signed, published, in force, ended."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from caucasus_data.site import words
from caucasus_data.site.charts.shape import Axis, Chart, Group, Line, Mark, percent, years
from caucasus_data.site.content import Content, Row

STEPS = {
    "agreed": "agreed", "initialled": "initialled", "signed": "signed", "published": "published",
    "provisional": "provisionally applied", "effective": "in force", "ended": "ended",
}  # fmt: skip
_SHAPES = {
    "agreed": "square", "initialled": "triangle", "signed": "circle", "published": "ring", "provisional": "diamond-ring",
    "effective": "diamond", "ended": "cross",
}  # fmt: skip
OUTSIDE = "Outside a peace process"


def days_of(row: Row) -> list[tuple[str, dt.date]]:
    """The steps that are dated, in order."""
    found = [
        (step, row[f"{step}_earliest"]) for step in STEPS if row.get(f"{step}_earliest") is not None
    ]
    return sorted(found, key=lambda item: (item[1], list(STEPS).index(item[0])))


def in_words(row: Row) -> str:
    """The life of an agreement as a sentence fragment."""
    parts = [f"{STEPS[step]} {words.date_words(row[f'{step}_edtf'])}" for step, _ in days_of(row)]
    if row["end_basis"] is not None and row["ended_edtf"] is not None:
        parts[-1] += f" ({words.plain(row['end_basis'])})"
    return "; ".join(parts) or "no day known"


def _line(row: Row, axis: Axis, content: Content, versions: dict[str, list[str]]) -> Line:
    days = days_of(row)
    marks: list[Mark] = []
    begun = next((day for step, day in days if step in ("effective", "provisional")), None)
    if begun is not None:
        x = axis.day(begun)
        to = axis.day(row["ended_latest"] or content.coverage_end)
        marks.append(
            Mark(
                "life",
                "life",
                percent(x),
                percent(max(to - x, 0.4)),
                "from its entry into force",
                counts=False,
            )
        )
    heights = _heights([(step, axis.day(day)) for step, day in days])
    for step, day in days:
        title = f"{STEPS[step]} {words.date_words(row[f'{step}_edtf'])}"
        marks.append(
            Mark(_SHAPES[step], step, percent(axis.day(day)), title=title, y=heights[step])
        )
    notes = [words.plain(row["bindingness"])]
    if row["stage"]:
        notes.insert(0, f"stage: {words.plain(row['stage'])}")
    notes += versions.get(row["agreement_id"], [])
    return Line(
        content.label(row["agreement_id"]), in_words(row), marks, record=row["agreement_id"], note="; ".join(notes),
        filters={
            "stage": words.plain(row["stage"]) if row["stage"] else "outside a process",
            "bindingness": words.plain(row["bindingness"]),
            "life": "ended" if row["ended_edtf"] else "in force" if begun else "not shown in force",
        },
    )  # fmt: skip


def _heights(steps: list[tuple[str, float]]) -> dict[str, float]:
    """Pixels from the top of the row for each step: those that would hide each other part ways."""
    found: dict[str, float] = {}
    runs: list[list[tuple[str, float]]] = []
    for step, at in steps:
        if runs and at - runs[-1][-1][1] < 3:
            runs[-1].append((step, at))
        else:
            runs.append([(step, at)])
    for run in runs:
        for i, (step, _) in enumerate(run):
            found[step] = 11 if len(run) == 1 else 5 + 12 * (i % 2)
    return found


def _versions(content: Content) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in content.rows("links"):
        if (
            link["from_id"] in content.by_id
            and content.table_of.get(link["from_id"])
            == content.table_of.get(link["to_id"])
            == "agreements"
        ):
            found[link["from_id"]].append(f"{words.plain(link['relation'])} {link['to_id']}")
    return found


def agreements_chart(rows: list[Row], content: Content, ident: str, title: str) -> Chart | None:
    """Agreements by process, each with the days of its life; None if none is dated."""
    dated = [row for row in rows if days_of(row)]
    if not dated:
        return None
    every = [day for row in dated for _, day in days_of(row)]
    axis = years(min(every), max(content.coverage_end, max(every)))
    versions = _versions(content)
    groups: dict[str | None, list[Line]] = defaultdict(list)
    for row in sorted(dated, key=lambda r: (days_of(r)[0][1], r["agreement_id"])):
        groups[content.conflict_of(row["event_id"]) or row["event_id"]].append(
            _line(row, axis, content, versions)
        )
    ordered = sorted(groups, key=lambda event: (event is None, event or ""))
    in_force = sum(
        1
        for row in dated
        if (row["effective_edtf"] or row["provisional_edtf"]) and not row["ended_edtf"]
    )
    ended = sum(1 for row in dated if row["ended_edtf"])
    return Chart(
        ident, title,
        f"{words.count(len(dated), 'agreement')} between {min(every).year} and {max(every).year}: {words.number(in_force)} shown as "
        f"in force, {words.number(ended)} ended; of the others no day of entry into force is in the data.",
        axis,
        [Group(content.label(event) if event else OUTSIDE, groups[event], event) for event in ordered],
        unit="years; a line from the entry into force to the end or to the end of coverage",
        label="Agreement",
        legend=[(_SHAPES[s], s, said) for s, said in STEPS.items() if any(row[f"{s}_edtf"] for row in dated)],
    )  # fmt: skip
