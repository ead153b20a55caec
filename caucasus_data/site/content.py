"""A release as rows and indices: what refers to what, what each record is called.

Reads through ``load``, so that checksums are verified and ``dev`` works; computes nothing that a
table does not say.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from caucasus_data import locate
from caucasus_data.loading import DEV, folder_of, load
from caucasus_data.query import coverage_end
from caucasus_data.release_index import entry, read_index
from caucasus_data.spec.model import Column, Spec, Table

Row = dict[str, Any]
NOT_SHOWN = ("_earliest", "_latest", "_precision")
"""Endings of columns that only repeat a date cell."""
BESIDE = ("citations", "links", "external_ids", "changes", "records", "retired", "waivers")
"""Tables that have a section of their own on a record's page."""


@dataclass
class Reference:
    """Rows of a table that name a record in one column."""

    table: str
    column: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Content:
    """Everything that the pages say, by table and by record."""

    version: str
    folder: Path
    spec: Spec
    tables: dict[str, list[Row]]
    columns: dict[str, list[str]]
    coverage_end: Any
    date: str | None
    base_url: str = ""
    report_url: str = ""

    def rows(self, table: str) -> list[Row]:
        """Rows of a table; none if the release does not have it."""
        return self.tables.get(table, [])

    @cached_property
    def table_of(self) -> dict[str, str]:
        """The table of each record."""
        return {row["record_id"]: row["table"] for row in self.rows("records")}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each record is called."""
        found = {
            row["record_id"]: str(row["label"] or row["record_id"]) for row in self.rows("records")
        }
        for row in self.rows("retired"):
            found.setdefault(row["record_id"], f"{row['record_id']} (retired)")
        return found

    def label(self, record: object) -> str:
        """What a record is called; its id if it has no name."""
        return self.labels.get(str(record), str(record))

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """The row of each record."""
        return {
            row[table.single_key]: row
            for table in self.spec.record_tables
            if table.single_key
            for row in self.rows(table.name)
        }

    @cached_property
    def retired(self) -> dict[str, Row]:
        """Tombstones by id."""
        return {row["record_id"]: row for row in self.rows("retired")}

    def has_page(self, record: object) -> bool:
        """Whether a record has a page."""
        return record in self.table_of or record in self.retired

    @cached_property
    def citations(self) -> dict[str, list[Row]]:
        """Citations of each record."""
        return self._grouped("citations", "record_id")

    @cached_property
    def external_ids(self) -> dict[str, list[Row]]:
        """Codes of each record in other datasets."""
        return self._grouped("external_ids", "entity_id")

    @cached_property
    def links_from(self) -> dict[str, list[Row]]:
        """Links that start at each record."""
        return self._grouped("links", "from_id")

    @cached_property
    def links_to(self) -> dict[str, list[Row]]:
        """Links that end at each record."""
        return self._grouped("links", "to_id")

    @cached_property
    def children(self) -> dict[str, list[Row]]:
        """Events by the event that they are part of."""
        return self._grouped("events", "parent_event_id")

    @cached_property
    def claims_of(self) -> dict[str, list[Row]]:
        """Claims by event."""
        return self._grouped("casualties", "event_id")

    @cached_property
    def limits(self) -> dict[str, list[Row]]:
        """What limits a spell, by spell."""
        return self._grouped("membership_qualifiers", "membership_id")

    @cached_property
    def changes(self) -> dict[str, list[Row]]:
        """Changes by the record that they are about (the first part of a compound key)."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows("changes"):
            if row["table"] in self.spec.tables and not self.spec[row["table"]].derived:
                found[str(row["record"]).split(" | ")[0]].append(row)
        return found

    @cached_property
    def references(self) -> dict[str, list[Reference]]:
        """By record: rows of other records that name it, by table and column."""
        found: dict[str, dict[tuple[str, str], Reference]] = defaultdict(dict)
        for table in self.spec.record_tables:
            if table.name in BESIDE:
                continue
            for column in table.columns:
                if not refers(table, column) or column.name in table.key:
                    continue
                for row in self.rows(table.name):
                    target = row.get(column.name)
                    if target is not None:
                        group = found[target].setdefault(
                            (table.name, column.name), Reference(table.name, column.name)
                        )
                        group.rows.append(row)
        return {record: list(groups.values()) for record, groups in found.items()}

    def conflict_of(self, event: str | None) -> str | None:
        """The conflict at the top of an event's tree, if there is one."""
        seen: set[str] = set()
        while event is not None and event not in seen:
            seen.add(event)
            row = self.by_id.get(event, {})
            parent = row.get("parent_event_id")
            if parent is None:
                return event if row.get("event_type") == "conflict" else None
            event = parent
        return None

    def shown_columns(self, table: str) -> list[str]:
        """Columns of a table without those that repeat a date cell."""
        names = self.columns[table]
        stems = {n.removesuffix("_edtf") for n in names if n.endswith("_edtf")}
        return [
            n
            for n in names
            if not any(n.endswith(e) and n.removesuffix(e) in stems for e in NOT_SHOWN)
        ]

    def key_of(self, row: Row, table: str) -> str:
        """The id of a row of a table of records."""
        return str(row[self.spec[table].single_key or ""])

    def _grouped(self, table: str, column: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            if row.get(column) is not None:
                found[row[column]].append(row)
        return dict(found)


def refers(table: Table, column: Column) -> bool:
    """Whether a column's cells are ids of records."""
    return column.name in table.foreign_keys or bool(column.references)


def read_content(version: str | None, base_url: str = "", report_url: str = "") -> Content:
    """Read a release (the newest for None, ``dev`` for the last build)."""
    found, folder = folder_of(version)
    spec = locate.spec()
    tables: dict[str, list[Row]] = {}
    columns: dict[str, list[str]] = {}
    for table in spec:
        if (folder / f"{table.name}.parquet").is_file():
            arrow = load(table.name, found, engine="pyarrow")
            tables[table.name] = arrow.to_pylist()
            columns[table.name] = arrow.column_names
    dataset = spec.dataset
    return Content(
        version=found,
        folder=folder,
        spec=spec,
        tables=tables,
        columns=columns,
        coverage_end=coverage_end(version).date(),
        date=_date(found, folder),
        base_url=(base_url or str(dataset.get("base_url") or "")).rstrip("/"),
        report_url=report_url or str(dataset.get("report_url") or ""),
    )


def _date(version: str, folder: Path) -> str | None:
    """The day of a release; that of a scratch build from its descriptor."""
    if version != DEV and (folder.parent / "index.json").is_file():
        return str(entry(read_index(folder.parent), version)[1]["date"])
    descriptor = folder / "datapackage.json"
    if not descriptor.is_file():
        return None
    created = json.loads(descriptor.read_text(encoding="utf-8")).get("created")
    return str(created)[:10] if created else None
