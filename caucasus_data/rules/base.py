"""What a rule is, and the frames that rules look at."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.finding import Hit
from caucasus_data.rules.frames import IdCells, LazyFrame, numbered
from caucasus_data.rules.lookup import are_among, between, once, runs_of
from caucasus_data.spec.columns import code_of
from caucasus_data.spec.model import Spec

Frame = LazyFrame | pd.DataFrame


def _kept(method: Callable[..., Any]) -> Callable[..., Any]:
    """Remember a method's answers in its object, so that they go when the object goes."""

    @functools.wraps(method)
    def answer(self: Any, *words: Any) -> Any:
        answers = self.__dict__.setdefault("_answers", {})
        key = (method.__name__, words)
        if key not in answers:
            answers[key] = method(self, *words)
        return answers[key]

    return answer


@dataclass
class Data:
    """The typed frames of every table, by name; a frame's index is the row's number.

    Text is pandas ``string``, numbers and booleans are masked types, dates are
    ``datetime64[ms]`` in ``*_earliest`` and ``*_latest`` beside each ``*_edtf``.
    ``lost_keys``: keys of rows that were refused for their shape, by table, and ``lost_spans``:
    the keys right before and after each row whose own key was refused; references to any of them
    are not blamed. ``spoiled``: cells (row, field) already refused, which are null in the frames.
    ``broken``: tables whose file could not be read.
    ``published``: text frames of the newest release, for rules about published ids.
    """

    spec: Spec
    frames: Mapping[str, LazyFrame]
    lost_keys: Mapping[str, Set[str]] = field(default_factory=dict)
    lost_spans: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    spoiled: Mapping[str, Set[tuple[int, str]]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    published: Mapping[str, Frame] = field(default_factory=dict)
    published_versions: tuple[str, ...] = ()

    def __getitem__(self, table: str) -> LazyFrame:
        return self.frames[table]

    @functools.cached_property
    def coverage_end(self) -> pd.Timestamp:
        """Last day covered."""
        return pd.Timestamp(self.spec.coverage_end)

    def keys_of(self, table: str) -> pd.Index:
        """The ids of a table's rows."""
        key = self.spec[table].single_key
        assert key is not None
        found: pd.Index = pd.Index(self.frames[table][key].dropna().unique())
        return found

    def leads(self, frame: LazyFrame, column: str, tables: Sequence[str]) -> pd.Series[bool]:
        """Whether each cell of a column is the key of a row of one of these tables."""
        words = frame.words(column)
        if words is None:
            return self.names_row_of(tables, frame.ids(column))
        codes, texts = words
        known = self.names_row_of(tables, pd.Series(texts, dtype="string")).to_numpy(bool)
        return pd.Series(np.append(known, False)[codes], index=frame.index, copy=False)

    def names_row_of(
        self, tables: Sequence[str], cells: pd.Series[str] | IdCells
    ) -> pd.Series[bool]:
        """Whether each cell is the key of a row of one of these tables."""
        numbers = numbered(cells)
        found = np.zeros(len(cells), bool)
        for table in tables:
            keys = self._key_numbers(table)
            if numbers is not None and keys is not None:
                found |= are_among(numbers, keys, self._key_runs(table))
            else:
                assert not isinstance(cells, IdCells)
                array = pa.array(cells.array, pa.large_string())
                there = pc.is_in(array, self._key_array(table))
                found |= there.to_numpy(zero_copy_only=False)
        return pd.Series(found, index=cells.index, copy=False)

    @_kept
    def _key_array(self, table: str) -> pa.Array:
        return pa.array(self.keys_of(table).array, pa.large_string())

    @_kept
    def _key_numbers(self, table: str) -> npt.NDArray[np.int64] | None:
        """The numbers of a table's keys, ascending."""
        numbers = numbered(self.frames[table].ids(self.spec[table].single_key or ""))
        if numbers is None:
            return None
        numbers = once(numbers)
        return numbers[1:] if len(numbers) and numbers[0] == 0 else numbers[numbers != 0]

    @_kept
    def _key_runs(self, table: str) -> list[tuple[int, int]]:
        keys = self._key_numbers(table)
        return [] if keys is None else runs_of(keys)

    def table_of(self, record: str) -> str | None:
        """The table in which an id names a row (the first of several)."""
        for table in self.spec.record_tables:
            if table.name in self.frames:
                keys = self._key_numbers(table.name)
                if keys is None:
                    there = record in self.keys_of(table.name)
                else:
                    there = bool(are_among(np.array([code_of(record)]), keys)[0])
                if there:
                    return table.name
        return None

    def has(self, *tables: str) -> bool:
        """Whether all these tables were read."""
        return all(table in self.frames and table not in self.broken for table in tables)

    def refused(self, table: str, *columns: str) -> pd.Series[bool]:
        """Rows in which one of these cells was refused already: a null there means nothing."""
        index = self.frames[table].index
        rows = [row for column in columns for row in self._refused_rows(table).get(column, ())]
        marked = np.isin(index.to_numpy(), rows) if rows else np.zeros(len(index), bool)
        return pd.Series(marked, index=index, copy=False)

    @_kept
    def _refused_rows(self, table: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, column in self.spoiled.get(table, ()):
            found.setdefault(column, []).append(row)
        return found

    def whole(self, *tables: str) -> bool:
        """Whether no row and no cell of these tables was refused: sums over them mean something."""
        return not any(
            self.lost_keys.get(table) or self.lost_spans.get(table) or self.spoiled.get(table)
            for table in tables
        )

    def lost(self, table: str, cells: pd.Series[str] | IdCells) -> pd.Series[bool]:
        """Whether each cell may name a row of ``table`` that was refused, or whose key was."""
        keys, spans = self.lost_keys.get(table, frozenset()), sorted(self.lost_spans.get(table, ()))
        if not keys and not spans:
            return pd.Series(np.zeros(len(cells), bool), index=cells.index, copy=False)
        numbers = numbered(cells)
        if numbers is not None:
            gone = are_among(numbers, np.unique(np.array([code_of(key) for key in keys], np.int64)))
            return pd.Series(gone | between(numbers, spans), index=cells.index, copy=False)
        assert not isinstance(cells, IdCells)
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        gone_texts = set(keys)
        for text in cells.dropna().unique():
            at = bisect.bisect_right(starts, text) - 1
            if at >= 0 and text <= ends[at]:
                gone_texts.add(text)
        return cells.isin(list(gone_texts))

    def by_key(self, table: str) -> LazyFrame:
        """A table indexed by its key; the first of duplicated keys."""
        return self._by_key(table)

    @_kept
    def _by_key(self, table: str) -> LazyFrame:
        key = self.spec[table].single_key
        frame = self.frames[table]
        return frame.dropna(key).drop_duplicates(key).set_index(key)

    __hash__ = object.__hash__


Check = Callable[[Data], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A check, the codes that it can give and the tables without which it does not run."""

    codes: tuple[str, ...]
    tables: tuple[str, ...]
    check: Check
    refuses: bool = False
    """Its hits refuse cells, as a wrong type does: it runs first, and no other rule judges them."""
    blockwise: tuple[str, ...] = ()
    """Tables of which it looks at one row at a time: it is run on each part of them by itself, so
    that free text need not be held."""

    def run(self, data: Data) -> list[Hit]:
        """Every hit of the rule, or none if a table that it needs could not be read."""
        return list(self.check(data)) if data.has(*self.tables) else []


ALL: list[Rule] = []


def rule(
    *codes: str,
    tables: tuple[str, ...] = (),
    refuses: bool = False,
    blockwise: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Add a check to :data:`ALL`."""

    def add(check: Check) -> Check:
        ALL.append(Rule(codes, tables, check, refuses, blockwise))
        return check

    return add


def hits(
    code: str,
    table: str,
    frame: Frame,
    where: Any,
    field: str | None,
    message: str | Callable[..., str],
    hint: str | Callable[..., str] = "",
) -> Iterator[Hit]:
    """A hit for each row of ``frame`` where ``where`` is true; texts may be made from the row."""
    where = where.fillna(False).astype(bool) if hasattr(where, "fillna") else where
    if not where.any():
        return
    for number, row in frame[where].iterrows():
        value = None
        if field is not None and field in frame.columns and not pd.isna(row[field]):
            value = str(row[field])
        yield Hit(
            code,
            table,
            int(number),
            field,
            message(row) if callable(message) else message,
            hint(row) if callable(hint) else hint,
            value,
        )
