"""A record and all that hangs on it, as a template that ``apply`` takes back unchanged.

Reads the cells as they stand in ``raw/``. The view for people is in ``view``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caucasus_data.authoring.canonical import in_key_order
from caucasus_data.authoring.template import CHILDREN, MAINS, TIES
from caucasus_data.authoring.yaml_text import comment, scalar
from caucasus_data.errors import UnknownName
from caucasus_data.read import read_folder
from caucasus_data.spec.model import Spec, Table

Row = dict[str, str | None]

AFTER = ("links", "external_ids", "names")
"""Lists of a main record beside its citations, which stand inside it."""


class Records:
    """The tables of ``raw/`` as text, by record and by what they point at."""

    def __init__(self, raw: Path, spec: Spec) -> None:
        folder = read_folder(raw, spec)
        self.spec = spec
        self.rows: dict[str, list[Row]] = {
            name: [dict(row) for row in in_key_order(table.spec, table.arrow.to_pylist())]
            for name, table in folder.tables.items()
        }

    @functools.cached_property
    def by_id(self) -> dict[str, tuple[Table, Row]]:
        """Table and row of each record."""
        return {
            str(row[table.single_key or ""]): (table, row)
            for table in reversed(self.spec.record_tables)
            for row in self.rows.get(table.name, ())
            if row[table.single_key or ""]
        }

    @functools.cached_property
    def citations(self) -> dict[str, list[Row]]:
        """Citations by the record that they are for."""
        found: dict[str, list[Row]] = {}
        for row in self.rows.get("citations", ()):
            found.setdefault(row["record_id"] or "", []).append(row)
        return found

    def find(self, name: str) -> tuple[Table, Row]:
        """Table and row of a record; raises UnknownName, which says so if it was retired."""
        for row in self.of("retired", "record_id", name):
            raise UnknownName(f"{name} was retired in {row['retired_in']}: {row['reason']}")
        if name not in self.by_id:
            raise UnknownName.of("record", name, self.by_id)
        return self.by_id[name]

    def of(self, table: str, column: str, key: str) -> list[Row]:
        """Rows of a table whose cell is ``key``."""
        return [row for row in self.rows.get(table, ()) if row[column] == key]

    def label(self, key: str | None, deep: bool = True) -> str:
        """What a record is called; nothing for an id that leads nowhere."""
        if key not in self.by_id:
            return ""
        table, row = self.by_id[key]
        parts = []
        for column in table.label:
            cell = row[column] or ""
            parts.append((self.label(cell, False) or cell) if deep else cell)
        return " · ".join(part for part in parts if part)

    def pointing_at(self, key: str) -> Iterator[tuple[Table, str, Row]]:
        """Rows of records and links elsewhere that refer to a record: table, column, row."""
        table, _ = self.find(key)
        children = CHILDREN.get(table.name, ())
        for other in self.spec.raw_tables:
            if other.name in ("citations", "retired", "waivers"):
                continue
            for column in other.raw_columns:
                aims = (
                    (other.foreign_keys[column.name][0],)
                    if column.name in other.foreign_keys
                    else column.references
                )
                if table.name not in aims:
                    continue
                if other.name in TIES and TIES[other.name] == column.name:
                    continue
                if other.name in children and column.name == table.single_key:
                    continue
                for row in self.of(other.name, column.name, key):
                    yield other, column.name, row


@dataclass
class _Lines:
    records: Records
    lines: list[str]

    def cell(self, indent: str, table: Table, column: str, text: str | None) -> None:
        """One ``column: cell`` line, with the label of what it refers to."""
        line = f"{indent}{column}: {scalar(text)}".rstrip()
        refers = column in table.foreign_keys or bool(table.by_name[column].references)
        label = self.records.label(text) if text and refers else ""
        if label and label != text:
            line += f"  # {comment(label)}"
        self.lines.append(line)

    def row(self, indent: str, table: Table, row: Row, leave: str | None) -> None:
        """One list item: its filled cells, and its citations."""
        at = f"{indent}- "
        for column in table.raw_columns:
            if row[column.name] is not None and column.name != leave:
                self.cell(at, table, column.name, row[column.name])
                at = indent + "  "
        if table.owns_ids:
            self.citations(at, row[table.single_key or ""])

    def citations(self, indent: str, key: str | None) -> None:
        rows = self.records.citations.get(key or "", [])
        if rows:
            self.lines.append(f"{indent}citations:")
        for row in rows:
            self.row(indent + "  ", self.records.spec["citations"], row, "record_id")

    def list(self, table: Table, rows: list[Row], leave: str | None) -> None:
        if rows:
            self.lines.append(f"{table.name}:")
        for row in rows:
            self.row("  ", table, row, leave)


def as_template(records: Records, key: str) -> str:
    """The template of a record: applied unchanged, it changes nothing."""
    table, row = records.find(key)
    out = _Lines(records, [])
    singular = next((word for word, name in MAINS.items() if name == table.name), None)
    title = comment(records.label(key), 90)
    out.lines.append(f"# {key}: {title}" if title else f"# {key}")
    out.lines.append(
        "# To clear a cell, leave its key and delete the value; to clear a list, leave its key."
    )
    if singular is None:
        out.list(table, [row], None)
    else:
        out.lines.append(f"{singular}:")
        for column in table.raw_columns:
            out.cell("  ", table, column.name, row[column.name])
        out.citations("  ", key)
        for name in CHILDREN.get(table.name, ()):
            column_name = table.single_key or ""
            out.list(records.spec[name], records.of(name, column_name, key), column_name)
    for name in AFTER:
        leave = TIES[name] if singular is not None else None
        out.list(records.spec[name], records.of(name, TIES[name], key), leave)
    for other, column_name, found in records.pointing_at(key):
        own = found[other.key[0]] if other.owns_ids else found.get("from_id")
        how = found.get("relation") or column_name
        told = comment(records.label(own), 60)
        out.lines.append(f"# {other.name}: {own} {how} {key}" + (f"  ({told})" if told else ""))
    return "\n".join(out.lines) + "\n"
