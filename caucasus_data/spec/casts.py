"""Vectorized, strict casts from text cells: what does not parse becomes null, never an error.

Types are Table Schema's. Only one spelling of a value is accepted (``5``, not ``5.0`` or ``+5``),
so that a value has one form in a diff.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.spec.forms import buffers
from caucasus_data.spec.many_dates import first_and_last
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
    if type_ == "integer" and _plain_digits(cells):
        return pc.cast(cells, pa.int64())
    formed = pc.match_substring_regex(cells, _FORMS[type_])
    if not pc.all(formed).as_py():
        cells = pc.if_else(formed, cells, pa.scalar(None, pa.string()))
    if type_ == "date":
        return _days(cells)
    return pc.cast(cells, ARROW_TYPES[type_])


def _plain_digits(cells: pa.ChunkedArray) -> bool:
    """Whether every cell is a plain whole number from 0 on, told from the bytes."""
    for chunk in cells.chunks:
        begin, data = buffers(chunk)
        own = data[int(begin[0]) : int(begin[-1])]
        if not len(own):
            continue
        lengths = np.diff(begin)
        if own.min() < 48 or own.max() > 57 or lengths.max() > 18:
            return False
        if (data[begin[:-1][lengths > 1]] == 48).any():
            return False
        if chunk.null_count + int(np.count_nonzero(lengths)) != len(chunk):
            return False
    return True


def _days(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    parsed = {}
    for text in pc.unique(cells).to_pylist():
        try:
            parsed[text] = dt.date.fromisoformat(text) if text else None
        except ValueError:
            parsed[text] = None
    return through(cells, parsed, pa.date32())


def through(
    cells: pa.ChunkedArray, mapping: Mapping[Any, Any], type_: pa.DataType
) -> pa.ChunkedArray:
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
    texts = [text for text in pc.unique(cells).to_pylist() if text is not None]
    places = pc.index_in(cells, pa.array(texts, pa.string()))
    known = first_and_last(texts, interval, open_end)
    return {
        part: pa.chunked_array([values.take(chunk) for chunk in places.chunks], values.type)
        for part, values in zip(("earliest", "latest", "precision"), known, strict=True)
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
