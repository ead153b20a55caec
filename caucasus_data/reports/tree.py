"""The working tree's tables as frames, for reports: normalized, whatever the rules say."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Any

import pandas as pd

from caucasus_data import locate
from caucasus_data.loading import to_pandas
from caucasus_data.normalize import normalize
from caucasus_data.read import read_folder
from caucasus_data.spec.casts import typed_table


@functools.lru_cache(maxsize=2)
def frames(root: Path) -> dict[str, pd.DataFrame]:
    """Every table of a build of ``root/raw``, typed as ``load`` types them."""
    raw = root / "raw"
    spec = locate.spec(raw)
    end = dt.date.fromisoformat(spec.coverage_end)
    typed = {
        name: typed_table(table.arrow, table.spec, end)
        for name, table in read_folder(raw, spec).tables.items()
    }
    return {name: to_pandas(table) for name, table in normalize(typed, spec).items()}


def tops(rows: pd.DataFrame, key: str, parent: str) -> dict[str, str]:
    """The row at the top of each row's line of parents, by key."""
    up = dict(zip(rows[key], rows[parent], strict=True))
    found: dict[str, str] = {}
    for row in up:
        at = row
        while not pd.isna(up.get(at)):
            at = str(up[at])
        found[str(row)] = str(at)
    return found


def table(header: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table."""

    def cells(row: list[Any]) -> str:
        shown = [
            "" if v is None or (not isinstance(v, str) and pd.isna(v)) else str(v) for v in row
        ]
        return "| " + " | ".join(v.replace("|", "\\|") for v in shown) + " |"

    return "\n".join([cells(list(header)), "|" + "---|" * len(header), *map(cells, rows)]) + "\n"
