"""Canonical CSV of an Arrow table: UTF-8, LF, minimal quoting, one form for each value.

The content hash of a table is the sha256 of these bytes, so it does not depend on the Parquet
writer's version.
"""

from __future__ import annotations

import csv
import hashlib
import io

import pyarrow as pa


def cell(value: object) -> str:
    """The one form of a value: ISO days, true/false, numbers without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def csv_bytes(table: pa.Table) -> bytes:
    """The table as canonical CSV with its header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(table.column_names)
    writer.writerows(zip(*map(_cells, table.columns), strict=True))
    return text.getvalue().encode("utf-8")


def _cells(column: pa.ChunkedArray) -> list[object]:
    """A column's cells in their one form, or as values that the writer gives that form."""
    values: list[object] = column.to_pylist()
    if pa.types.is_floating(column.type) or pa.types.is_boolean(column.type):
        return [cell(value) for value in values]
    return values


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()
