"""An exact tokenizer of RFC 4180 records that never gives up and knows where each cell stands.

Stock readers each let something through; this one is slow, so ``table`` calls it only for files
or lines that are not proved regular.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

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
    cell: int | None = None


@dataclass(slots=True)
class Record:
    """One record: its cells, and what is wrong with its shape."""

    line: int
    cells: list[Cell]
    problems: list[Problem] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing at all."""
        return len(self.cells) == 1 and not self.cells[0].text and not self.cells[0].quoted


def split_plain(line: str, number: int) -> list[Cell]:
    """Cells of a line without quotes."""
    cells, column = [], 1
    for text in line.split(","):
        cells.append(Cell(text, number, column))
        column += len(text) + 1
    return cells


def records(
    lines: Sequence[str], starts_record: Callable[[str], bool], first: int = 0
) -> Iterator[Record]:
    """Yield the records of ``lines`` (without their line ends) from index ``first``.

    ``starts_record`` tells whether a line is a whole record of its own: an unclosed quote ends
    before the next such line.
    """
    index = first
    while index < len(lines):
        line = lines[index]
        if '"' not in line:
            yield Record(index + 1, split_plain(line, index + 1))
            index += 1
            continue
        record, index = _quoted_record(lines, index, starts_record)
        yield record


def _quoted_record(
    lines: Sequence[str], index: int, starts_record: Callable[[str], bool]
) -> tuple[Record, int]:
    record = Record(index + 1, [])
    line, at = lines[index], 0
    while True:
        if not line.startswith('"', at):
            end = line.find(",", at)
            text = line[at:] if end < 0 else line[at:end]
            record.cells.append(Cell(text, index + 1, at + 1))
            if '"' in text:
                record.problems.append(
                    Problem("csv-stray-quote", index + 1, at + 1, len(record.cells) - 1)
                )
            if end < 0:
                return record, index + 1
            at = end + 1
            continue
        opened, opened_at = index, at
        parts: list[str] = []
        at += 1
        while True:
            quote = line.find('"', at)
            if quote < 0:
                parts.append(line[at:])
                following = index + 1
                if following >= len(lines) or starts_record(lines[following]):
                    text = "".join(parts)
                    record.cells.append(Cell(text, opened + 1, opened_at + 1, quoted=True))
                    record.problems.append(
                        Problem(
                            "csv-unclosed-quote", opened + 1, opened_at + 1, len(record.cells) - 1
                        )
                    )
                    return record, following
                parts.append("\n")
                index, line, at = following, lines[following], 0
            elif line.startswith('""', quote):
                parts.append(line[at : quote + 1])
                at = quote + 2
            else:
                parts.append(line[at:quote])
                at = quote + 1
                break
        record.cells.append(Cell("".join(parts), opened + 1, opened_at + 1, quoted=True))
        here = len(record.cells) - 1
        if opened != index:
            record.problems.append(Problem("csv-line-break", opened + 1, opened_at + 1, here))
        end = line.find(",", at)
        rest = line[at:] if end < 0 else line[at:end]
        if rest:
            record.problems.append(
                Problem("csv-text-after-quote", opened + 1, opened_at + 1, here)
            )
        if end < 0:
            return record, index + 1
        at = end + 1
