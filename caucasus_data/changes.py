"""What differs between two sets of tables, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from caucasus_data.export.csv_ import cell
from caucasus_data.load import read_parquet
from caucasus_data.spec.model import Spec, Table

COLUMNS = ("release", "table", "record", "field", "kind", "old", "new", "reason")
JOINT = " | "

Rows = dict[str, dict[str, str]]


def keyed(table: pa.Table, spec: Table) -> Rows:
    """Rows by key (parts joined by ``|``), cells as the canonical CSV writes them."""
    columns = {name: [cell(value) for value in table.column(name).to_pylist()] for name in table.column_names}
    key = [name for name in (spec.key or spec.sort) if name in columns]
    found: Rows = {}
    for number in range(table.num_rows):
        row = {name: values[number] for name, values in columns.items()}
        found[JOINT.join(row[name] for name in key)] = row
    return found


def differences(old: Rows, new: Rows) -> Iterator[tuple[str, str, str, str, str]]:
    """Record, field, kind, old and new value of every difference, by record."""
    for record in sorted(old.keys() | new.keys()):
        if record not in old:
            yield record, "*", "added", "", ""
        elif record not in new:
            yield record, "*", "removed", "", ""
        else:
            before, after = old[record], new[record]
            for name in after:
                if before.get(name, "") != after[name]:
                    yield record, name, "changed", before.get(name, ""), after[name]


def changed_rows(version: str, tables: Mapping[str, pa.Table], published: Path | None, spec: Spec) -> pd.DataFrame:
    """The changelog up to ``version``: that of the release before, and what differs since.

    Hand-edited tables only: what is derived follows from them.
    """
    reasons = dict(
        zip(tables["retired"].column("record_id").to_pylist(), tables["retired"].column("reason").to_pylist(), strict=True)
    )
    rows = []
    for table in spec.raw_tables:
        old: Rows = {}
        path = published / f"{table.name}.parquet" if published else None
        if path is not None and path.is_file():
            old = keyed(read_parquet(path), table)
        derived = {column.name for column in table.columns if column.derived}
        for record, field, kind, was, now in differences(old, keyed(tables[table.name], table)):
            if field not in derived:
                rows.append((version, table.name, record, field, kind, was or None, now or None, reasons.get(record)))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype="object")
    earlier = published / "changes.parquet" if published else None
    if earlier is not None and earlier.is_file():
        before = read_parquet(earlier).to_pandas().astype("object")
        frame = pd.concat([before[list(COLUMNS)], frame], ignore_index=True)
    return frame
