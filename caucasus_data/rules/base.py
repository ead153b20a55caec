"""What a rule is, and the frames that rules look at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.finding import Hit
from caucasus_data.spec.model import Spec

Frame = pd.DataFrame


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
    frames: Mapping[str, Frame]
    lost_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lost_spans: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    spoiled: Mapping[str, Set[tuple[int, str]]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    published: Mapping[str, Frame] = field(default_factory=dict)
    published_versions: tuple[str, ...] = ()

    def __getitem__(self, table: str) -> Frame:
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

    def names_row_of(self, tables: Sequence[str], cells: pd.Series[str]) -> pd.Series[bool]:
        """Whether each cell is the key of a row of one of these tables."""
        array = pa.array(cells, pa.string())
        found = pa.nulls(len(array), pa.bool_()).fill_null(False)
        for table in tables:
            found = pc.or_(found, pc.is_in(array, self._key_array(table)))
        return pd.Series(found.to_numpy(zero_copy_only=False), index=cells.index, dtype=bool)

    @functools.cache  # noqa: B019  (one Data lives as long as one run)
    def _key_array(self, table: str) -> pa.Array:
        return pa.array(self.keys_of(table), pa.string())

    @functools.cached_property
    def table_of(self) -> pd.Series[str]:
        """Table by record id, for every table whose keys are ids (first table wins)."""
        parts = []
        for table in self.spec.record_tables:
            if table.name in self.frames:
                parts.append(pd.Series(table.name, index=self.keys_of(table.name), dtype="object"))
        joined = pd.concat(parts) if parts else pd.Series(dtype="object")
        return joined[~joined.index.duplicated()]

    def has(self, *tables: str) -> bool:
        """Whether all these tables were read."""
        return all(table in self.frames and table not in self.broken for table in tables)

    def refused(self, table: str, *columns: str) -> pd.Series[bool]:
        """Rows in which one of these cells was refused already: a null there means nothing."""
        rows = [row for row, column in self.spoiled.get(table, ()) if column in columns]
        marked = pd.Series(False, index=self.frames[table].index)
        marked.iloc[rows] = True
        return marked

    def lost(self, table: str, cells: pd.Series[str]) -> pd.Series[bool]:
        """Whether each cell may name a row of ``table`` that was refused, or whose key was."""
        gone = cells.isin(list(self.lost_keys.get(table, ())))
        spans = sorted(self.lost_spans.get(table, ()))
        if spans:
            starts, ends = [s for s, _ in spans], [e for _, e in spans]
            at = pd.Index(starts, dtype="object").searchsorted(cells.fillna("").astype("object"), side="right") - 1
            inside = [n >= 0 and str(cell) <= ends[n] for n, cell in zip(at, cells.fillna(""), strict=True)]
            gone |= pd.Series(inside, index=cells.index) & cells.notna()
        return gone

    def by_key(self, table: str) -> Frame:
        """A table indexed by its key; the first of duplicated keys."""
        return self._by_key(table)

    @functools.cache  # noqa: B019  (one Data lives as long as one run)
    def _by_key(self, table: str) -> Frame:
        key = self.spec[table].single_key
        frame = self.frames[table]
        frame = frame[frame[key].notna() & ~frame[key].duplicated()]
        return frame.set_index(key)

    __hash__ = object.__hash__


def look_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    """For each key its value (null if it has none), with the dtype of ``values``.

    ``Series.map`` guesses a dtype for an empty mapping, and fails on dates.
    """
    found = values.reindex(pd.Index(keys.array))
    found.index = keys.index
    return found


Check = Callable[[Data], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A check, the codes that it can give and the tables without which it does not run."""

    codes: tuple[str, ...]
    tables: tuple[str, ...]
    check: Check

    def run(self, data: Data) -> list[Hit]:
        """Every hit of the rule, or none if a table that it needs could not be read."""
        return list(self.check(data)) if data.has(*self.tables) else []


ALL: list[Rule] = []


def rule(*codes: str, tables: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Add a check to :data:`ALL`."""

    def add(check: Check) -> Check:
        ALL.append(Rule(codes, tables, check))
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
