"""Vectorized, strict casts from text cells: what does not parse becomes null, never an error.

Types are Table Schema's. Only one spelling of a value is accepted (``5``, not ``5.0`` or ``+5``),
so that a value has one form in a diff.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data import dates
from caucasus_data.spec.model import Table

_FORMS = {
    "integer": r"^(?:0|-?[1-9][0-9]{0,17})$",
    "number": r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?$",
    "boolean": r"^(?:true|false)$",
    "date": r"^(?:1[89]|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$",
}
ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def cast(cells: pa.ChunkedArray, type_: str) -> pa.ChunkedArray:
    """Text to ``type_``; null where the text is not of the type's one form."""
    if type_ == "string":
        return cells
    formed = pc.match_substring_regex(cells, _FORMS[type_])
    cells = pc.if_else(formed, cells, pa.scalar(None, pa.string()))
    if type_ == "date":
        return _days(cells)
    return pc.cast(cells, ARROW_TYPES[type_])


def _days(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    parsed = {}
    for text in pc.unique(cells).to_pylist():
        try:
            parsed[text] = dt.date.fromisoformat(text) if text else None
        except ValueError:
            parsed[text] = None
    return through(cells, parsed, pa.date32())


def through(cells: pa.ChunkedArray, mapping: Mapping[Any, Any], type_: pa.DataType) -> pa.ChunkedArray:
    """Replace each cell by what ``mapping`` says for its text (null for what it lacks)."""
    keys = [key for key in mapping if key is not None]
    values = pa.array([mapping[key] for key in keys], type_)
    places = pc.index_in(cells, pa.array(keys, pa.string()))
    if isinstance(places, pa.Array):
        places = pa.chunked_array([places])
    taken = [values.take(chunk) for chunk in places.chunks]
    return pa.chunked_array(taken, type_)


def bounds(cells: pa.ChunkedArray, interval: bool, open_end: dt.date) -> dict[str, pa.ChunkedArray]:
    """The derived ``earliest``, ``latest`` (days) and ``precision`` of EDTF cells.

    A cell outside the grammar gives nulls; an open interval ends on ``open_end``.
    """
    first: dict[str | None, object] = {}
    last: dict[str | None, object] = {}
    how: dict[str | None, object] = {}
    for text in pc.unique(cells).to_pylist():
        if text is None:
            continue
        try:
            found = dates.parse(text, interval)
        except dates.NotADate:
            continue
        first[text], how[text] = found.earliest, found.precision
        last[text] = open_end if found.latest is None else found.latest
    return {
        "earliest": through(cells, first, pa.date32()),
        "latest": through(cells, last, pa.date32()),
        "precision": through(cells, how, pa.string()),
    }


def typed_table(cells: pa.Table, table: Table, open_end: dt.date) -> pa.Table:
    """Raw text cells to typed columns with the derived date bounds beside them.

    Dates are ``date32``; the table's other derived columns are left to ``normalize``.
    """
    columns: dict[str, pa.ChunkedArray] = {}
    for column in table.raw_columns:
        text = cells.column(column.name)
        columns[column.name] = cast(text, column.type)
        if column.is_edtf:
            found = bounds(text, column.kind == "edtf_interval", open_end)
            for part, values in found.items():
                columns[f"{column.stem}_{part}"] = values
    return pa.table(columns)
