"""Compile a table into pandera schemas: of its raw cells after casting, and of what is loaded.

Never ``coerce=True`` (slow, and one bad cell is not located); every check names its code in
``error=``, so that a failure can be told without reading a message.
"""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data import dates
from caucasus_data.spec.arrow import pandas_dtype
from caucasus_data.spec.model import Column, Table

PARSED = "{} parsed"
"""Name of the helper column that says whether a cell's text is of its column's type."""

_PATTERN_CODES = {
    "id": "type-id", "slug": "type-id", "record": "type-id", "url": "type-url", "lang": "type-lang",
}  # fmt: skip


def _arrow(series: Any) -> pa.ChunkedArray:
    array = pa.array(series)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _verdict(passed: pa.ChunkedArray, series: Any) -> Any:
    filled = pc.fill_null(passed, True)
    return pd.Series(filled.to_numpy(zero_copy_only=False), index=series.index, dtype=bool)


def _matches(series: Any, pattern: str) -> Any:
    return _verdict(pc.match_substring_regex(_arrow(series), f"^(?:{pattern})$"), series)


def _one_of(series: Any, words: pa.Array) -> Any:
    cells = _arrow(series)
    return _verdict(pc.or_(pc.is_null(cells), pc.is_in(cells, words)), series)


def _not_longer(series: Any, limit: int) -> Any:
    return _verdict(pc.less_equal(pc.utf8_length(_arrow(series)), limit), series)


def _in_range(series: Any, low: float | None, high: float | None) -> Any:
    passed = pd.Series(True, index=series.index)
    if low is not None:
        passed &= (series >= low).fillna(True).astype(bool)
    if high is not None:
        passed &= (series <= high).fillna(True).astype(bool)
    return passed


def _dates(series: Any, interval: bool) -> Any:
    cells = _arrow(series)
    bad = []
    for text in pc.unique(cells).to_pylist():
        if text is not None:
            try:
                dates.parse(text, interval)
            except dates.NotADate:
                bad.append(text)
    return _verdict(pc.invert(pc.is_in(cells, pa.array(bad, pa.string()))), series)


def _first_of_its_key(series: Any) -> Any:
    cells = _arrow(series)
    if len(pc.unique(cells)) == len(cells):
        return pd.Series(True, index=series.index)
    return ~(series.duplicated(keep="first") & series.notna())


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
    """Schema of a table's cast cells; helper columns say which cells parsed."""
    columns = {}
    for column in table.raw_columns:
        columns[column.name] = pandera.Column(
            None, checks(column, unique=True), nullable=not column.required, coerce=False
        )
        if column.type != "string":
            columns[PARSED.format(column.name)] = pandera.Column(
                None, [_check(_true, f"type-{column.type}")], nullable=False, coerce=False
            )
    return pandera.DataFrameSchema(columns, coerce=False, name=table.name)


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
