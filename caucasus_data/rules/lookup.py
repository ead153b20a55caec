"""Look cells up among others by their numbers, without making texts of them.

Ids are compared as numbers, cells of few different texts by these texts; only a column that is
held as neither is compared text by text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.rules.frames import IdCells, LazyFrame, numbered
from caucasus_data.spec.columns import code_of

FEW_RUNS = 8
"""Runs of ids without a gap up to which each is compared by its ends; more are searched."""


def runs_of(keys: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Places (first, past the last) of the runs of keys that follow one another without a gap, as
    ids of a table do; the first few of them, if there are many."""
    ends = np.flatnonzero(np.diff(keys) != 1)[: FEW_RUNS + 1] + 1
    return list(zip([0, *ends.tolist()], [*ends.tolist(), len(keys)], strict=True))


def are_among(
    numbers: npt.NDArray[np.int64],
    keys: npt.NDArray[np.int64],
    runs: list[tuple[int, int]] | None = None,
) -> npt.NDArray[np.bool_]:
    """Which numbers stand in ``keys``, ascending and without repeats; ``runs`` of them, if known."""
    if not len(keys):
        return np.zeros(len(numbers), bool)
    inside = (numbers >= keys[0]) & (numbers <= keys[-1])
    runs = runs_of(keys) if runs is None else runs
    if len(runs) == 1:
        return inside
    if len(runs) <= FEW_RUNS:
        found = np.zeros(len(numbers), bool)
        for start, stop in runs:
            found |= (numbers >= keys[start]) & (numbers <= keys[stop - 1])
        return found
    at = np.flatnonzero(inside)
    inside[at] = keys[np.searchsorted(keys, numbers[at])] == numbers[at]
    return inside


def between(numbers: npt.NDArray[np.int64], spans: list[tuple[str, str]]) -> npt.NDArray[np.bool_]:
    """Which ids stand between the ends of a span, both included; numbers ascend as ids do."""
    if not spans:
        return np.zeros(len(numbers), bool)
    last = np.iinfo(np.int64).max
    bounds = [(code_of(a) if a else 1, last if b == "\U0010ffff" else code_of(b)) for a, b in spans]
    bounds = sorted((max(a, 1), b) for a, b in bounds if b > 0)
    if not bounds:
        return np.zeros(len(numbers), bool)
    starts, ends = np.array(bounds).T
    at = np.searchsorted(starts, numbers, side="right") - 1
    return (at >= 0) & (numbers <= ends[np.maximum(at, 0)]) & (numbers > 0)


def look_up(frame: LazyFrame, name: str, values: pd.Series[Any]) -> pd.Series[Any]:
    """For each cell of a column its value (null if it has none), with the dtype of ``values``.

    ``Series.map`` guesses a dtype for an empty mapping, and fails on dates.
    """
    found = values.array.take(places_of(frame, name, values.index), allow_fill=True)
    return pd.Series(found, index=frame.index, copy=False)


def places_of(frame: LazyFrame, name: str, index: pd.Index) -> npt.NDArray[np.int64]:
    """For each cell of a column its place in an index without repeats, -1 if it is not there."""
    words = frame.words(name)
    if words is None:
        return places_in(frame.ids(name), index)
    codes, texts = words
    known = places_in(pd.Series(texts, dtype="string"), index) if texts else np.empty(0, np.int64)
    return np.append(known, -1)[codes]


def places_in(keys: pd.Series[Any] | IdCells, index: pd.Index) -> npt.NDArray[np.int64]:
    """For each key its place in an index without repeats, -1 if it is not there."""
    own, others = numbered(keys), numbered(index)
    if own is not None and others is not None:
        places = _places_of_numbers(own, others)
    else:
        assert not isinstance(keys, IdCells)
        found = pc.index_in(
            pa.array(keys.array, pa.large_string()), pa.array(index.array, pa.large_string())
        )
        places = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _places_of_numbers(
    keys: npt.NDArray[np.int64], index: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    if not len(index):
        return np.full(len(keys), -1)
    order = None if (index[1:] > index[:-1]).all() else np.argsort(index, kind="stable")
    ordered = index if order is None else index[order]
    runs = runs_of(ordered)
    if order is None and len(runs) <= FEW_RUNS:
        places = np.full(len(keys), -1)
        for start, stop in runs:
            here = (keys >= ordered[start]) & (keys <= ordered[stop - 1]) & (keys != 0)
            np.copyto(places, keys - (ordered[start] - start), where=here)
        return places
    at = np.minimum(np.searchsorted(ordered, keys), len(index) - 1)
    found = np.where((ordered[at] == keys) & (keys != 0), at, -1)
    return found if order is None else np.where(found >= 0, order[found], -1)


def at(cells: pd.Series[Any] | IdCells, places: npt.NDArray[np.int64]) -> pd.Series[Any] | IdCells:
    """The cells at these places."""
    return cells.at(places) if isinstance(cells, IdCells) else cells.iloc[places]


def stand_in(cells: pd.Series[Any] | IdCells, others: pd.Series[Any] | IdCells) -> pd.Series[bool]:
    """Whether each cell stands among the others, too."""
    own, theirs = numbered(cells), numbered(others)
    if own is None or theirs is None:
        assert not isinstance(cells, IdCells)
        assert not isinstance(others, IdCells)
        found: pd.Series[bool] = cells.isin(others.dropna())
        return found
    theirs = theirs[theirs != 0]
    return pd.Series(are_among(own, once(theirs)), index=cells.index, copy=False)


def are_one_of(cells: pd.Series[Any] | IdCells, texts: list[str]) -> pd.Series[bool]:
    """Whether each cell is one of some texts."""
    numbers = numbered(cells)
    if numbers is None:
        assert not isinstance(cells, IdCells)
        found: pd.Series[bool] = cells.isin(texts)
        return found
    wanted = np.unique(np.array([code_of(text) for text in texts], np.int64))
    return pd.Series(are_among(numbers, wanted), index=cells.index, copy=False)


def once(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The different numbers, ascending; quick where they ascend already, as in a sorted table."""
    if not len(numbers):
        return numbers
    if not (numbers[1:] >= numbers[:-1]).all():
        numbers = np.sort(numbers)
    return numbers[np.concatenate([[True], numbers[1:] != numbers[:-1]])]


def grouped(
    cells: pd.Series[Any] | IdCells,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each cell the number of its group of equal cells, and the first place of each group."""
    numbers = numbered(cells)
    if numbers is None:
        assert not isinstance(cells, IdCells)
        groups, _ = pd.factorize(cells, use_na_sentinel=False)
    elif len(numbers) and (numbers[1:] >= numbers[:-1]).all():
        begins = np.concatenate([[True], numbers[1:] != numbers[:-1]])
        return np.cumsum(begins) - 1, np.flatnonzero(begins)
    else:
        groups = pd.factorize(numbers)[0]
    groups = np.asarray(groups, np.int64)
    return groups, np.unique(groups, return_index=True)[1] if len(groups) else groups
