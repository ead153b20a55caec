"""Differences as a person reads them: casualty figures, dates and statuses first, capped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from caucasus_data.bump import Need
from caucasus_data.changes import Difference, State
from caucasus_data.reports.findings import visible

NUMBERS = ("low", "best", "high", "bound")
STATUSES = ("status", "stance", "occurrence", "attribution", "confidence", "end_basis", "start_basis")


def in_reading_order(found: Sequence[Difference], state: State) -> list[Difference]:
    """Figures of claims, then dates, then statuses, then removed rows, then the rest."""

    def rank(d: Difference) -> int:
        table = state.tables.get(d.table)
        column = table.by_name.get(d.field) if table else None
        if d.kind == "removed":
            return 0
        if d.kind == "changed" and d.field in NUMBERS:
            return 1
        if d.kind == "changed" and column is not None and column.is_edtf:
            return 2
        if d.kind == "changed" and d.field in STATUSES:
            return 3
        return 4 if d.kind == "changed" else 5

    return sorted(found, key=lambda d: (rank(d), d.table, d.record, d.field))


def _counts(found: Sequence[Difference]) -> str:
    counts = Counter(d.kind for d in found)
    return ", ".join(f"{counts[k]} {k}" for k in ("added", "removed", "changed") if counts[k]) or "nothing"


def _what(d: Difference) -> str:
    if d.kind == "changed":
        return f"{d.field}: {visible(d.old) or 'blank'} → {visible(d.new) or 'blank'}"
    return d.kind


def text(old: str, new: str, found: Sequence[Difference], need: Need, limit: int) -> str:
    """For a terminal."""
    lines = [f"{old} → {new}: {_counts(found)}", f"smallest bump: {need.level} ({visible(need.why)})", ""]
    lines += [f"{d.table} {visible(d.record)}  {_what(d)}" for d in found[:limit]]
    if len(found) > limit:
        lines.append(f"… and {len(found) - limit} more")
    return "\n".join(lines).rstrip("\n") + "\n"


def markdown(old: str, new: str, found: Sequence[Difference], need: Need, limit: int) -> str:
    """For a pull request's summary."""

    def cell(words: str) -> str:
        return visible(words).replace("|", "\\|").replace("<", "&lt;").replace("`", "'")

    lines = [f"### {cell(old)} → {cell(new)}: {_counts(found)}", "", f"Smallest bump: **{need.level}** ({cell(need.why)})", ""]
    if found:
        lines += ["| table | record | change |", "|---|---|---|"]
        lines += [f"| {d.table} | {cell(d.record)} | {cell(_what(d))} |" for d in found[:limit]]
    if len(found) > limit:
        lines += ["", f"… and {len(found) - limit} more"]
    return "\n".join(lines) + "\n"
