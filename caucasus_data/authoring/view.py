"""A record and all that hangs on it, as text for people."""

from __future__ import annotations

import textwrap

from caucasus_data.authoring.show import AFTER, Records, Row
from caucasus_data.authoring.template import CHILDREN, MAINS, TIES
from caucasus_data.spec.model import Table

WIDTH = 96
NUMBERS = ("low", "best", "high")


def as_view(records: Records, key: str) -> str:
    """A record for reading: title, cells, what hangs on it, its sources."""
    table, row = records.find(key)
    singular = next((word for word, name in MAINS.items() if name == table.name), table.title)
    lines = _wrapped(f"{key}  {records.label(key)}", "")
    lines.append(f"{singular}".lower())
    lines.append("")
    for column in table.raw_columns:
        cell = row[column.name]
        if cell and column.name not in (table.single_key, *table.label):
            lines += _wrapped(f"{column.name}: {_named(records, cell)}", "  ")
    lines += _cited(records, key, "  ")
    for name in CHILDREN.get(table.name, ()):
        lines += _list(
            records,
            records.spec[name],
            records.of(name, table.single_key or "", key),
            table.single_key,
        )
    for name in AFTER:
        lines += _list(records, records.spec[name], records.of(name, TIES[name], key), TIES[name])
    pointing = []
    for other, column_name, found in records.pointing_at(key):
        own = found[other.key[0]]
        how = found.get("relation") or column_name
        pointing += _wrapped(f"{other.name} {own} ({how}): {records.label(own)}", "  ")
    if pointing:
        lines += ["", "referred to by", *pointing]
    return "\n".join(lines) + "\n"


def _named(records: Records, cell: str) -> str:
    label = records.label(cell)
    return f"{label} ({cell})" if label and label != cell else cell


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _list(records: Records, table: Table, rows: list[Row], leave: str | None) -> list[str]:
    if not rows:
        return []
    lines = ["", table.title.lower()]
    for row in rows:
        own = row[table.single_key or ""] if table.owns_ids else None
        lines += _wrapped(_sentence(records, table, row, leave), "  ")
        lines += _cited(records, own, "      ")
    return lines


def _sentence(records: Records, table: Table, row: Row, leave: str | None) -> str:
    """One row in one line: labels for ids, one number for low, best and high."""
    parts = []
    numbers = [row[name] for name in NUMBERS if row.get(name)]
    for column in table.raw_columns:
        cell = row[column.name]
        if not cell or column.name == leave or column.name in NUMBERS:
            continue
        if column.name == table.single_key:
            parts.append(cell)
        elif column.name == "bound":
            parts.append(f"{cell} {'–'.join(dict.fromkeys(str(n) for n in numbers))}".strip())
        elif column.name in ("source_id", "according_to", "coder_note", "revision_of_id"):
            parts.append(f"{column.name.removesuffix('_id')}: {_named(records, cell)}")
        else:
            parts.append(records.label(cell) or cell)
    return ", ".join(parts)


def _cited(records: Records, key: str | None, indent: str) -> list[str]:
    lines: list[str] = []
    for row in records.citations.get(key or "", []):
        value = f" ({row['value']})" if row["value"] else ""
        where = "" if row["locator"] == "*" else f", {row['locator']}"
        what = "" if row["field"] == "*" else f" {row['field']}"
        lines += _wrapped(
            f"{row['stance']}{what}{value}: {_named(records, row['source_id'] or '')}{where}",
            indent,
        )
    return lines
