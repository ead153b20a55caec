"""A table as rules see it: a pandas frame whose columns are made when they are looked at.

A large table would not fit as pandas text. Here a column costs memory only while a rule works
on it; whatever is not a plain look at columns and rows is left to a real frame.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

Rows = npt.NDArray[np.int64]

LARGE = 200_000
"""Rows from which a table is large."""
KEPT = 64 * 1024 * 1024
"""Bytes of columns of large tables that stay made."""


class Columns(Protocol):
    """Where a frame's columns come from."""

    names: tuple[str, ...]
    count: int

    def series(self, name: str, rows: Rows | None, index: pd.Index) -> pd.Series[Any]:
        """One column, of all rows or of some."""

    def codes(self, name: str, rows: Rows | None) -> npt.NDArray[np.int64] | None:
        """Numbers that stand for the cells of a column of ids, 0 for blank ones."""

    def marks(self, name: str, rows: Rows | None) -> npt.NDArray[Any]:
        """Numbers that are the same where the cells of a column are."""

    def among(
        self, name: str, words: Collection[str], rows: Rows | None
    ) -> npt.NDArray[np.bool_] | None:
        """Whether each cell is one of these words; None if that takes the texts."""

    def holds(
        self, name: str, test: Callable[[pd.Series[Any]], pd.Series[bool]], rows: Rows | None
    ) -> npt.NDArray[np.bool_] | None:
        """Whether a test holds for each cell; None if that takes the cells."""

    def present(self, name: str, rows: Rows | None) -> npt.NDArray[np.bool_] | None:
        """Whether each cell holds anything; None if that takes the texts."""

    def different(self, name: str, rows: Rows | None) -> list[str] | None:
        """The different texts; None if that takes the texts of all rows."""

    def words(
        self, name: str, rows: Rows | None
    ) -> tuple[npt.NDArray[np.integer[Any]], list[str]] | None:
        """The number of each cell's text (-1: blank) and the texts by number, if held so."""


_NUMBERED: dict[int, tuple[weakref.ref[Any], npt.NDArray[np.int64]]] = {}


def numbered(cells: pd.Series[Any] | pd.Index | IdCells) -> npt.NDArray[np.int64] | None:
    """The numbers of the ids in a column that was taken from a frame as it is, if it has any."""
    if isinstance(cells, IdCells):
        return cells.numbers
    found = _NUMBERED.get(id(cells.array))
    return found[1] if found is not None and found[0]() is cells.array else None


def _remember(array: Any, codes: npt.NDArray[np.int64]) -> None:
    place = id(array)
    _NUMBERED[place] = (weakref.ref(array, lambda _: _NUMBERED.pop(place, None)), codes)


@dataclass(frozen=True)
class IdCells:
    """A column of ids as numbers (0: blank) that nobody asked the texts of."""

    numbers: npt.NDArray[np.int64]
    index: pd.Index

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, places: Rows) -> IdCells:
        """The cells at these places."""
        return IdCells(self.numbers[places], self.index[places])


class _Recent:
    """The columns that were made last, up to so many bytes over all frames."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.made: OrderedDict[tuple[int, str], tuple[weakref.ref[LazyFrame], int]] = OrderedDict()
        self.size = 0

    def add(self, frame: LazyFrame, name: str, cells: pd.Series[Any]) -> None:
        """Let a frame keep a column, and others lose theirs."""
        size = int(cells.memory_usage(index=False))
        self.made[id(frame), name] = (weakref.ref(frame), size)
        self.size += size
        while self.size > KEPT and len(self.made) > 1:
            (_, other), (owner, size) = self.made.popitem(last=False)
            self.size -= size
            found = owner()
            if found is not None:
                found._made.pop(other, None)


_RECENT = _Recent()


class LazyFrame:
    """Rows of a table; see the module. ``frame()`` is the same as a real frame."""

    def __init__(
        self, source: Columns, rows: Rows | None = None, index: pd.Index | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self._source, self._rows = source, rows
        self.index = (
            index
            if index is not None
            else pd.RangeIndex(source.count)
            if rows is None
            else pd.Index(rows)
        )
        self._extra: dict[str, Any] = dict(extra or {})
        self._made: dict[str, pd.Series[Any]] = {}
        self._frame: pd.DataFrame | None = None

    # -- columns -------------------------------------------------------------------------

    @property
    def columns(self) -> pd.Index:
        """Names of the columns."""
        return pd.Index(list(self))

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._source.names, *self._extra]))

    def __contains__(self, name: object) -> bool:
        return name in self._source.names or name in self._extra

    def __len__(self) -> int:
        return len(self.index)

    @property
    def empty(self) -> bool:
        """Whether there are no rows."""
        return not len(self)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), len(list(self))

    def column(self, name: str) -> pd.Series[Any]:
        """One column."""
        if name in self._extra:
            found: pd.Series[Any] = self._extra[name]
            return found
        found_ = self._made.get(name)
        if found_ is not None:
            return found_
        if name not in self._source.names:
            raise KeyError(name)
        made = self._source.series(name, self._rows, self.index)
        codes = self._source.codes(name, self._rows)
        if codes is not None:
            _remember(made.array, codes)
        self._made[name] = made
        if len(self) >= LARGE:
            with _RECENT.lock:
                _RECENT.add(self, name, made)
        return made

    def ids(self, name: str) -> IdCells | pd.Series[Any]:
        """A column of ids, without its texts if it can be had so."""
        numbers = None if name in self._extra else self._source.codes(name, self._rows)
        return self.column(name) if numbers is None else IdCells(numbers, self.index)

    def among(self, name: str, words: Collection[str]) -> pd.Series[bool]:
        """Whether each cell of a column is one of these words."""
        found = None if name in self._extra else self._source.among(name, words, self._rows)
        return (
            self.column(name).isin(list(words))
            if found is None
            else pd.Series(found, index=self.index, copy=False)
        )

    def holds(
        self, name: str, test: Callable[[pd.Series[Any]], pd.Series[bool]]
    ) -> pd.Series[bool]:
        """Whether a test of cells holds for each of a column; a blank cell passes none."""
        found = None if name in self._extra else self._source.holds(name, test, self._rows)
        return (
            test(self.column(name)).fillna(False).astype(bool)
            if found is None
            else pd.Series(found, index=self.index, copy=False)
        )

    def present(self, name: str) -> pd.Series[bool]:
        """Whether each cell of a column holds anything."""
        found = None if name in self._extra else self._source.present(name, self._rows)
        return (
            self.column(name).notna()
            if found is None
            else pd.Series(found, index=self.index, copy=False)
        )

    def different(self, name: str) -> list[str]:
        """The different texts of a column that are in use."""
        found = None if name in self._extra else self._source.different(name, self._rows)
        return list(self.column(name).dropna().unique()) if found is None else found

    def marks(self, name: str) -> npt.NDArray[Any]:
        """Numbers that are the same where the cells of a column are."""
        return self._source.marks(name, self._rows)

    def words(self, name: str) -> tuple[npt.NDArray[np.integer[Any]], list[str]] | None:
        """The number of each cell's text (-1: blank) and the texts by number, if held so."""
        return None if name in self._extra else self._source.words(name, self._rows)

    # -- rows ----------------------------------------------------------------------------

    def at_rows(self, places: Rows) -> LazyFrame:
        """The rows at these places."""
        rows = places if self._rows is None else self._rows[places]
        extra = {name: cells.iloc[places] for name, cells in self._extra.items()}
        return LazyFrame(self._source, rows, self.index[places], extra)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, list) and all(isinstance(name, str) for name in key):
            return pd.DataFrame(
                {name: self.column(name) for name in key}, index=self.index, copy=False
            )
        if isinstance(key, pd.Series) and pd.api.types.is_bool_dtype(key.dtype):
            if not key.index.equals(self.index):
                return self.frame()[key]
            return self.at_rows(np.flatnonzero(key.fillna(False).to_numpy(bool)))
        if isinstance(key, np.ndarray) and key.dtype == bool:
            return self.at_rows(np.flatnonzero(key))
        return self.frame()[key]

    @property
    def loc(self) -> _Loc:
        """Rows by label, columns by name."""
        return _Loc(self)

    @property
    def at(self) -> _At:
        """One cell."""
        return _At(self)

    def frame(self) -> pd.DataFrame:
        """All of it as a real frame."""
        if self._frame is None:
            made = pd.DataFrame(
                {name: self.column(name) for name in self}, index=self.index, copy=False
            )
            if len(self) >= LARGE:
                return made
            self._frame = made
        return self._frame

    # -- what rules do with frames --------------------------------------------------------

    def assign(self, **more: Any) -> LazyFrame:
        """The same rows with more columns."""
        found = LazyFrame(self._source, self._rows, self.index, self._extra)
        found._made = self._made
        for name, cells in more.items():
            made = cells(found) if callable(cells) else cells
            found._extra[name] = (
                made if isinstance(made, pd.Series) else pd.Series(made, index=self.index)
            )
        return found

    def set_index(self, key: str) -> LazyFrame:
        """The same rows under the cells of a column."""
        cells = self.column(key)
        index = pd.Index(cells.array, name=key)
        codes = numbered(cells)
        if codes is not None:
            _remember(index.array, codes)
        return LazyFrame(
            self._source, self._rows, index, {n: c.set_axis(index) for n, c in self._extra.items()}
        )

    def dropna(self, subset: str | list[str]) -> LazyFrame:
        """The rows with no blank cell in these columns."""
        names = [subset] if isinstance(subset, str) else list(subset)
        kept = np.ones(len(self), bool)
        for name in names:
            kept &= self.present(name).to_numpy(bool)
        return self if kept.all() else self.at_rows(np.flatnonzero(kept))

    def duplicated(
        self, subset: str | Iterable[str] | None = None, keep: Any = "first"
    ) -> pd.Series[bool]:
        """Rows whose cells in these columns stand in another row too."""
        names = (
            [subset] if isinstance(subset, str) else list(subset if subset is not None else self)
        )
        if len(self) < LARGE or any(name in self._extra for name in names):
            found: pd.Series[bool] = self[names].duplicated(keep=keep)
            return found
        exact = self.told_apart(names)
        if exact is not None:
            return pd.Series(exact, copy=False).duplicated(keep=keep).set_axis(self.index)
        # rows whose cells together make a number that no other row makes need no closer look
        marked = np.zeros(len(self), bool)
        ordered = self.mixed(names)
        ordered.sort()
        if (ordered[1:] == ordered[:-1]).any():
            del ordered
            places = np.flatnonzero(pd.Series(self.mixed(names), copy=False).duplicated(keep=False))
            few = self.at_rows(places)
            marked[places] = pd.DataFrame({name: few.marks(name) for name in names}).duplicated(
                keep=keep
            )
        return pd.Series(marked, index=self.index, copy=False)

    def told_apart(self, names: list[str]) -> npt.NDArray[np.int64] | None:
        """A number for the cells of these columns together, the same for equal ones only; None if
        the columns are not all held as numbers of few different texts."""
        numbers, size = np.zeros(len(self), np.int64), 1
        for name in names:
            held = self.words(name)
            if held is None or size * (len(held[1]) + 1) >= 1 << 62:
                return None
            size *= len(held[1]) + 1
            numbers *= len(held[1]) + 1
            numbers += held[0]
            numbers += 1
        return numbers

    def mixed(self, names: list[str]) -> npt.NDArray[np.uint64]:
        """A number for the cells of these columns together: equal ones have one number, different
        ones hardly ever."""
        mixed = np.zeros(len(self), np.uint64)
        for name in names:
            marks = self._source.marks(name, self._rows).astype(np.uint64)
            marks += np.uint64(0x9E3779B97F4A7C15)
            mixed ^= marks
            mixed *= np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= np.right_shift(mixed, np.uint64(29), out=marks)
        return mixed

    def drop_duplicates(self, subset: str | list[str]) -> LazyFrame:
        """The first row of each kind."""
        again = self.duplicated(subset).to_numpy(bool)
        return self.at_rows(np.flatnonzero(~again)) if again.any() else self

    def copy(self, deep: bool = True) -> LazyFrame:
        """Itself: rules do not write into frames."""
        return self.assign()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.frame(), name)


class _Loc:
    def __init__(self, frame: LazyFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        rows, names = key if isinstance(key, tuple) else (key, None)
        own = self._frame
        if isinstance(names, str):
            return own.column(names).loc[rows]
        if isinstance(names, list):
            return own[names].loc[rows]
        if isinstance(rows, int | np.integer) and isinstance(own.index, pd.RangeIndex):
            return own.at_rows(np.array([int(rows)])).frame().iloc[0]
        if isinstance(rows, pd.Series | np.ndarray) and pd.api.types.is_bool_dtype(rows.dtype):
            return own[rows]
        return own.frame().loc[rows]


class _At:
    def __init__(self, frame: LazyFrame) -> None:
        self._frame = frame

    def __getitem__(self, key: tuple[Any, str]) -> Any:
        row, name = key
        if isinstance(self._frame.index, pd.RangeIndex):
            return self._frame.at_rows(np.array([int(row)])).column(name).iloc[0]
        return self._frame.column(name).at[row]
