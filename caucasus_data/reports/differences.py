"""Differences as a person reads them: casualty figures, dates and statuses first, capped."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterator, Sequence

from caucasus_data.bump import Need
from caucasus_data.changes import Difference, State
from caucasus_data.reports.findings import visible

KINDS = ("added", "changed", "removed")
CLAIMS = ("casualties", "figures")
NUMBERS = ("low", "best", "high", "bound")
STATUSES = (
    "status",
    "stance",
    "occurrence",
    "attribution",
    "confidence",
    "end_basis",
    "start_basis",
)
LONGEST = 300
"""Characters of a cell that are shown."""


def in_reading_order(found: Sequence[Difference], state: State, limit: int) -> list[Difference]:
    """The first ``limit``: figures of claims, then dates, then statuses, then rows that are gone,
    other cells, and rows that are new."""

    def rank(d: Difference) -> int:
        table = state.tables.get(d.table)
        column = table.by_name.get(d.field) if table else None
        if d.kind == "removed":
            return 3
        if d.kind == "added":
            return 5
        if d.table in CLAIMS and d.field in NUMBERS:
            return 0
        if column is not None and column.is_edtf:
            return 1
        return 2 if d.field in STATUSES else 4

    return heapq.nsmallest(limit, found, key=lambda d: (rank(d), d.table, d.record, d.field))


def _counts(found: Sequence[Difference]) -> str:
    counts = Counter(d.kind for d in found)
    return ", ".join(f"{counts[k]} {k}" for k in KINDS if counts[k]) or "nothing"


def _shown(words: str) -> str:
    words = visible(words)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def _what(d: Difference) -> str:
    if d.kind == "changed":
        return f"{d.field}: {_shown(d.old) or 'blank'} → {_shown(d.new) or 'blank'}"
    return d.kind


def text(
    old: str, new: str, found: Sequence[Difference], need: Need, top: Sequence[Difference]
) -> str:
    """For a terminal; ``top``: the differences to show, in reading order."""
    lines = [
        f"{old} → {new}: {_counts(found)}",
        f"smallest bump: {need.level} ({_shown(need.why)})",
        "",
    ]
    lines += [f"{d.table} {visible(d.record)}  {_what(d)}" for d in top]
    if len(found) > len(top):
        lines.append(f"… and {len(found) - len(top)} more")
    return "\n".join(lines).rstrip("\n") + "\n"


def markdown(
    old: str, new: str, found: Sequence[Difference], need: Need, top: Sequence[Difference]
) -> str:
    """For a pull request's summary: counts by table, then ``top``."""

    def cell(words: str) -> str:
        words = visible(words).replace("\\", "\\\\").replace("|", "\\|").replace("`", "'")
        return (
            words.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace("[", "\\[")
            .replace("@", "@\u2060")
        )

    lines = [
        f"### {cell(old)} → {cell(new)}: {_counts(found)}",
        "",
        f"Smallest bump: **{need.level}** ({cell(_shown(need.why))})",
        "",
    ]
    if found:
        by_table = Counter((d.table, d.kind) for d in found)
        tables = dict.fromkeys(d.table for d in found)
        for table in tables:
            told = [f"{by_table[table, kind]} {kind}" for kind in KINDS if by_table[table, kind]]
            lines.append(f"- {table}: {', '.join(told)}")
        lines += [""]
    if top:
        lines += ["| table | record | change |", "|---|---|---|"]
        lines += [f"| {d.table} | {cell(d.record)} | {cell(_what(d))} |" for d in top]
    if len(found) > len(top):
        lines += ["", f"… and {len(found) - len(top)} more"]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(old: str, new: str, found: Sequence[Difference], need: Need) -> Iterator[str]:
    """One JSON document, in pieces, so that a million differences need no second copy."""
    head = {"old": old, "new": new, "bump": need.level, "because": need.why}
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "differences": ['
    for number, d in enumerate(found):
        line = {
            "table": d.table,
            "record": d.record,
            "field": d.field,
            "kind": d.kind,
            "old": d.old or None,
            "new": d.new or None,
        }
        yield ("," if number else "") + "\n  " + json.dumps(line, ensure_ascii=False)
    yield ("\n ]" if found else "]") + "\n}\n"
