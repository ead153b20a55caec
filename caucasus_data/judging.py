"""One table being judged: its blocks cast and put through pandera, its columns held for rules.

What spans rows of several blocks (keys, rules) is left to ``validate``.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from caucasus_data import rules as known
from caucasus_data.finding import Finding, Hit
from caucasus_data.hints import told
from caucasus_data.read import Block, RawTable, TableFile, finding
from caucasus_data.read.block import about
from caucasus_data.rules.frames import LazyFrame
from caucasus_data.spec.casts import cast
from caucasus_data.spec.columns import (
    Held,
    Ids,
    Numbers,
    Rows,
    Texts,
    Words,
    held_as,
    series,
    without,
)
from caucasus_data.spec.model import Column, Spec, Table

WEIGHED = {
    ("events", "title"),
    ("casualties", "value_text"),
    ("casualties", "locator"),
    ("citations", "value"),
    ("citations", "locator"),
    ("figures", "value_text"),
}
"""Free text that rules look at in every row. Of a large table the rest is read again if asked for."""

FEW = 2000
"""Rows up to which left-out text is read row by row."""

_ONE_AT_A_TIME = threading.Lock()
"""pandera keeps its settings in one place for all threads."""


class HeldColumns:
    """The columns of a table, as far as they were read; a source for :class:`LazyFrame`."""

    def __init__(self, table: Table, end: dt.date) -> None:
        self.table = table
        self.count = 0
        self.held: dict[str, Held] = {}
        self.raw: RawTable | None = None
        """Where text that is not held is read again."""
        for column in table.raw_columns:
            kinds = {"ids": Ids, "text": Texts}
            way = held_as(column, table)
            self.held[column.name] = (
                Words(column, end)
                if way == "words"
                else Numbers(column)
                if way == "numbers"
                else kinds[way]()
            )
        names: list[str] = []
        for column in table.raw_columns:
            names.append(column.name)
            if column.is_edtf:
                names += [f"{column.stem}_{part}" for part in ("earliest", "latest", "precision")]
        self.names = tuple(names)
        self.left_out: frozenset[str] = frozenset()

    def join(self) -> None:
        """Put the numbers of all blocks together, which rules would do one column at a time."""
        for held in self.held.values():
            if isinstance(held, Ids | Words):
                held.join()

    def leave_out_text(self) -> None:
        """Hold no free text but that which rules weigh."""
        self.left_out = frozenset(
            name for name, held in self.held.items()
            if isinstance(held, Texts) and name not in self.table.key and (self.table.name, name) not in WEIGHED
        )  # fmt: skip

    def series(self, name: str, rows: Rows, index: pd.Index) -> pd.Series[Any]:
        """One column in pandas."""
        if name in self.left_out and self.raw is not None:
            if rows is not None and len(rows) < FEW:
                few = [
                    None if (row, name) in self.raw.spoiled else self.raw.value(row, name)
                    for row in rows.tolist()
                ]
                return series(pa.array(few, pa.string()), index, name)
            cells = without(
                self.raw.read_column(name),
                [row for row, field in self.raw.spoiled if field == name],
            )
            return series(cells if rows is None else cells.take(pa.array(rows)), index, name)
        if name not in self.held:
            stem, _, part = name.rpartition("_")
            dated = self.held[f"{stem}_edtf"]
            assert isinstance(dated, Words)
            return series(dated.arrow(rows, part), index, name)
        return series(self.held[name].arrow(rows), index, name)

    def codes(self, name: str, rows: Rows) -> npt.NDArray[np.int64] | None:
        """Numbers of a column of ids."""
        held = self.held.get(name)
        if not isinstance(held, Ids):
            return None
        return held.codes if rows is None else held.codes[rows]

    def marks(self, name: str, rows: Rows) -> npt.NDArray[Any]:
        """Numbers that are the same where the cells are."""
        held = self.held.get(name)
        if isinstance(held, Ids | Words):
            return held.codes if rows is None else held.codes[rows]
        cells = self.series(name, rows, pd.RangeIndex(self.count if rows is None else len(rows)))
        return np.asarray(pd.factorize(cells)[0])

    def among(self, name: str, words: Collection[str], rows: Rows) -> npt.NDArray[np.bool_] | None:
        """Whether each cell is one of these words."""
        held = self.held.get(name)
        if not isinstance(held, Words):
            return self.holds(name, lambda cells: cells.isin(list(words)), rows)
        wanted = [number for text, number in held.numbers.items() if text in words]
        codes = held.codes if rows is None else held.codes[rows]
        return np.isin(codes, wanted) if len(wanted) != 1 else np.asarray(codes == wanted[0])

    def holds(
        self, name: str, test: Callable[[pd.Series[Any]], pd.Series[bool]], rows: Rows
    ) -> npt.NDArray[np.bool_] | None:
        """Whether a test holds for each cell of a part of dates, put to the different dates only."""
        stem, _, part = name.rpartition("_")
        dated = self.held.get(f"{stem}_edtf")
        if name in self.held or not isinstance(dated, Words):
            return None
        values = dated.values(part)
        told = test(series(values, pd.RangeIndex(len(values)), name)).fillna(False)
        codes = dated.codes if rows is None else dated.codes[rows]
        return np.append(told.to_numpy(bool), False)[codes]

    def present(self, name: str, rows: Rows) -> npt.NDArray[np.bool_] | None:
        """Whether each cell holds anything."""
        held = self.held.get(name)
        if isinstance(held, Words):
            return np.asarray((held.codes if rows is None else held.codes[rows]) >= 0)
        if isinstance(held, Ids):
            return np.asarray((held.codes if rows is None else held.codes[rows]) != 0)
        if isinstance(held, Numbers | Texts) and name not in self.left_out:
            return np.asarray(held.arrow(rows).is_valid().to_numpy(zero_copy_only=False))
        return None

    def different(self, name: str, rows: Rows) -> list[str] | None:
        """The different texts of a column of words."""
        held = self.held.get(name)
        if not isinstance(held, Words):
            return None
        codes = held.codes if rows is None else held.codes[rows]
        used = np.bincount(codes[codes >= 0], minlength=len(held.numbers)) > 0
        return [text for text, number in held.numbers.items() if used[number]]

    def words(self, name: str, rows: Rows) -> tuple[npt.NDArray[Any], list[str]] | None:
        """The number of each cell's text, and the texts."""
        held = self.held.get(name)
        if not isinstance(held, Words):
            return None
        return held.codes if rows is None else held.codes[rows], list(held.numbers)

    def frame(self) -> LazyFrame:
        """All rows as rules see them."""
        return LazyFrame(self)


class TableJudge:
    """A file and its columns. ``read`` may run in several threads, ``take`` in file order."""

    def __init__(self, file: TableFile, spec: Spec, large: bool) -> None:
        self.file, self.spec, self.large = file, spec, large
        self.end = dt.date.fromisoformat(spec.coverage_end)
        self.columns = HeldColumns(file.spec, self.end)
        if large:
            self.columns.leave_out_text()
        self.hits: list[Hit] = []
        self.twice: list[int] = []
        """Rows whose key stands in an earlier row."""
        self._blanked: set[tuple[int, str]] = set()

    def read(self, number: int, skip: int = 0) -> tuple[Block, dict[str, Any], list[Hit]]:
        """Read and judge one block; its columns as they will be held, and hits of rules that look
        at one row at a time."""
        block = self.file.read(number, skip)
        parts = {}
        frame: dict[str, Any] = {}
        for column in self.file.spec.raw_columns:
            parts[column.name] = self._cast(column, block.cells.column(column.name), frame)
        block.findings += list(self._failures(block, pd.DataFrame(frame, copy=False)))
        hits = list(self._row_hits(block, parts))
        if self.large:
            block.cells = block.cells.schema.empty_table()
            for name in self.columns.left_out:
                del parts[name]
        block.text = None
        return block, parts, hits

    def take(self, given: tuple[Block, dict[str, Any], list[Hit]]) -> None:
        """Hold a block's columns and hits behind those of the blocks before it."""
        block, parts, hits = given
        first = self.columns.count
        for name, part in parts.items():
            self.columns.held[name].add(part)
        self.columns.count += block.count
        self.hits += [
            Hit(h.code, h.table, h.row + first, h.field, h.message, h.hint, h.value) for h in hits
        ]

    def blank(self, cells: set[tuple[int, str]]) -> None:
        """Forget cells that were refused."""
        by_column: dict[str, list[int]] = {}
        for row, name in cells - self._blanked:
            by_column.setdefault(name, []).append(row)
        self._blanked |= cells
        for name, rows in by_column.items():
            if name in self.columns.held and name not in self.columns.left_out:
                self.columns.held[name].blank(rows)

    # -- types ---------------------------------------------------------------------------

    def _cast(self, column: Column, cells: pa.ChunkedArray, frame: dict[str, Any]) -> Any:
        """Put a column into the frame that pandera sees; return it as it will be held."""
        from caucasus_data.spec.pandera_schemas import PARSED

        held = self.columns.held[column.name]
        if isinstance(held, Words):
            words = cells.chunk(0) if cells.num_chunks else pa.array([], cells.type)
            index = words.indices.fill_null(-1).to_numpy()
            frame[column.name] = pd.Categorical.from_codes(
                index, words.dictionary.to_pandas(), validate=False
            )
            if column.type != "string":
                typed = cast(pa.chunked_array([words.dictionary]), column.type)
                good = np.append(typed.is_valid().to_numpy(), True)
                frame[PARSED.format(column.name)] = (
                    np.ones(len(index), bool) if good.all() else good[index]
                )
            return held.encode(words)
        if isinstance(held, Numbers):
            numbers = cast(cells, column.type).combine_chunks()
            if isinstance(numbers, pa.ChunkedArray):
                numbers = (
                    pa.concat_arrays(numbers.chunks)
                    if numbers.num_chunks
                    else pa.array([], numbers.type)
                )
            frame[column.name] = series(numbers, pd.RangeIndex(len(numbers)), column.name).array
            good = np.ones(len(numbers), bool)
            if numbers.null_count != cells.null_count:
                good = (
                    numbers.is_valid().to_numpy(zero_copy_only=False) | cells.is_null().to_numpy()
                )
            frame[PARSED.format(column.name)] = good
            return numbers
        text = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], cells.type)
        frame[column.name] = series(text, pd.RangeIndex(len(text)), column.name).array
        return held.encode(cells) if isinstance(held, Ids) else text

    def _failures(self, block: Block, frame: pd.DataFrame) -> Iterator[Finding]:
        from caucasus_data.spec.pandera_schemas import PARSED, raw_schema

        if not block.count:
            return
        broken = block.spoiled
        last: tuple[int, Any] = (-1, None)
        for code, name, rows in failures(raw_schema(self.file.spec), frame):
            column = self.file.spec.by_name[name.removesuffix(PARSED.format(""))]
            if column.name in block.layout.missing:
                continue
            at = block.layout.names.index(column.name)
            key = about(self.file.spec)
            for row in rows:
                if (row, column.name) in broken:
                    continue
                if last[0] != row:
                    last = (row, block.record(row).cells)
                cell = last[1][at]
                if code == "type-required" and cell.text:
                    continue
                broken.add((row, column.name))
                message, hint = told(code, column, cell.text or None)
                record = (
                    last[1][block.layout.names.index(key)].text if key in block.layout.names else ""
                )
                yield finding(
                    self.file.file, cell.line, cell.column, code, message,
                    field=column.name, record=record or None, value=cell.text or None, hint=hint,
                )  # fmt: skip

    # -- rules of one row ------------------------------------------------------------------

    def _row_hits(self, block: Block, parts: dict[str, Any]) -> Iterator[Hit]:
        name = self.file.spec.name
        rules = [each for each in known.ALL if name in each.blockwise]
        if not rules or not block.count:
            return
        own = HeldColumns(self.file.spec, self.end)
        own.count = block.count
        for column, held in own.held.items():
            if isinstance(held, Texts):
                held.add(parts[column])
            elif self.file.spec.by_name[column].kind == "text" and isinstance(held, Words):
                # a text with a pattern is held as words, but these rules look at texts
                own.held[column] = Texts()
                own.held[column].add(block.cells.column(column).cast(pa.string()).combine_chunks())
        for column in {field for _, field in block.spoiled}:
            if isinstance(own.held.get(column), Texts):
                own.held[column].blank([row for row, field in block.spoiled if field == column])
        data = known.Data(spec=self.spec, frames={name: own.frame()}, spoiled={name: block.spoiled})
        for each in rules:
            yield from each.run(data)


def failures(schema: Any, frame: pd.DataFrame) -> Iterator[tuple[str, str, list[int]]]:
    """Code, column and rows of each failing check; type checks before the others."""
    import pandera.errors

    try:
        with _ONE_AT_A_TIME:
            schema.validate(frame, lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as errors:
        found = []
        for error in errors.schema_errors:
            code = getattr(error.check, "error", None) or "type-required"
            name = str(error.schema.name)
            if code == "type-required":
                rows = np.flatnonzero(frame[name].isna().to_numpy(bool))
            else:
                rows = np.flatnonzero(~error.check_output.to_numpy(bool))
            found.append((code, name, rows.tolist()))
        order = {"key-duplicate": 2, "type-required": 0}
        yield from sorted(found, key=lambda item: order.get(item[0], 1))
