"""The tree that the corpora of edits start from, and the closed grammar of edits on it.

The tree is the raw tables of release 0.1.0: a release never changes, so a line of it is a line
forever, while ``raw/`` grows every day. ``conftest`` hands this module to the tests.
"""

from __future__ import annotations

import copy
import csv
import functools
import io
import os
import re
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import yaml

from caucasus_data import validate as whole
from caucasus_data.finding import Finding
from caucasus_data.judging import TableJudge
from caucasus_data.loading import published_frames
from caucasus_data.read import RawTable
from caucasus_data.spec.model import Spec, Table, load_spec
from caucasus_data.validate import validate

ROOT = Path(__file__).parent.parent
RELEASE = ROOT / "build" / "releases" / "0.1.0"
Files = dict[str, bytes]


def as_line(row: Iterable[str]) -> str:
    """One CSV line with minimal quoting, without its line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


def spans(line: str) -> list[tuple[int, int]]:
    """Where each cell of a regular line begins and ends, quotes included."""
    found, at = [], 0
    while True:
        end = at + len(_CELL.match(line, at)[0])  # type: ignore[index]
        found.append((at, end))
        if end == len(line):
            return found
        at = end + 1


_CELL = re.compile(r'"(?:[^"]|"")*"|[^",]*')


def base_files(spec: Spec) -> Files:
    """The raw tables that release 0.1.0 was built from; columns declared later are blank."""
    files = {}
    for table in spec.raw_tables:
        released = RELEASE / "csv" / f"{table.name}.csv"
        names = [column.name for column in table.raw_columns]
        lines = [",".join(names)]
        rows: Iterator[dict[str, str]] = iter(())
        if released.is_file():
            rows = csv.DictReader(io.StringIO(released.read_text(encoding="utf-8"), newline=""))
        for row in rows:
            if row.get("coordinates_from") == "place":
                row["latitude"] = row["longitude"] = ""
            lines.append(as_line(row.get(name) or "" for name in names))
        files[f"{table.name}.csv"] = ("\n".join(lines) + "\n").encode()
    return files


class Tree:
    """A folder ``raw`` under way: files by name, and what is no plain file."""

    def __init__(self, spec: Spec, files: Files) -> None:
        self.spec = spec
        self.files = dict(files)
        self.others: dict[str, str | None] = {}
        """Links by name to their target; folders by name to None."""

    def table(self, name: str) -> Table:
        """A table's declaration."""
        return self.spec[name]

    def lines(self, file: str) -> list[str]:
        """Lines of a file, without the last line end."""
        return self.files[file].decode().removesuffix("\n").split("\n")

    def put(self, file: str, lines: Iterable[str]) -> None:
        """Write lines back."""
        self.files[file] = ("\n".join(lines) + "\n").encode()

    def rows(self, table: str) -> list[list[str]]:
        """Header and rows of a regular table."""
        return list(csv.reader(io.StringIO(self.files[f"{table}.csv"].decode(), newline="")))

    def row_number(self, table: str, record: str | Mapping[str, str]) -> int:
        """Index of the line of a record (its key, or some of its cells)."""
        rows = self.rows(table)
        wanted = {rows[0][0]: record} if isinstance(record, str) else record
        for number, row in enumerate(rows):
            if all(row[rows[0].index(column)] == value for column, value in wanted.items()):
                return number
        raise LookupError(f"{table} has no {record}")

    def set_cell(self, table: str, record: str | Mapping[str, str], field: str, text: str) -> None:
        """Write ``text``, as it stands, in the place of a cell and its quotes."""
        file = f"{table}.csv"
        lines = self.lines(file)
        number = self.row_number(table, record)
        at = lines[0].split(",").index(field)
        start, end = spans(lines[number])[at]
        lines[number] = lines[number][:start] + text + lines[number][end:]
        self.put(file, lines)

    def write(self, folder: Path, base: Path | None = None) -> Path:
        """Lay the tree down in ``folder``; files as in ``base`` become hard links to it."""
        folder.mkdir(parents=True)
        for name, data in self.files.items():
            same = (
                base is not None and (base / name).is_file() and (base / name).read_bytes() == data
            )
            if same and base is not None:
                os.link(base / name, folder / name)
            else:
                (folder / name).write_bytes(data)
        for name, target in self.others.items():
            if target is None:
                (folder / name).mkdir()
            else:
                (folder / name).symlink_to(target)
        return folder

    # -- the grammar --------------------------------------------------------------------------

    def apply(self, edits: Iterable[Mapping[str, Any]]) -> None:
        """Make every edit, in order; each is one verb with what it needs."""
        for edit in edits:
            ((verb, what),) = edit.items()
            getattr(self, f"_{verb}")(**what)

    def _set(
        self, table: str, record: Any, field: str, to: str, raw: bool = False, times: int = 1
    ) -> None:
        """A cell's value (quoted if it must be; ``raw``: as it stands; ``times``: repeated)."""
        text = str(to) * times
        self.set_cell(table, record, field, text if raw else as_line([text, ""])[:-1])

    def _row(
        self, table: str, cells: Mapping[str, Any], like: Any = None, at: int | None = None
    ) -> None:
        """A new row (``like`` another, with other ``cells``), in its place by key or ``at`` a line."""
        rows = self.rows(table)
        row = dict.fromkeys(rows[0], "")
        if like is not None:
            row = dict(zip(rows[0], rows[self.row_number(table, like)], strict=True))
        unknown = set(cells) - set(row)
        assert not unknown, unknown
        row |= {name: str(value) for name, value in cells.items()}
        key = [rows[0].index(name) for name in self.table(table).key]
        mine = [row[rows[0][k]] for k in key]
        if at is None:
            at = 2 + sum([other[k] for k in key] <= mine for other in rows[1:])
        lines = self.lines(f"{table}.csv")
        lines.insert(at - 1, as_line(row.values()))
        self.put(f"{table}.csv", lines)

    def _drop(self, table: str, record: Any) -> None:
        """A record's row taken out."""
        lines = self.lines(f"{table}.csv")
        del lines[self.row_number(table, record)]
        self.put(f"{table}.csv", lines)

    def _replace(self, file: str, line: int, old: str, new: str) -> None:
        """Text on a line, which must stand there once."""
        lines = self.lines(file)
        assert lines[line - 1].count(old) == 1, (old, lines[line - 1])
        lines[line - 1] = lines[line - 1].replace(old, new)
        self.put(file, lines)

    def _insert(self, file: str, line: int, text: str) -> None:
        """A line put before the line of that number."""
        lines = self.lines(file)
        lines.insert(line - 1, text)
        self.put(file, lines)

    def _delete(self, file: str, line: int) -> None:
        """A line taken out."""
        lines = self.lines(file)
        del lines[line - 1]
        self.put(file, lines)

    def _append(self, file: str, text: str) -> None:
        """Text after the end of a file, as it stands."""
        self.files[file] += text.encode()

    def _hex(self, file: str, line: int, old: str, to: str) -> None:
        """Bytes, in hexadecimal, in the place of a text on a line."""
        lines = self.files[file].split(b"\n")
        assert lines[line - 1].count(old.encode()) == 1, (old, lines[line - 1])
        lines[line - 1] = lines[line - 1].replace(old.encode(), bytes.fromhex(to))
        self.files[file] = b"\n".join(lines)

    def _prepend(self, file: str, hex: str) -> None:
        """Bytes before the first byte."""
        self.files[file] = bytes.fromhex(hex) + self.files[file]

    def _encode(self, file: str, to: str) -> None:
        """The whole file in another encoding."""
        self.files[file] = self.files[file].decode().encode(to)

    def _ends(self, file: str, to: str, lines: list[int] | None = None) -> None:
        """Other line ends (hexadecimal), on all lines or on those named."""
        parts = self.files[file].split(b"\n")
        ends = [
            bytes.fromhex(to) if lines is None or n in lines else b"\n"
            for n in range(1, len(parts))
        ]
        self.files[file] = b"".join(p + e for p, e in zip(parts, [*ends, b""], strict=True))

    def _cut(self, file: str) -> None:
        """The last byte taken off."""
        self.files[file] = self.files[file][:-1]

    def _delimiter(self, file: str, to: str) -> None:
        """Another delimiter throughout."""
        out = io.StringIO()
        csv.writer(out, delimiter=to, lineterminator="\n").writerows(
            self.rows(file.removesuffix(".csv"))
        )
        self.files[file] = out.getvalue().encode()

    def _column(
        self,
        table: str,
        name: str,
        move: int | None = None,
        copy: bool = False,
        drop: bool = False,
        new: str | None = None,
    ) -> None:
        """A whole column moved to an index, copied to the end, dropped, or a new one at the end."""
        rows = self.rows(table)
        if new is not None:
            rows = [[*row, name if n == 0 else new] for n, row in enumerate(rows)]
        else:
            at = rows[0].index(name)
            for row in rows:
                cell = row[at]
                if copy:
                    row.append(cell)
                else:
                    del row[at]
                    if move is not None:
                        row.insert(move, cell)
                    assert move is not None or drop
        self.put(f"{table}.csv", map(as_line, rows))

    def _add(self, file: str, text: str = "", like: str | None = None) -> None:
        """A new file."""
        self.files[file] = self.files[like] if like else text.encode()

    def _remove(self, file: str) -> None:
        """A file taken out."""
        del self.files[file]

    def _rename(self, file: str, to: str) -> None:
        """A file under another name."""
        self.files[to] = self.files.pop(file)

    def _empty(self, file: str) -> None:
        """A file without a byte."""
        self.files[file] = b""

    def _folder(self, file: str) -> None:
        """A folder in a file's place."""
        self.files.pop(file, None)
        self.others[file] = None

    def _link(self, file: str, to: str) -> None:
        """A symbolic link in a file's place."""
        self.files.pop(file, None)
        self.others[file] = to


def fresh(folder: Path) -> Path:
    """``folder``, which is not there any more."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


class Bench:
    """Makes edits on the base tree, lays it down in one folder, judges it there."""

    def __init__(self, base: Path, folder: Path, remembered: Remembered | None = None) -> None:
        self.base, self.folder, self.remembered = base, folder, remembered
        self.spec = load_spec(ROOT / "schemas")
        self.files = {path.name: path.read_bytes() for path in base.iterdir()}

    @functools.cached_property
    def released(self) -> dict[str, Any]:
        """What release 0.1.0 published."""
        return dict(published_frames(None, str(RELEASE)))

    def lay_down(self, edits: Iterable[Mapping[str, Any]], folder: Path) -> Path:
        """The tree after the edits, in a folder made anew."""
        tree = Tree(self.spec, self.files)
        tree.apply(edits)
        return tree.write(fresh(folder), self.base)

    def judge(self, edits: Iterable[Mapping[str, Any]], baseline: Any = None) -> list[Finding]:
        """Findings after the edits; ``baseline``: compare with release 0.1.0, or with it and
        further published rows by table."""
        raw = self.lay_down(edits, self.folder)
        published = dict(self.released) if baseline else {}
        for table, rows in (baseline if isinstance(baseline, dict) else {}).items():
            more = pd.DataFrame(rows).reindex(columns=published[table].columns)
            more = more.astype(published[table].dtypes)
            published[table] = pd.concat([published[table], more], ignore_index=True)
        if self.remembered is not None:
            return self.remembered.judge(raw, self.spec, published)
        return validate(raw, self.spec, published).findings


def read_case(corpus: str, name: str) -> tuple[list[Mapping[str, Any]], Any]:
    """Edits and baseline of a case of ``tests/red`` or ``tests/green``."""
    path = Path(__file__).parent / corpus / f"{name}.yaml"
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    return case["edits"], case.get("baseline")


class Remembered:
    """Judges trees that differ in a file or two: what reading a file gave is kept, and copied for
    the next tree in which the file has the same bytes. Rules run anew on every tree."""

    def __init__(self, most: int = 60) -> None:
        self.kept: OrderedDict[tuple[str, bytes], tuple[RawTable, TableJudge]] = OrderedDict()
        self.most = most

    def judge(self, raw: Path, spec: Spec, published: Mapping[str, Any]) -> list[Finding]:
        """The findings of ``validate``."""
        remembered = self

        class Readers(whole._Readers):
            def table(self, judge: TableJudge) -> RawTable:
                return remembered.table(judge, super().table)

        with mock.patch.object(whole, "_Readers", Readers):
            return validate(raw, spec, published).findings

    def table(self, judge: TableJudge, read: Callable[[TableJudge], RawTable]) -> RawTable:
        """One file, read or remembered."""
        path = judge.file.path
        known = (path.name, path.read_bytes()) if path.is_file() else None
        if known not in self.kept:
            table = read(judge)
            if known is not None:
                self.kept[known] = as_read(table, judge)
                while len(self.kept) > self.most:
                    self.kept.popitem(last=False)
            return table
        self.kept.move_to_end(known)
        table, judged = as_read(*self.kept[known])
        judge.columns, judge.hits = judged.columns, judged.hits
        return table


def as_read(table: RawTable, judge: TableJudge) -> tuple[RawTable, TableJudge]:
    """Copies that share what rules do not change."""
    table, judge = copy.copy(table), copy.copy(judge)
    table.findings, table.nameless = list(table.findings), list(table.nameless)
    table.spoiled, table.skipped_keys = set(table.spoiled), set(table.skipped_keys)
    columns = copy.copy(judge.columns)
    columns.held = {name: copy.copy(held) for name, held in columns.held.items()}
    for held in columns.held.values():
        held.parts = list(held.parts)
    columns.raw = table
    judge.columns, judge.hits = columns, list(judge.hits)
    return table, judge


_HERE: list[Bench] = []


def set_up(base: Path, folder: Path) -> None:
    """Make this process ready to judge."""
    _HERE.append(Bench(base, folder / str(os.getpid()), Remembered()))


def judge_here(case: tuple[list[Mapping[str, Any]], Any]) -> list[Finding]:
    """Judge a case in a process that was set up."""
    return _HERE[0].judge(*case)
