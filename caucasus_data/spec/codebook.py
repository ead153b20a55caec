"""Compile the codebook: every table, column and vocabulary, as rows or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caucasus_data.spec.model import Column, Spec, Table

GROUPS = {
    "product": "The four tables",
    "detail": "Their details",
    "reference": "What they refer to",
    "tie": "What ties them",
    "ledger": "The ledgers",
    "derived": "Derived in a build",
}


def rows(spec: Spec, table: str | None = None) -> Iterator[dict[str, Any]]:
    """One row a column: table, column, type, required, derived, unit, refers_to, vocabulary, description."""
    for each in [spec[table]] if table is not None else spec:
        for column in each.columns:
            yield {
                "table": each.name,
                "column": column.name,
                "type": "vocabulary" if column.enum is not None else column.type,
                "required": column.required,
                "key": column.name in each.key,
                "derived": each.derived or column.derived is not None,
                "unit": column.unit,
                "refers_to": refers_to(each, column),
                "vocabulary": ", ".join(column.enum) if column.enum is not None else None,
                "description": column.description,
            }


def refers_to(table: Table, column: Column) -> str | None:
    """The tables that a column's values are keys of."""
    if column.name in table.foreign_keys:
        return table.foreign_keys[column.name][0]
    return ", ".join(column.references) or None


def _term(term: Any) -> str:
    if isinstance(term, dict):
        crosswalk = "; ".join(
            f"{k.upper() if k != 'plover' else 'PLOVER'}: {v}"
            for k, v in term.items()
            if k != "description"
        )
        return str(term.get("description", "")) + (f" [{crosswalk}]" if crosswalk else "")
    return str(term)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def table_markdown(table: Table, level: int = 3) -> str:
    """One table: its columns, then each vocabulary with what its words mean."""
    head = "#" * level
    lines = [f"{head} {table.name}", "", " ".join(table.description.split()), ""]
    if table.key:
        lines += ["Key: " + ", ".join(f"`{name}`" for name in table.key) + ".", ""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    for column in table.columns:
        kind = "vocabulary" if column.enum is not None else column.type
        marks = [
            m
            for m, on in (
                ("required", column.required),
                ("derived", column.derived is not None and not table.derived),
            )
            if on
        ]
        if column.unit:
            marks.append(column.unit)
        target = refers_to(table, column)
        if target:
            marks.append("→ " + target)
        kind += f" ({', '.join(marks)})" if marks else ""
        lines.append(f"| `{column.name}` | {_cell(kind)} | {_cell(column.description)} |")
    for column in table.columns:
        if column.enum is not None and column.terms:
            lines += ["", f"`{column.name}`:", ""]
            lines += [f"- `{word}`: {_term(column.terms.get(word, ''))}" for word in column.enum]
    return "\n".join(lines) + "\n"


GRAMMAR = """\
## Dates

One hand-edited cell in a closed EDTF grammar: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `XX` for an unknown
month or day when all parts to its right are `XX` or absent; a trailing `~` (about), `?` (doubtful)
or `%` (both) on each end; `[A..B]` for one day between A and B. `date_edtf` and `period_edtf` may
also be `A/B` (lasted from A to B) or `A/..` (still lasts at coverage_end). Each `X_edtf` derives
`X_earliest`, `X_latest` (days) and `X_precision`; the marks widen nothing. Years run from 1800
to 2100. A rule on dates fails only when it is certainly violated.
"""


def markdown(spec: Spec) -> str:
    """The whole codebook."""
    dataset = spec.dataset
    parts = [
        "# Codebook",
        "",
        " ".join(str(dataset["description"]).split()),
        "",
        f"Coverage: {dataset['coverage_start']} to {dataset['coverage_end']}. "
        "A blank cell is missing, and nothing else is. Generated from `schemas/`: edit there.",
        "",
        GRAMMAR,
    ]
    for group, title in GROUPS.items():
        tables = [table for table in spec if table.group == group]
        if tables:
            parts += [f"## {title}", ""]
            parts += [table_markdown(table) for table in tables]
    return "\n".join(parts).rstrip("\n") + "\n"
