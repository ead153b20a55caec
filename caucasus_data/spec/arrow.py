"""Compile a table into an Arrow schema, and Arrow types into the pandas types that load gives.

Days are ``date32`` on disk and ``datetime64[ms]`` in pandas; vocabularies are dictionaries and
categories; nullable integers, decimals and booleans are pandas' masked types.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import pyarrow as pa

from caucasus_data.spec.model import Column, Table

_ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_PANDAS_META = {
    "integer": ("int64", "Int64"),
    "number": ("float64", "Float64"),
    "boolean": ("bool", "boolean"),
}


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column; vocabularies are dictionary-encoded text."""
    if column.enum is not None and column.type == "string":
        return pa.dictionary(pa.int16(), pa.string())
    return _ARROW[column.type]


@functools.lru_cache(maxsize=64)
def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema, each field with its description and unit as metadata.

    The ``pandas`` key lets other readers (frictionless among them) keep nullable integers;
    its versions are fixed, so that the bytes of a release do not follow installed versions.
    """
    fields, described = [], []
    for column in table.columns:
        meta = {"description": column.description}
        if column.unit:
            meta["unit"] = column.unit
        if column.enum is not None and column.type == "string":
            meta["vocabulary"] = json.dumps(column.enum, ensure_ascii=False)
        fields.append(pa.field(column.name, arrow_type(column), not column.required, meta))
        pandas_type, numpy_type = _PANDAS_META.get(column.type, ("unicode", "object"))
        if column.type == "date":
            pandas_type = "date"
        described.append(
            {
                "name": column.name,
                "field_name": column.name,
                "pandas_type": pandas_type,
                "numpy_type": numpy_type,
                "metadata": None,
            }
        )
    pandas_meta = {
        "index_columns": [],
        "column_indexes": [],
        "columns": described,
        "creator": {"library": "pyarrow", "version": "0"},
        "pandas_version": "2.2.0",
    }
    return pa.schema(
        fields,
        {
            "title": table.title,
            "description": table.description,
            "pandas": json.dumps(pandas_meta, sort_keys=True),
        },
    )


def pandas_dtype(column: Column) -> Any:
    """The dtype of a column on load: the same under pandas 2.2 and 3."""
    import pandas as pd

    if column.enum is not None and column.type == "string":
        return pd.CategoricalDtype(list(column.enum))
    return {
        "string": pd.StringDtype("pyarrow"),
        "integer": pd.Int64Dtype(),
        "number": pd.Float64Dtype(),
        "boolean": pd.BooleanDtype(),
        "date": "datetime64[ms]",
    }[column.type]


def loaded_dtypes(type_: pa.DataType) -> Any:
    """Map an Arrow type to the pandas extension dtype of ``load`` (for ``types_mapper``)."""
    import pandas as pd

    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return pd.StringDtype("pyarrow")
    if pa.types.is_int64(type_):
        return pd.Int64Dtype()
    if pa.types.is_float64(type_):
        return pd.Float64Dtype()
    if pa.types.is_boolean(type_):
        return pd.BooleanDtype()
    return None
