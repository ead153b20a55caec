"""One CSV file: from bytes to a frame of text cells, each of which can be found again.

Regular files (nearly all) are parsed by pyarrow after a proof that pyarrow reads them as
RFC 4180 says; any other file is tokenized exactly. Judging what cells mean is left to later steps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from caucasus_data.finding import Finding
from caucasus_data.read import cells as exact
from caucasus_data.read import text as texts
from caucasus_data.codes import CODES
from caucasus_data.spec.model import Table

SHOWN = 200
"""Characters of a cell that a finding repeats."""


@dataclass
class RawTable:
    """The cells of one file as text (null = blank), with the findings made while reading.

    ``broken``: the file could not be read as a table at all. ``skipped_keys``: keys of rows that
    were refused for their shape, so that references to them are not blamed.
    """

    spec: Table
    name: str
    arrow: pa.Table
    findings: list[Finding] = field(default_factory=list)
    broken: bool = False
    missing_columns: tuple[str, ...] = ()
    skipped_keys: frozenset[str] = frozenset()
    spoiled: set[tuple[int, str]] = field(default_factory=set)
    """Cells (row, field) already found at fault: later steps leave them alone."""
    header: tuple[str, ...] = ()
    lines_of_rows: Sequence[int] | None = None
    """Physical line of each row; None: row 0 is on line 2, and so on."""
    text: str = ""
    _lines: list[str] | None = None

    def line(self, row: int) -> int:
        """Physical line (1-based) on which a row begins."""
        return row + 2 if self.lines_of_rows is None else self.lines_of_rows[row]

    def place(self, row: int, column: str | None) -> tuple[int, int]:
        """Physical line and column of a cell; of the key cell if ``column`` is None."""
        line = self.line(row)
        if column is None or column not in self.header:
            return line, 1
        if self._lines is None:
            self._lines = self.text.split("\n")
        record = next(exact.records(self._lines, lambda _: False, line - 1))
        at = self.header.index(column)
        if at >= len(record.cells):
            return line, 1
        return record.cells[at].line, record.cells[at].column

    def value(self, row: int, column: str) -> str | None:
        """The text of a cell, or None if it is blank."""
        found = self.arrow.column(column)[row].as_py()
        return None if found is None else str(found)

    def record(self, row: int) -> str | None:
        """The record that a row is, or is about: its first key cell."""
        return self.value(row, self.spec.key[0])


def finding(
    file: str,
    line: int | None,
    column: int | None,
    code: str,
    message: str,
    *,
    field: str | None = None,
    record: str | None = None,
    value: str | None = None,
    hint: str | None = None,
) -> Finding:
    """Build a finding with the severity and the default hint of its code."""
    known = CODES[code]
    if value is not None and len(value) > SHOWN:
        value = value[:SHOWN] + "…"
    hint = known.hint if hint is None else hint
    return Finding(file, line, column, field, record, code, known.severity, message, value, hint)


def read_table(path: Path, spec: Table) -> RawTable:
    """Read one file of ``raw/``; never raises for what is wrong inside the file."""
    return _Reader(path.name, spec).read(path.read_bytes())


class _Reader:
    """The steps of reading one file, which share its findings."""

    def __init__(self, filename: str, spec: Table) -> None:
        self.file = f"raw/{filename}"
        self.spec = spec
        self.findings: list[Finding] = []
        self.expected = [column.name for column in spec.raw_columns]

    def say(self, line: int | None, column: int | None, code: str, message: str, **more: str | None) -> None:
        self.findings.append(finding(self.file, line, column, code, message, **more))

    def broken(self) -> RawTable:
        empty = pa.table({name: pa.array([], pa.string()) for name in self.expected})
        return RawTable(self.spec, self.file, empty, self.findings, broken=True)

    def read(self, data: bytes) -> RawTable:
        text = self.decode(data)
        if text is None:
            return self.broken()
        regular = self.read_regular(data, text)
        table = regular if regular is not None else self.read_exactly(text)
        if table is not None and not table.broken:
            self.judge_texts(table)
        return table

    # -- bytes ---------------------------------------------------------------------------

    def decode(self, data: bytes) -> str | None:
        if not data.strip(b"\r\n \t\0"):
            self.say(1, 1, "csv-empty", "the file is empty; it needs at least its header line")
            return None
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.say(1, 1, "csv-utf16", "the file is UTF-16, not UTF-8")
            return None
        if data.startswith(b"\xef\xbb\xbf"):
            self.say(1, 1, "csv-bom", "the file begins with a byte order mark")
            data = data[3:]
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = self.decode_spoiled(data)
        if "\r" in text:
            text = self.line_ends(text)
            if text is None:
                return None
        if "\0" in text:
            for number, line in enumerate(text.split("\n"), 1):
                if "\0" in line:
                    self.say(number, line.index("\0") + 1, "csv-nul", "a NUL byte")
            text = text.replace("\0", "\ufffd")
        if not text.endswith("\n"):
            last = text.split("\n")[-1]
            self.say(text.count("\n") + 1, len(last) + 1, "csv-no-final-newline", "the last line has no line end")
        else:
            text = text[:-1]
        return text

    def decode_spoiled(self, data: bytes) -> str:
        for number, line in enumerate(data.split(b"\n"), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                column = len(line[: error.start].decode("utf-8")) + 1
                bad = " ".join(f"{byte:02X}" for byte in line[error.start : error.end])
                self.say(number, column, "csv-not-utf8", f"bytes that are not UTF-8: {bad}")
        return data.decode("utf-8", errors="replace")

    def line_ends(self, text: str) -> str | None:
        pairs, alone = text.count("\r\n"), len(re.findall(r"\r(?!\n)", text))
        if pairs:
            before = text[: text.index("\r\n")]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            every = pairs == text.count("\n")
            which = "lines end in CR LF" if every else f"{pairs} of the lines end in CR LF"
            self.say(line, column, "csv-line-ends", f"{which}; they should end in LF")
            text = text.replace("\r\n", "\n")
        if alone and "\n" not in text:
            self.say(1, text.index("\r") + 1, "csv-line-ends", "lines end in CR; they should end in LF")
            return None
        return text

    # -- shape ---------------------------------------------------------------------------

    def read_regular(self, data: bytes, text: str) -> RawTable | None:
        """Parse with pyarrow if the file is proved to be what pyarrow takes it for."""
        header, _, body = text.partition("\n")
        if self.findings or header.split(",") != self.expected or not body:
            return None
        if '"' in body and any(
            not exact.REGULAR_LINE.fullmatch(line) for line in re.findall('^.*".*$', body, re.M)
        ):
            return None
        if "\n\n" in text or body.startswith("\n") or text.endswith("\n") or '\n""\n' in text:
            return None
        try:
            arrow = pa.csv.read_csv(
                pa.BufferReader(data),
                pa.csv.ReadOptions(use_threads=False),
                pa.csv.ParseOptions(newlines_in_values=False, ignore_empty_lines=False),
                pa.csv.ConvertOptions(
                    column_types={name: pa.string() for name in self.expected},
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if re.search(r"^,+$", body, re.M):
            return None
        return RawTable(
            self.spec, self.file, arrow, self.findings, header=tuple(self.expected), text=text
        )

    def read_exactly(self, text: str) -> RawTable:
        lines = text.split("\n")
        header = self.read_header(lines)
        if header is None:
            return self.broken()
        first = 0 if self.headerless else 1
        columns: dict[str, list[str | None]] = {name: [] for name in self.expected}
        order = [header.index(name) if name in header else None for name in self.expected]
        numbers: list[int] = []
        skipped: set[str] = set()
        spoiled: set[tuple[int, str]] = set()
        key_like = self.key_pattern()

        def starts_record(line: str) -> bool:
            if not exact.REGULAR_LINE.fullmatch(line):
                return False
            (record,) = exact.records([line], lambda _: False)
            return len(record.cells) == len(header) and bool(key_like.fullmatch(record.cells[0].text))

        for record in exact.records(lines, starts_record, first):
            row = len(numbers)
            if not self.shape_holds(record, header, skipped, spoiled, row):
                continue
            for name, at in zip(self.expected, order, strict=True):
                columns[name].append((record.cells[at].text or None) if at is not None else None)
            numbers.append(record.line)
        arrow = pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
        return RawTable(
            self.spec,
            self.file,
            arrow,
            self.findings,
            missing_columns=tuple(n for n in self.expected if n not in header),
            skipped_keys=frozenset(skipped),
            spoiled=spoiled,
            header=tuple(header),
            lines_of_rows=numbers,
            text=text,
        )

    def key_pattern(self) -> re.Pattern[str]:
        pattern = self.spec.by_name[self.spec.key[0]].pattern
        return re.compile(pattern if pattern else r"[^\s,]+")

    def shape_holds(
        self,
        record: exact.Record,
        header: list[str],
        skipped: set[str],
        spoiled: set[tuple[int, str]],
        row: int,
    ) -> bool:
        """Say what is wrong with a record's shape; False if it can't be a row."""
        found = record.cells
        first = found[0].text
        name = first if self.key_pattern().fullmatch(first) else None
        if record.blank:
            self.say(record.line, 1, "csv-blank-line", "a blank line")
            return False
        if len(found) > 1 and not any(cell.text for cell in found):
            self.say(record.line, 1, "csv-empty-row", "a row of nothing but commas")
            return False
        for problem in record.problems:
            at = problem.cell or 0
            field_ = header[at] if at < len(header) else None
            if (row, field_ or "") in spoiled:
                continue
            self.say(
                problem.line, problem.column, problem.code, CODES[problem.code].title.lower(),
                field=field_, record=name, value=found[at].text,
            )  # fmt: skip
            if field_:
                spoiled.add((row, field_))
        if len(found) != len(header):
            unclosed = any(problem.code == "csv-unclosed-quote" for problem in record.problems)
            if not unclosed:
                code = "csv-short-row" if len(found) < len(header) else "csv-long-row"
                cells_ = f"{len(found)} cell" + ("s" if len(found) != 1 else "")
                self.say(
                    record.line, found[0].column, code,
                    f"{cells_}, the header has {len(header)}", record=name,
                )  # fmt: skip
            if name:
                skipped.add(name)
            return False
        return True

    headerless = False

    def read_header(self, lines: list[str]) -> list[str] | None:
        """Judge the header; None if the file can't be read past it."""
        record = next(exact.records(lines[:1], lambda _: False))
        names = [cell.text for cell in record.cells]
        if len(names) == 1 and len(self.expected) > 1:
            for delimiter in ";\t|":
                if lines[0].count(delimiter) >= (len(self.expected) - 1) / 2:
                    shown = {";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
                    self.say(1, 1, "csv-delimiter", f"cells are divided by {shown}, not commas")
                    return None
        known = [name for name in names if name.strip() in self.expected]
        if not known:
            if self.key_pattern().fullmatch(names[0]) and len(names) == len(self.expected):
                self.say(1, 1, "csv-no-header", "the first line is a row, not the header")
                self.headerless = True
                return list(self.expected)
            self.say(1, 1, "csv-no-header", "the first line is not the header", value=lines[0])
            return None
        self.judge_names(record)
        return names

    def judge_names(self, record: exact.Record) -> None:
        import difflib

        names = [cell.text for cell in record.cells]
        missing = [name for name in self.expected if name not in names]
        seen: set[str] = set()
        for cell in record.cells:
            name = cell.text
            if name in seen:
                self.say(1, cell.column, "csv-duplicate-column", f"the column {name!r} stands twice", field=name)
            elif name not in self.expected:
                near = difflib.get_close_matches(name, missing, n=1, cutoff=0.6)
                if near:
                    missing.remove(near[0])
                    self.say(
                        1, cell.column, "csv-renamed-column",
                        f"there is no column {name!r}", value=name, hint=f"write {near[0]}",
                    )  # fmt: skip
                else:
                    self.say(1, cell.column, "csv-unknown-column", f"there is no column {name!r}", value=name)
            seen.add(name)
        for name in missing:
            self.say(1, 1, "csv-missing-column", f"the column {name!r} is missing", field=name)
        right = [name for name in self.expected if name in names]
        there = [name for name in dict.fromkeys(names) if name in self.expected]
        if right != there:
            at = next(i for i, (a, b) in enumerate(zip(right, there, strict=True)) if a != b)
            cell = next(cell for cell in record.cells if cell.text == there[at])
            self.say(
                1, cell.column, "csv-column-order",
                f"the column {there[at]!r} stands where {right[at]!r} belongs", field=there[at],
            )  # fmt: skip

    # -- text ----------------------------------------------------------------------------

    def judge_texts(self, table: RawTable) -> None:
        """Find cells at fault by looking only at lines where something is suspicious."""
        offsets = sorted(set(texts.suspicious(table.text)))
        if not offsets:
            return
        rows = None
        if table.lines_of_rows is not None:
            rows = {line: row for row, line in enumerate(table.lines_of_rows)}
        lines = table.text.split("\n")
        table._lines = lines
        number, start, done = 0, 0, -1
        for offset in offsets:
            while offset > start + len(lines[number]):
                start += len(lines[number]) + 1
                number += 1
            line = number + 1
            row = line - 2 if rows is None else self.row_at(rows, line)
            if row is None or row < 0 or row == done:
                continue
            done = row
            self.judge_row(table, row, lines)

    @staticmethod
    def row_at(rows: dict[int, int], line: int) -> int | None:
        """The row on a line, or the row whose quoted cell reaches over it."""
        while line > 0 and line not in rows:
            line -= 1
        return rows.get(line)

    def judge_row(self, table: RawTable, row: int, lines: list[str]) -> None:
        record = next(exact.records(lines, lambda _: False, table.line(row) - 1))
        for name, cell in zip(table.header, record.cells, strict=False):
            column = self.spec.by_name.get(name)
            if column is None or (row, name) in table.spoiled:
                continue
            negative = column.minimum is not None and column.minimum < 0
            free = column.type == "string" and column.kind == "text" and not column.pattern
            if column.enum is not None and cell.text in column.enum:
                continue
            shown = cell.text.replace("\n", " ")
            for fault in texts.faults(shown, formula=free, negative=negative):
                code = CODES[fault.code]
                hint = code.hint
                if fault.mended is not None:
                    hint = f"write {fault.mended}" if fault.mended else "leave the cell blank"
                self.say(
                    cell.line, cell.column, fault.code, f"{code.title.lower()}: {fault.detail}",
                    field=name, record=table.record(row), value=cell.text, hint=hint,
                )  # fmt: skip
                table.spoiled.add((row, name))
                if name == self.spec.key[0]:
                    meant = fault.mended or cell.text.strip()
                    table.skipped_keys |= {meant}
