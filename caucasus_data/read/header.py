"""The first line of a file: is it the table's header, and if not, what went wrong with it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from caucasus_data.read import cells as exact
from caucasus_data.read.say import Say
from caucasus_data.spec.model import Table
from caucasus_data.spec.patterns import Pattern, compiled

MOST_NAMES = 400
"""Names of a header that are looked at; no table is that wide."""
MOST_UNKNOWN = 20
"""Unknown columns that are blamed one by one."""


@dataclass(frozen=True, slots=True)
class Header:
    """Names as they stand; ``row``: the first line is no header but a row."""

    names: tuple[str, ...]
    row: bool = False


def key_pattern(table: Table) -> Pattern:
    """What the first key cell of a row looks like."""
    return compiled(table.by_name[table.key[0]].pattern or r"[^\s,]+")


def read_header(line: str, table: Table, say: Say) -> Header | None:
    """Judge the first line; None if the file can't be read past it."""
    expected = [column.name for column in table.raw_columns]
    record = exact.one(line, width=MOST_NAMES)
    names = [cell.text for cell in record.cells]
    if len(names) == 1 and len(expected) > 1:
        for delimiter, shown in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
            if line.count(delimiter) >= (len(expected) - 1) / 2:
                say(1, 1, "csv-delimiter", f"cells are divided by {shown}, not commas")
                return None
    if not any(name.strip() in expected for name in names):
        if key_pattern(table).fullmatch(names[0]) and record.width == len(expected):
            say(1, 1, "csv-no-header", "the first line is a row, not the header")
            return Header(tuple(expected), row=True)
        say(1, 1, "csv-no-header", "the first line is not the header", value=line)
        return None
    _judge_names(record, expected, say)
    if record.beyond:
        return None
    return Header(tuple(names))


def _judge_names(record: exact.Record, expected: list[str], say: Say) -> None:
    names = [cell.text for cell in record.cells]
    missing = [name for name in expected if name not in names]
    seen: set[str] = set()
    unknown = 0
    for cell in record.cells:
        name = cell.text
        if name in seen:
            say(
                1,
                cell.column,
                "csv-duplicate-column",
                f"the column {name!r} stands twice",
                field=name,
            )
        elif name not in expected:
            near = (
                difflib.get_close_matches(_plain(name), missing, n=1, cutoff=0.6) if missing else []
            )
            if near:
                missing.remove(near[0])
                say(
                    1, cell.column, "csv-renamed-column",
                    f"there is no column {_short(name)}", value=name, hint=f"write {near[0]}",
                )  # fmt: skip
            elif unknown < MOST_UNKNOWN:
                unknown += 1
                say(
                    1,
                    cell.column,
                    "csv-unknown-column",
                    f"there is no column {_short(name)}",
                    value=name,
                )
        seen.add(name)
    if record.beyond:
        say(
            1,
            1,
            "csv-unknown-column",
            f"{record.width} columns, {len(expected)} are declared",
        )
    for name in missing:
        say(1, 1, "csv-missing-column", f"the column {name!r} is missing", field=name)
    right = [name for name in expected if name in names]
    there = [name for name in dict.fromkeys(names) if name in expected]
    if right != there:
        at = next(i for i, (a, b) in enumerate(zip(right, there, strict=True)) if a != b)
        cell = next(cell for cell in record.cells if cell.text == there[at])
        say(
            1, cell.column, "csv-column-order",
            f"the column {there[at]!r} stands where {right[at]!r} belongs", field=there[at],
        )  # fmt: skip


def _plain(name: str) -> str:
    return name[:200].strip().lower().replace(" ", "_").replace("-", "_")


def _short(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:60] + "…")
