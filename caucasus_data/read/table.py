"""One CSV file: from bytes to a frame of text cells, each of which can be found again.

The file is read in blocks of whole lines (``block``); this module cuts it, judges what concerns
the file as a whole, and puts rows and findings of all blocks on the file's own lines. Judging
what cells mean is left to later steps.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from caucasus_data.finding import Finding
from caucasus_data.read import cells as exact
from caucasus_data.read.block import Block, Cell, Layout, about, broken_bytes, read_block
from caucasus_data.read.header import Header, read_header
from caucasus_data.read.lines import FileLines, Source, decoded
from caucasus_data.read.say import Say, finding
from caucasus_data.spec.model import Table

__all__ = ["RawTable", "TableFile", "finding", "read_table"]

BLOCK = 48 * 1024 * 1024
"""Bytes read at once. A longer line is refused unread."""
FIRST = 1024 * 1024
"""Bytes within which the header line ends."""
LOOKED_BACK = 64 * 1024


@dataclass
class RawTable:
    """The cells of one file as text (null = blank), with the findings made while reading.

    ``broken``: the file could not be read as a table at all. ``skipped_keys``: keys of rows that
    were refused for their shape, so that references to them are not blamed.
    """

    spec: Table
    name: str
    findings: list[Finding] = field(default_factory=list)
    broken: bool = False
    missing_columns: tuple[str, ...] = ()
    skipped_keys: set[str] = field(default_factory=set)
    spoiled: set[Cell] = field(default_factory=set)
    """Cells (row, field) already found at fault: later steps leave them alone."""
    nameless: list[int] = field(default_factory=list)
    """Rows before which a row without a readable key was refused for its shape."""
    layout: Layout | None = None
    rows: int = 0
    _lines: FileLines | None = None
    _file: TableFile | None = None
    _starts: list[tuple[int, int, npt.NDArray[np.int64] | None]] = field(default_factory=list)
    _cells: list[pa.Table] = field(default_factory=list)
    _last: tuple[int, exact.Record | None] = (-1, None)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns as they stand in the file."""
        return self.layout.names if self.layout else ()

    @functools.cached_property
    def arrow(self) -> pa.Table:
        """Every cell as text, columns in declared order; read again if it was not kept."""
        schema = pa.schema([(column.name, pa.string()) for column in self.spec.raw_columns])
        if self._file is not None and self.rows and not self._cells:
            return self._file.again().arrow
        if not self._cells:
            return schema.empty_table()
        return pa.concat_tables([cells.cast(schema) for cells in self._cells]).combine_chunks()

    def read_column(self, name: str) -> pa.Array:
        """The texts of one column; read again if they were not kept."""
        cells = self._cells
        if self._file is not None and not cells:
            cells = self._file.again(name)._cells
        parts = [part for table in cells for part in table.column(name).cast(pa.string()).chunks]
        return pa.concat_arrays(parts) if parts else pa.array([], pa.string())

    def add(self, block: Block, first_line: int, keep: bool) -> None:
        """Take over the rows of the next block, which begins on ``first_line`` (from 0)."""
        self._starts.append((self.rows, first_line, block.lines))
        self.findings += [
            dataclasses.replace(one, line=(one.line or 0) + first_line) for one in block.findings
        ]
        self.spoiled |= {(row + self.rows, name) for row, name in block.spoiled}
        self.skipped_keys |= block.skipped_keys
        self.nameless += [row + self.rows for row in block.nameless]
        self.rows += block.count
        if keep:
            self._cells.append(block.cells)

    def line(self, row: int) -> int:
        """Physical line (1-based) on which a row begins."""
        at = len(self._starts) - 1
        while self._starts[at][0] > row:
            at -= 1
        first_row, first_line, lines = self._starts[at]
        within = row - first_row
        return first_line + 1 + (within if lines is None else int(lines[within]))

    def cells(self, row: int) -> list[exact.Cell]:
        """The cells of a row as they stand, each with its place."""
        if self._last[0] != row or self._last[1] is None:
            assert self._lines is not None
            assert self.layout is not None
            line = self.line(row) - 1
            record, _ = exact.record(self._lines, line, self.layout.starts_record)
            self._last = (row, record)
        assert self._last[1] is not None
        return self._last[1].cells

    def place(self, row: int, column: str | None) -> tuple[int, int]:
        """Physical line and column of a cell; of the key cell if ``column`` is None."""
        if column is None or column not in self.header:
            return self.line(row), 1
        cell = self.cells(row)[self.header.index(column)]
        return cell.line, cell.column

    def value(self, row: int, column: str) -> str | None:
        """The text of a cell, or None if it is blank."""
        if column not in self.header:
            return None
        return self.cells(row)[self.header.index(column)].text or None

    def record(self, row: int) -> str | None:
        """The record that a row is, or is about: its first key cell, or ``record_id``."""
        return self.value(row, about(self.spec))


class TableFile:
    """A file of ``raw/`` opened, cut into blocks, its header judged; blocks can be read in any
    order and at the same time, then :meth:`collect` puts them together in the file's order."""

    def __init__(
        self,
        path: Path,
        spec: Table,
        types: Mapping[str, pa.DataType] | None = None,
        source: Source | None = None,
    ) -> None:
        self.path, self.spec = path, spec
        self.file = f"raw/{path.name}"
        self.say = Say(self.file)
        self.source = source or Source(path)
        self.layout: Layout | None = None
        self.spans: list[tuple[int, int]] = []
        self._pairs: dict[int, tuple[int, tuple[int, int]]] = {}
        self._lone = False
        self._header(types or {column.name: pa.string() for column in spec.raw_columns})

    def _header(self, types: Mapping[str, pa.DataType]) -> None:
        head = self.source.read(0, FIRST)
        if self.source.size <= FIRST and not head.strip(b"\r\n \t\0"):
            self.say(
                1,
                1,
                "csv-empty",
                "the file is empty; it needs at least its header line",
            )
            return
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) > len(head) // 4:
            self.say(1, 1, "csv-utf16", "the file is UTF-16, not UTF-8")
            return
        start = 0
        if head.startswith(b"\xef\xbb\xbf"):
            self.say(1, 1, "csv-bom", "the file begins with a byte order mark")
            start = 3
        line, newline, _ = head[start:].partition(b"\n")
        if not newline and b"\r" in line:
            column = len(line[: line.index(b"\r")].decode("utf-8", "replace")) + 1
            self.say(1, column, "csv-line-ends", "lines end in CR; they should end in LF")
            return
        if not newline and self.source.size > FIRST:
            self.say(1, 1, "csv-no-header", f"the first line is longer than {FIRST:,} bytes")
            return
        body = start + len(line) + len(newline)
        if newline and line.endswith(b"\r"):
            line = line.removesuffix(b"\r")
            self._pairs[-1] = (1, (1, len(decoded(line)) + 1))
        if broken := broken_bytes(line):
            self.say(1, *broken)
        header = read_header(decoded(line), self.spec, self.say)
        body = start if header is not None and header.row else body
        self.first_line = 0 if header is not None and header.row else 1
        if not newline:
            self.say(
                1,
                len(decoded(line)) + 1,
                "csv-no-final-newline",
                "the last line has no line end",
            )
        self._cut(body)
        if header is None:
            self._judge_bytes()
        else:
            self._lay_out(header, types)

    def _lay_out(self, header: Header, types: Mapping[str, pa.DataType]) -> None:
        self.layout = Layout(self.spec, self.file, header.names, types)

    def _cut(self, at: int) -> None:
        """Cut the rest of the file at line ends."""
        while at < self.source.size:
            stop = min(at + BLOCK, self.source.size)
            if stop < self.source.size:
                stop = self._line_end_before(stop, at) or self._line_end_after(stop)
            self.spans.append((at, stop - at))
            at = stop

    def _line_end_before(self, stop: int, start: int) -> int | None:
        while stop > start:
            size = min(LOOKED_BACK, stop - start)
            found = self.source.read(stop - size, size).rfind(b"\n")
            if found >= 0:
                return stop - size + found + 1
            stop -= size
        return None

    def _line_end_after(self, at: int) -> int:
        while part := self.source.read(at, FIRST):
            found = part.find(b"\n")
            if found >= 0:
                return at + found + 1
            at += len(part)
        return self.source.size

    def _bytes(self, number: int) -> bytes:
        """A block's bytes with LF line ends, one at the end."""
        data = self.source.read(*self.spans[number])
        if b"\r" in data:
            pairs = data.count(b"\r\n")
            if pairs:
                before = data[: data.index(b"\r\n")]
                column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
                self._pairs[number] = (pairs, (before.count(b"\n"), column))
                data = data.replace(b"\r\n", b"\n")
        return data if data.endswith(b"\n") else data + b"\n"

    def read(self, number: int, skip: int = 0) -> Block:
        """Read one block; its first ``skip`` lines belong to a row of the block before."""
        assert self.layout is not None
        offset, size = self.spans[number]
        if size > BLOCK:
            return self._endless(number)
        after = offset + size
        return read_block(
            self._bytes(number),
            self.layout,
            lambda past: self.source.read(after + past, FIRST),
            skip,
        )

    def _endless(self, number: int) -> Block:
        assert self.layout is not None
        offset, size = self.spans[number]
        block = read_block(b"", self.layout, lambda _: b"")
        key = decoded(self.source.read(offset, 200)).split(",", 1)[0]
        name = key if self.layout.key.fullmatch(key) else None
        block.findings.append(
            finding(
                self.file,
                1,
                1,
                "csv-long-row",
                f"a line of {size:,} bytes can't be a row",
                record=name,
                hint="look for a quote or a line end that is missing",
            )
        )
        block.skipped_keys |= {name} if name else set()
        block.line_count = 1
        return block

    def _judge_bytes(self) -> None:
        """Of a file whose header can't be read, judge at least the bytes."""
        line = 1
        for number, (_, size) in enumerate(self.spans):
            if size <= BLOCK:
                data = self._bytes(number)
                if not data.isascii() or b"\0" in data:
                    for at, raw in enumerate(data.split(b"\n")):
                        if broken := broken_bytes(raw):
                            self.say(line + at + 1, *broken)
                self._found_pairs(number, line)
                line += data.count(b"\n")
            else:
                line += 1
        self._finish(line)

    def _found_pairs(self, number: int, first_line: int) -> None:
        if number in self._pairs:
            pairs, (line, column) = self._pairs[number]
            self._pairs[number] = (pairs, (first_line + line + 1, column))

    def _finish(self, lines: int) -> None:
        """Say what concerns the file as a whole; it has so many lines."""
        pairs = sum(count for count, _ in self._pairs.values())
        if pairs:
            place = min(place for _, place in self._pairs.values())
            which = (
                "lines end in CR LF"
                if pairs >= lines - self._unended
                else f"{pairs} of the lines end in CR LF"
            )
            self.say(*place, "csv-line-ends", f"{which}; they should end in LF")
        if self.spans and self._unended:
            offset, size = self.spans[-1]
            data = self.source.read(offset + max(size - BLOCK, 0), min(BLOCK, size))
            last = decoded(data.rpartition(b"\n")[2])
            self.say(
                lines,
                len(last) + 1,
                "csv-no-final-newline",
                "the last line has no line end",
            )

    @property
    def _unended(self) -> bool:
        return self.source.read(self.source.size - 1, 1) != b"\n"

    def again(self, column: str | None = None) -> RawTable:
        """The same bytes read once more, as text: every column, or one."""
        types = {column: pa.string()} if column is not None else None
        return TableFile(self.path, self.spec, types, self.source).collect()

    def collect(
        self, read: Callable[[int, int], Block] | None = None, keep: bool = True
    ) -> RawTable:
        """Put the blocks together in the file's order; ``keep`` their cells.

        ``read`` gives a block by its number and the lines of it that belong to the one before.
        """
        table = RawTable(self.spec, self.file)
        if self.layout is None:
            table.broken = True
            table.findings = self.say.findings
            return table
        table.layout, table.missing_columns = self.layout, self.layout.missing
        table._lines = FileLines(self.source)
        table._file = self
        line, overflow = self.first_line, 0
        for number, span in enumerate(self.spans):
            block = (read or self.read)(number, overflow)
            table._lines.add(line, *span)
            table.add(block, line, keep)
            self._found_pairs(number, line)
            overflow = block.overflow
            line += block.line_count
        self._finish(line)
        table.findings += self.say.findings
        return table


def read_table(path: Path, spec: Table) -> RawTable:
    """Read one file of ``raw/``; never raises for what is wrong inside the file."""
    return TableFile(path, spec).collect()
