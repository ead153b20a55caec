"""A run of whole lines of one file, from bytes to rows of text.

Lines that ``scan`` proves regular go to pyarrow as they are. Each other line is read exactly: it
is left out, or put before pyarrow quoted as it should be. Text is judged only where ``scan``
found something suspicious.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from caucasus_data.codes import CODES
from caucasus_data.finding import Finding
from caucasus_data.read import cells as exact
from caucasus_data.read import text as texts
from caucasus_data.read.edges import odd_rows
from caucasus_data.read.header import key_pattern
from caucasus_data.read.lines import BlockLines
from caucasus_data.read.say import SHOWN, Say
from caucasus_data.read.scan import Scan, scan
from caucasus_data.spec.model import Column, Table

PAST_LAST = 50
"""Cells past the header's last column whose quoting is still judged."""
PARSED_AT_ONCE = 1 << 22
"""Bytes that pyarrow parses in one go; a longer line makes it more."""

Cell = tuple[int, str]
"""A row (from 0) and a column's name."""


@dataclass
class Layout:
    """What all blocks of a file share: its table, its columns as they stand, what a key is."""

    table: Table
    file: str
    names: tuple[str, ...]
    types: Mapping[str, pa.DataType]

    def __post_init__(self) -> None:
        self.key = key_pattern(self.table)
        wanted = [column.name for column in self.table.raw_columns if column.name in self.types]
        self.order = {
            name: self.names.index(name) if name in self.names else None for name in wanted
        }
        self.words = {c.name: c.enum for c in self.table.raw_columns if c.enum}
        self.missing = tuple(c.name for c in self.table.raw_columns if c.name not in self.names)

    def starts_record(self, line: str) -> bool:
        """Whether a line is a whole row by itself."""
        if not exact.REGULAR_LINE.fullmatch(line):
            return False
        record = exact.one(line, width=len(self.names) + 1)
        return record.width == len(self.names) and bool(self.key.fullmatch(record.cells[0].text))


@dataclass
class Block:
    """Rows of a run of lines. Lines count from 0 within the run, until :meth:`Block.moved`.

    ``lines``: the line of each row, None if row N is on line N. ``overflow``: lines after the run
    that its last row reached into.
    """

    layout: Layout
    cells: pa.Table
    count: int
    lines: npt.NDArray[np.int64] | None
    text: BlockLines
    findings: list[Finding]
    spoiled: set[Cell] = field(default_factory=set)
    skipped_keys: set[str] = field(default_factory=set)
    nameless: list[int] = field(default_factory=list)
    overflow: int = 0
    line_count: int = 0

    def line(self, row: int) -> int:
        """Line of a row."""
        return row if self.lines is None else int(self.lines[row])

    def record(self, row: int) -> exact.Record:
        """A row's cells, read exactly."""
        return exact.record(
            self.text, self.line(row), self.layout.starts_record, len(self.layout.names)
        )[0]


def about(table: Table) -> str:
    """The column that says which record a row is, or is about."""
    return "record_id" if "record_id" in table.by_name else table.key[0]


def broken_bytes(raw: bytes) -> tuple[int, str, str] | None:
    """Column, code and message of the first thing in a line that is no text."""
    if b"\0" in raw:
        column = len(raw[: raw.index(b"\0")].decode("utf-8", "replace")) + 1
        return column, "csv-nul", "a NUL byte"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8")) + 1
        bad = " ".join(f"{byte:02X}" for byte in raw[error.start : error.end])
        return column, "csv-not-utf8", f"bytes that are not UTF-8: {bad}"
    return None


def read_block(data: bytes, layout: Layout, more: Callable[[int], bytes], skip: int = 0) -> Block:
    """Read whole lines (each ends in LF), but for the first ``skip``, which are no rows."""
    found = scan(np.frombuffer(data, np.uint8))
    if 0 < len(found.ends) <= skip:
        data, found, past = (
            b"",
            scan(np.empty(0, np.uint8)),
            (len(found.ends), skip - len(found.ends)),
        )
        block = _Reader(data, layout, found, BlockLines(data, found.ends, more), 0).read()
        block.line_count, block.overflow = past
        return block
    return _Reader(data, layout, found, BlockLines(data, found.ends, more), skip).read()


class _Reader:
    def __init__(
        self, data: bytes, layout: Layout, found: Scan, lines: BlockLines, skip: int
    ) -> None:
        self.data, self.layout, self.found, self.lines, self.skip = (
            data,
            layout,
            found,
            lines,
            skip,
        )
        self.say = Say(layout.file)
        self.skipped: set[str] = set()
        self.faulty: dict[int, list[str]] = {}
        self.broken: dict[int, tuple[int, str, str]] = {}
        self.nameless: list[int] = []
        self.overflow = 0
        self.breaks = False

    def read(self) -> Block:
        kept: npt.NDArray[np.int64] | None = None
        data = self.data
        first = int(self.found.ends[self.skip - 1]) + 1 if self.skip else 0
        if len(self.found.irregular) or self.skip:
            data, kept = self.mended(first)
        cells, refused = self.parsed(data)
        if len(refused):
            kept = np.arange(len(self.found.ends)) if kept is None else kept
            for line in kept[refused]:
                self.judge_shape(
                    exact.one(
                        self.lines[int(line)],
                        int(line),
                        len(self.layout.names) + PAST_LAST,
                    )
                )
            kept = np.delete(kept, refused)
        block = Block(
            self.layout, cells, cells.num_rows, kept, self.lines, self.say.findings,
            skipped_keys=self.skipped, overflow=self.overflow, line_count=len(self.found.ends),
        )  # fmt: skip
        for line, columns in self.faulty.items():
            row = self.row_on(line, kept, cells.num_rows)
            if row is not None:
                block.spoiled.update((row, name) for name in columns)
        self.judge_texts(block)
        for line, found in self.broken.items():
            self.say(line + 1, *found)
        if kept is not None:
            block.nameless = [int(np.searchsorted(kept, line)) for line in self.nameless]
        return block

    @staticmethod
    def row_on(line: int, kept: npt.NDArray[np.int64] | None, rows: int) -> int | None:
        """The row that begins on a line."""
        if kept is None:
            return line if line < rows else None
        at = int(np.searchsorted(kept, line))
        return at if at < len(kept) and kept[at] == line else None

    # -- shape ---------------------------------------------------------------------------

    def mended(self, first: int) -> tuple[bytes, npt.NDArray[np.int64]]:
        """The bytes to parse, every line of them regular, and which line each of them was."""
        ends = self.found.ends
        parts: list[bytes] = []
        keep = np.ones(len(ends), bool)
        keep[: self.skip] = False
        at, following = first, self.skip
        for number in self.found.irregular:
            line = int(number)
            if found := broken_bytes(self.lines.raw(line)):
                self.broken[line] = found
            if line < following:
                continue  # a cell of an earlier row reached over it
            record, following = exact.record(
                self.lines,
                line,
                self.layout.starts_record,
                len(self.layout.names) + PAST_LAST,
            )
            parts.append(self.data[at : int(ends[line - 1]) + 1 if line else 0])
            if self.judge_shape(record):
                parts.append(self.regular(record))
                keep[line + 1 : following] = False
            else:
                keep[line:following] = False
            self.overflow = max(following - len(ends), 0)
            at = int(ends[min(following, len(ends)) - 1]) + 1
        parts.append(self.data[at:])
        return b"".join(parts), np.flatnonzero(keep)

    def regular(self, record: exact.Record) -> bytes:
        """The record as a parser reads it back."""
        written = []
        for cell in record.cells:
            text = cell.text
            if "\n" in text or "\r" in text:
                self.breaks = True
            if any(mark in text for mark in ',"\n\r'):
                text = '"' + text.replace('"', '""') + '"'
            written.append(text)
        return (",".join(written) + "\n").encode()

    def judge_shape(self, record: exact.Record) -> bool:
        """Say what is wrong with a record's shape; False if it can't be a row."""
        found, names = record.cells, self.layout.names
        first = found[0].text
        name = first if self.layout.key.fullmatch(first) else None
        if record.blank:
            self.say(record.line, 1, "csv-blank-line", "a blank line")
            return False
        if record.width > 1 and not record.beyond and not any(cell.text for cell in found):
            self.say(record.line, 1, "csv-empty-row", "a row of nothing but commas")
            return False
        kept = record.width == len(names)
        told, key = name, about(self.layout.table)
        if key != self.layout.table.key[0] and key in names:
            at = names.index(key)
            # of a row that falls apart, what stands before the place where it does is certain
            if kept or (record.problems and at < record.problems[0].cell):
                told = found[at].text or name
        faulty = self.faulty.setdefault(record.line - 1, [])
        # of a row that falls apart only the first reason is told: the others follow from it
        for problem in record.problems if kept else record.problems[:1]:
            field_ = names[problem.cell] if problem.cell < len(names) else None
            if field_ is not None and field_ in faulty:
                continue
            self.say(
                problem.line, problem.column, problem.code, CODES[problem.code].title.lower(),
                field=field_, record=told, value=found[problem.cell].text,
            )  # fmt: skip
            if field_ and kept:
                faulty.append(field_)
        if kept:
            return True
        torn = next((cell for cell in found if "\r" in cell.text), None)
        if torn is not None and not record.problems:
            self.say(
                torn.line, torn.column + torn.text.index("\r"), "csv-line-ends",
                "a lone CR ends this line; lines should end in LF", record=name,
            )  # fmt: skip
            self.skipped |= {part for cell in found for part in cell.text.split("\r")[1:]}
        elif not record.problems:
            code = "csv-short-row" if record.width < len(names) else "csv-long-row"
            cells_ = f"{record.width} cell" + ("s" if record.width != 1 else "")
            self.say(
                record.line, found[0].column, code,
                f"{cells_}, the header has {len(names)}", record=name,
            )  # fmt: skip
        if name:
            self.skipped.add(name)
        else:
            self.nameless.append(record.line - 1)
        return False

    # -- cells ---------------------------------------------------------------------------

    def parsed(self, data: bytes) -> tuple[pa.Table, npt.NDArray[np.int64]]:
        """The table, and which lines of ``data`` have another number of cells."""
        if not data:
            return self.table({}, 0), np.empty(0, np.int64)
        refused: list[int] = []

        def refuse(row: pa.csv.InvalidRow) -> str:
            refused.append(row.number - 1)
            return "skip"

        longest = (
            int(np.diff(self.found.ends, prepend=-1).max(initial=0)) if len(self.found.ends) else 0
        )
        places = [str(number) for number in range(len(self.layout.names))]
        wanted = {
            str(at): self.layout.types[name]
            for name, at in self.layout.order.items()
            if at is not None
        }
        read = pa.csv.read_csv(
            pa.BufferReader(data),
            pa.csv.ReadOptions(
                use_threads=False,
                column_names=places,
                block_size=max(PARSED_AT_ONCE, longest + 2),
            ),
            pa.csv.ParseOptions(
                newlines_in_values=self.breaks,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            pa.csv.ConvertOptions(
                column_types=wanted,
                include_columns=list(wanted) or [places[0]],
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        cells = {
            name: _one_dictionary(read.column(str(at)))
            for name, at in self.layout.order.items()
            if at is not None
        }
        return self.table(cells, read.num_rows), np.array(refused, np.int64)

    def table(self, read: dict[str, pa.ChunkedArray], rows: int) -> pa.Table:
        """Columns in declared order; a missing one is blank."""
        return pa.table(
            {
                name: read[name]
                if name in read
                else pa.chunked_array([pa.nulls(rows, self.layout.types[name])])
                for name in self.layout.order
            }
        )

    # -- text ----------------------------------------------------------------------------

    def judge_texts(self, block: Block) -> None:
        """Judge the cells of suspicious lines, and of those that were read exactly."""
        rows = set(odd_rows(block.cells, self.layout.words).tolist())
        for number in np.union1d(self.found.suspects, self.found.irregular):
            row = self.row_on(int(number), block.lines, block.count)
            if row is None and self.breaks and block.lines is not None:
                # a line within a cell that began on an earlier one
                row = int(np.searchsorted(block.lines, number)) - 1
            if row is not None and row >= 0:
                rows.add(row)
        for row in sorted(rows):
            self.judge_row(block, row)

    def judge_row(self, block: Block, row: int) -> None:
        record = block.record(row)
        key = about(self.layout.table)
        names = self.layout.names
        record_id = record.cells[names.index(key)].text or None if key in names else None
        for name, cell in zip(self.layout.names, record.cells, strict=False):
            column = self.layout.table.by_name.get(name)
            if column is None or column.derived or not cell.text or (row, name) in block.spoiled:
                continue
            if "\ufffd" in cell.text and cell.text not in (column.enum or ()):
                # bytes that could not be read, or a letter that another program dropped
                lost = (0, "csv-not-utf8", "U+FFFD stands where a letter was lost")
                _, lost_code, message = self.broken.pop(cell.line - 1, lost)
                self.say(
                    cell.line, cell.column, lost_code, message,
                    field=name, record=record_id, value=cell.text,
                )  # fmt: skip
                block.spoiled.add((row, name))
                continue
            for fault in texts.faults(cell.text.replace("\n", " "), **_kind(column)):
                code = CODES[fault.code]
                hint = code.hint
                if fault.mended and len(fault.mended) <= SHOWN:
                    hint = f"write {fault.mended}"
                what = code.title[0].lower() + code.title[1:]
                self.say(
                    cell.line, cell.column, fault.code, f"{what}: {fault.detail}" if fault.detail else what,
                    field=name, record=record_id, value=cell.text, hint=hint,
                )  # fmt: skip
                block.spoiled.add((row, name))
                if name == self.layout.table.key[0]:
                    block.skipped_keys.add(fault.mended or cell.text.strip())


def _one_dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of words with one dictionary for all of its rows; another column as it is."""
    if not pa.types.is_dictionary(column.type):
        return column
    whole = column.unify_dictionaries().combine_chunks()
    return whole if isinstance(whole, pa.ChunkedArray) else pa.chunked_array([whole], column.type)


def _kind(column: Column) -> dict[str, object]:
    free = column.type == "string" and column.kind == "text" and not column.pattern
    negative = column.minimum is not None and column.minimum < 0
    return {"formula": free, "negative": negative, "words": column.enum or ()}
