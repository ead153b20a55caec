from collections.abc import Callable
from typing import Any, Literal, overload

import pandas as pd
import polars as pl
import pyarrow as pa

from caucasus_data import plot as plot

__version__: str

@overload
def load(
    table: str,
    version: str | None = ...,
    engine: Literal["pandas"] = ...,
    join: bool = ...,
    base_url: str | None = ...,
) -> pd.DataFrame: ...
@overload
def load(
    table: str,
    version: str | None = ...,
    *,
    engine: Literal["pyarrow"],
    join: bool = ...,
    base_url: str | None = ...,
) -> pa.Table: ...
@overload
def load(
    table: str,
    version: str | None = ...,
    *,
    engine: Literal["polars"],
    join: bool = ...,
    base_url: str | None = ...,
) -> pl.DataFrame: ...
def tables(version: str | None = ...) -> pd.DataFrame: ...
def codebook(table: str | None = ...) -> pd.DataFrame: ...
def schema(table: str) -> Any: ...
def memberships_at(day: str | pd.Timestamp, version: str | None = ...) -> pd.DataFrame: ...
def casualty_ranges(
    event: str | None = ...,
    rule: str | Callable[[pd.DataFrame], pd.DataFrame] = ...,
    as_of: str | pd.Timestamp | None = ...,
    version: str | None = ...,
) -> pd.DataFrame: ...
def sources_of(record: str, version: str | None = ...) -> pd.DataFrame: ...
def cite(style: str = ..., version: str | None = ...) -> str: ...
def version() -> str: ...
