"""An exact tokenizer of RFC 4180 records that never gives up and knows where each cell stands.

Stock readers each let something through; this one is slow, so ``table`` calls it only for files
or lines that are not proved regular.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MOST = 1 << 20
"""Characters after which a quoted cell of several lines counts as never closed."""

CELL = r'(?:[^",\n]*|"(?:[^"\n]|"")*")'
REGULAR_LINE = re.compile(rf"{CELL}(?:,{CELL})*")
"""One record on one line, quoted as RFC 4180 says."""


@dataclass(slots=True)
class Cell:
    """A cell's text (unquoted) with the place of its first character, its quote if quoted."""

    text: str
    line: int
    column: int
    quoted: bool = False


@dataclass(slots=True)
class Problem:
    """What is wrong with the shape of a record, at a place."""

    code: str
    line: int
    column: int
    cell: int = 0


@dataclass(slots=True)
class Record:
    """One record: its cells, and what is wrong with its shape.

    ``beyond``: cells past those that the reader asked for, counted but not kept.
    """

    line: int
    cells: list[Cell]
    problems: list[Problem] = field(default_factory=list)
    beyond: int = 0

    @property
    def width(self) -> int:
        """How many cells the record has."""
        return len(self.cells) + self.beyond

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing at all."""
        return len(self.cells) == 1 and not self.cells[0].text and not self.cells[0].quoted


class Lines(Protocol):
    """Physical lines by number from 0, which may be read only when asked for."""

    def reaches(self, number: int) -> bool:
        """Whether there is a line of this number."""

    def __getitem__(self, number: int) -> str: ...


class LineList:
    """Lines at hand."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def reaches(self, number: int) -> bool:
        """Whether there is a line of this number."""
        return number < len(self._lines)

    def __getitem__(self, number: int) -> str:
        return self._lines[number]


def one(line: str, number: int = 0, width: int | None = None) -> Record:
    """The record of a line that stands alone, on line ``number`` (from 0)."""
    found, _ = record(LineList([line]), 0, lambda _: True, width)
    if number:
        found.line += number
        for cell in found.cells:
            cell.line += number
        for problem in found.problems:
            problem.line += number
    return found


def record(
    lines: Lines,
    index: int,
    starts_record: Callable[[str], bool],
    width: int | None = None,
) -> tuple[Record, int]:
    """The record that begins on line ``index``, and the line on which the next one does.

    ``starts_record`` tells whether a line is a whole record of its own: an unclosed quote ends
    before the next such line. Cells past ``width`` are counted only.
    """
    line = lines[index]
    if '"' in line:
        return _quoted_record(lines, index, starts_record, width)
    texts = line.split(",") if width is None else line.split(",", width)
    beyond = 0
    if width is not None and len(texts) > width:
        beyond = texts.pop().count(",") + 1
    cells, column = [], 1
    for text in texts:
        cells.append(Cell(text, index + 1, column))
        column += len(text) + 1
    return Record(index + 1, cells, beyond=beyond), index + 1


def _quoted_record(
    lines: Lines, index: int, starts_record: Callable[[str], bool], width: int | None
) -> tuple[Record, int]:
    found = Record(index + 1, [])
    line, at = lines[index], 0

    def add(text: str, opened: int, column: int, quoted: bool = False) -> None:
        if width is None or len(found.cells) < width:
            found.cells.append(Cell(text, opened + 1, column + 1, quoted))
        else:
            found.beyond += 1

    def blame(code: str, opened: int, column: int) -> None:
        if not found.beyond:
            found.problems.append(Problem(code, opened + 1, column + 1, len(found.cells) - 1))

    def left_open() -> tuple[Record, int]:
        """End a record at a quote that nothing closes; the next line that is one resumes."""
        add(lines[opened][opened_at + 1 :], opened, opened_at, quoted=True)
        found.problems.clear()
        blame("csv-unclosed-quote", opened, opened_at)
        following = index + 1
        while lines.reaches(following) and not starts_record(lines[following]):
            following += 1
        return found, following

    while True:
        if not line.startswith('"', at):
            end = line.find(",", at)
            text = line[at:] if end < 0 else line[at:end]
            add(text, index, at)
            if '"' in text:
                blame("csv-stray-quote", index, at)
            if end < 0:
                return found, index + 1
            at = end + 1
            continue
        opened, opened_at = index, at
        parts: list[str] = []
        size = 0
        at += 1
        while True:
            quote = line.find('"', at)
            if quote < 0:
                parts.append(line[at:])
                size += len(line) - at
                following = index + 1
                if size > MOST or not lines.reaches(following) or starts_record(lines[following]):
                    return left_open()
                parts.append("\n")
                index, line, at = following, lines[following], 0
            elif line.startswith('""', quote):
                parts.append(line[at : quote + 1])
                at = quote + 2
            else:
                if line[quote - 1 : quote] == "," and line[quote + 1 : quote + 2] not in ("", ","):
                    # this quote opens the next cell: the one before was never closed
                    return left_open()
                parts.append(line[at:quote])
                at = quote + 1
                break
        add("".join(parts), opened, opened_at, quoted=True)
        if opened != index:
            blame("csv-line-break", opened, opened_at)
        end = line.find(",", at)
        if end != at and at < len(line):
            blame("csv-text-after-quote", opened, opened_at)
        if end < 0:
            return found, index + 1
        at = end + 1
