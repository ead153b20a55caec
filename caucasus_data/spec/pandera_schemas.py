"""Compile a table into pandera schemas: of its raw cells after casting, and of what is loaded.

Never ``coerce=True`` (slow, and one bad cell is not located); every check names its code in
``error=``, so that a failure can be told without reading a message.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.spec.arrow import pandas_dtype
from caucasus_data.spec.forms import matches
from caucasus_data.spec.many_dates import first_and_last
from caucasus_data.spec.model import Column, Table

PARSED = "{} parsed"
"""Name of the helper column that says whether a cell's text is of its column's type."""

_PATTERN_CODES = {
    "id": "type-id", "slug": "type-id", "record": "type-id", "url": "type-url", "lang": "type-lang",
}  # fmt: skip


def _by_text(judge: Callable[..., Any]) -> Callable[..., Any]:
    """A check of texts: a column of few different texts is judged text by text."""

    @functools.wraps(judge)
    def check(cells: Any, **fixed: Any) -> Any:
        if isinstance(cells.dtype, pd.CategoricalDtype):
            passed = judge(pa.chunked_array([pa.array(cells.cat.categories, pa.string())]), **fixed)
            if passed is None:
                return _all(cells)
            table = np.append(pc.fill_null(passed, True).to_numpy(zero_copy_only=False), True)
            if table.all():
                return _all(cells)
            return pd.Series(table[cells.cat.codes.to_numpy()], index=cells.index)
        array = pa.array(cells, pa.large_string())
        passed = judge(
            array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array]), **fixed
        )
        if passed is None:
            return _all(cells)
        filled = pc.fill_null(passed, True)
        return pd.Series(filled.to_numpy(zero_copy_only=False), index=cells.index, dtype=bool)

    return check


def _all(cells: Any) -> Any:
    return pd.Series(np.ones(len(cells), bool), index=cells.index)


@_by_text
def _matches(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray | None:
    return matches(cells, pattern)


@_by_text
def _one_of(cells: pa.ChunkedArray, words: pa.Array) -> pa.ChunkedArray:
    return pc.or_(pc.is_null(cells), pc.is_in(cells, words.cast(cells.type)))


@_by_text
def _not_longer(cells: pa.ChunkedArray, limit: int) -> pa.ChunkedArray | None:
    longest = pc.max(pc.binary_length(cells)).as_py()
    if longest is None or longest <= limit:  # bytes: never fewer than characters
        return None
    return pc.less_equal(pc.utf8_length(cells), limit)


def _in_range(numbers: Any, low: float | None, high: float | None) -> Any:
    passed = _all(numbers)
    if low is not None:
        passed &= (numbers >= low).fillna(True).astype(bool)
    if high is not None:
        passed &= (numbers <= high).fillna(True).astype(bool)
    return passed


@_by_text
def _dates(cells: pa.ChunkedArray, interval: bool) -> pa.ChunkedArray | None:
    texts = [text for text in pc.unique(cells).to_pylist() if text is not None]
    first, _, _ = first_and_last(texts, interval)
    if not first.null_count:
        return None
    bad = pa.array(texts, cells.type).filter(first.is_null())
    return pc.invert(pc.is_in(cells, bad))


def _first_of_its_key(keys: Any) -> Any:
    if isinstance(keys.dtype, np.dtype) and keys.dtype.kind == "i":
        numbers = keys.to_numpy()
        if (numbers[1:] > numbers[:-1]).all():  # as in a sorted table
            return _all(keys)
    return ~(keys.duplicated(keep="first") & keys.notna())


def _check(function: Any, code: str, **fixed: Any) -> Any:
    return pandera.Check(
        functools.partial(function, **fixed),
        name=code,
        error=code,
        ignore_na=False,
        n_failure_cases=1,
    )


def checks(column: Column, unique: bool) -> list[Any]:
    """The checks of one column's text or value, each bearing its code."""
    found = []
    if column.is_edtf:
        found.append(_check(_dates, "type-edtf", interval=column.kind == "edtf_interval"))
    elif column.enum is not None:
        words = pa.array(list(column.enum), pa.string())
        found.append(_check(_one_of, "type-vocabulary", words=words))
    elif column.pattern is not None:
        code = _PATTERN_CODES.get(column.kind, "type-pattern")
        found.append(_check(_matches, code, pattern=column.pattern))
    if column.max_length is not None:
        found.append(_check(_not_longer, "text-too-long", limit=column.max_length))
    if column.minimum is not None or column.maximum is not None:
        found.append(_check(_in_range, "type-range", low=column.minimum, high=column.maximum))
    if unique and column.unique:
        found.append(_check(_first_of_its_key, "key-duplicate"))
    return found


def _true(series: Any) -> Any:
    return series


@functools.lru_cache(maxsize=64)
def raw_schema(table: Table) -> Any:
    """Schema of a table's cast cells; helper columns say which cells parsed. Uniqueness, which no
    part of a table can show, is left to :func:`key_schema`."""
    columns = {}
    for column in table.raw_columns:
        columns[column.name] = pandera.Column(
            None, checks(column, unique=False), nullable=not column.required, coerce=False
        )
        if column.type != "string":
            columns[PARSED.format(column.name)] = pandera.Column(
                None, [_check(_true, f"type-{column.type}")], nullable=False, coerce=False
            )
    return pandera.DataFrameSchema(columns, coerce=False, name=table.name)


def key_schema(table: Table) -> Any:
    """Schema of the columns whose values are unique in the table (``0`` stands for blank)."""
    columns = {
        column.name: pandera.Column(
            None, [_check(_first_of_its_key, "key-duplicate")], nullable=True, coerce=False
        )
        for column in table.raw_columns
        if column.unique
    }
    return pandera.DataFrameSchema(columns, coerce=False, name=table.name) if columns else None


@functools.lru_cache(maxsize=64)
def loaded_schema(table: Table) -> Any:
    """Schema of the frame that ``load`` returns: dtypes, nulls, vocabularies, ranges, keys."""
    columns = {}
    for column in table.columns:
        found = [c for c in checks(column, unique=True) if c.error != "type-vocabulary"]
        if column.enum is not None:
            words = pa.array(list(column.enum), pa.string())
            found.append(_check(_category_of, "type-vocabulary", words=words))
        columns[column.name] = pandera.Column(
            pandas_dtype(column), found, nullable=not column.required, coerce=False
        )
    keys = list(table.key) if len(table.key) > 1 else None
    return pandera.DataFrameSchema(columns, coerce=False, strict=True, unique=keys, name=table.name)


def _category_of(series: Any, words: pa.Array) -> Any:
    return series.isna() | series.astype("string").isin(words.to_pylist())
