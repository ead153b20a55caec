"""Apply filled templates: judge the tables as they would be, then write all of them or none.

What the templates say is read by ``template`` and put into the tables by ``merge``; this module
reads and writes the files, and puts findings back at the template's own lines.
"""

from __future__ import annotations

import bisect
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caucasus_data.authoring.canonical import canonical_csv, in_key_order, unsafe
from caucasus_data.authoring.ids import taken_ids
from caucasus_data.authoring.merge import Merged, Placed, merge
from caucasus_data.authoring.problems import problem
from caucasus_data.authoring.replace import digest, locked, replace_files
from caucasus_data.authoring.template import read_templates
from caucasus_data.errors import MissingData
from caucasus_data.finding import Finding, errors_in, in_file_order
from caucasus_data.read import RawFolder, read_folder
from caucasus_data.spec.model import Spec


@dataclass
class Outcome:
    """What came of a call: findings, and (if none of them is an error) what changed."""

    findings: list[Finding]
    merged: Merged | None = None
    changed: list[str] = field(default_factory=list)
    earlier_errors: int = 0

    @property
    def errors(self) -> int:
        """Findings because of which nothing was written."""
        return errors_in(self.findings)


def apply(
    files: Iterable[tuple[str, bytes]], raw: Path, spec: Spec, dry_run: bool = False
) -> Outcome:
    """Apply templates (name and bytes of each) to the folder ``raw``.

    Nothing is written if a finding is an error or ``dry_run`` is set. Raises
    :class:`~caucasus_data.errors.MissingData` if there is no such folder, and
    :class:`~caucasus_data.authoring.replace.Busy` if another run writes to it.
    """
    if not raw.is_dir():
        raise MissingData(f"there is no folder {raw}")
    templates = read_templates(files, spec)
    if templates.findings:
        return Outcome(in_file_order(templates.findings))
    with locked(raw):
        seen = {f"{table.name}.csv": digest(raw / f"{table.name}.csv") for table in spec.raw_tables}
        folder = read_folder(raw, spec)
        rows = {name: table.arrow.to_pylist() for name, table in folder.tables.items()}
        refused = _unreadable({row.table.name for row in templates.rows}, folder)
        if refused:
            return Outcome(refused)
        merged = merge(templates.rows, rows, spec, taken_ids(rows, raw, spec))
        contents = {
            f"{name}.csv": canonical_csv(spec[name], [row.cells for row in placed])
            for name, placed in merged.rows.items()
            if [row.cells for row in placed] != rows[name]
        }
        refused = _unreadable({name.removesuffix(".csv") for name in contents}, folder)
        if refused:
            return Outcome(refused)
        outcome = Outcome(merged.findings, merged, sorted(contents))
        if contents:
            outcome = _judged(outcome, contents, raw, spec, folder)
        if contents and not outcome.errors and not dry_run:
            replace_files(raw, contents, {name: seen[name] for name in contents})
        return outcome


def _unreadable(names: set[str], folder: RawFolder) -> list[Finding]:
    """Findings of a missing file, and of those to be written that can't be rewritten safely."""
    found = [one for one in folder.findings if one.code != "file-unexpected"]
    for name in names & set(folder.tables):
        found.extend(unsafe(folder.tables[name]))
    return in_file_order(found)


_REFERENCES = ("key-dangling", "key-wrong-kind", "type-id", "type-pattern")


# -- judging ---------------------------------------------------------------------------------


def _judged(
    outcome: Outcome, contents: dict[str, bytes], raw: Path, spec: Spec, folder: RawFolder
) -> Outcome:
    """The outcome with the findings that the new tables would have and the old ones do not."""
    from caucasus_data.loading import published_frames
    from caucasus_data.validate import validate

    assert outcome.merged is not None
    published = published_frames(raw)
    # beside the folder, so that what is judged and what is written stand on one filesystem
    with tempfile.TemporaryDirectory(prefix=".judge-", dir=raw.resolve().parent) as scratch:
        copy = Path(scratch) / "raw"
        copy.mkdir()
        for table in spec.raw_tables:
            name = f"{table.name}.csv"
            if name in contents:
                (copy / name).write_bytes(contents[name])
            elif (raw / name).is_file():
                (copy / name).write_bytes((raw / name).read_bytes())
        after = validate(copy, spec, published)
    old: Counter[Any] = Counter()
    if after.findings:
        before = validate(raw, spec, published)
        old = Counter(_same(one) for one in before.findings)
        outcome.earlier_errors = before.errors
    places = {name: _Rows(spec, name, outcome.merged.rows[name]) for name in outcome.merged.rows}
    told = {(one.file, one.line, one.column) for one in outcome.findings}
    handles = {number: handle for handle, number in outcome.merged.handles.items()}
    for one in after.findings:
        if old[_same(one)]:
            old[_same(one)] -= 1
            continue
        if one.value in outcome.merged.lost and one.code in _REFERENCES:
            continue
        name = Path(one.file).stem
        placed = places[name].at(one) if name in places and f"{name}.csv" in contents else None
        here = _put_back(one, placed, folder, handles)
        if (here.file, here.line, here.column) not in told or here.severity == "warning":
            outcome.findings.append(here)
    outcome.findings = in_file_order(outcome.findings)
    return outcome


def _same(one: Finding) -> tuple[Any, ...]:
    """What makes a finding the same before and after: lines move, records do not."""
    return (one.file, one.code, one.record, one.field, one.value)


class _Rows:
    """Rows of a table in the order in which they were written, by line."""

    def __init__(self, spec: Spec, name: str, rows: list[Placed]) -> None:
        by_cells = {id(row.cells): row for row in rows}
        ordered = in_key_order(spec[name], [row.cells for row in rows])
        self.rows = [by_cells[id(cells)] for cells in ordered]
        self.lines = []
        line = 2
        for row in self.rows:
            self.lines.append(line)
            line += 1 + sum(cell.count("\n") for cell in row.cells.values() if cell)

    def at(self, one: Finding) -> Placed | None:
        """The row that a finding stands on."""
        at = bisect.bisect_right(self.lines, one.line or 0) - 1
        return self.rows[at] if 0 <= at < len(self.rows) else None


def _put_back(
    one: Finding, placed: Placed | None, folder: RawFolder, handles: Mapping[str, str]
) -> Finding:
    """A finding at the template's cell, or (for an older row) at its line in ``raw/`` as it is."""

    def said(text: str) -> str:
        return re.sub(r"\b[A-Z]{2}-[0-9]{5}\b", lambda match: handles.get(match[0], match[0]), text)

    if placed is None:
        return one
    table = folder.tables.get(Path(one.file).stem)
    origin = placed.origin(one.field)
    if origin is not None:
        column = one.field if one.field is not None else origin.table.key[0]
        return _with_record(
            problem(
                origin.place_of(column), one.code, said(one.message),
                field=one.field, value=one.value, hint=said(one.hint),
            ),
            one,
        )  # fmt: skip
    if table is None or placed.was is None:
        return one
    line, column_ = table.place(placed.was, one.field)
    return Finding(
        one.file, line, column_, one.field, one.record,
        one.code, one.severity, said(one.message), one.value, said(one.hint),
    )  # fmt: skip


def _with_record(here: Finding, one: Finding) -> Finding:
    return Finding(
        here.file, here.line, here.column, here.field, one.record,
        here.code, one.severity, here.message, here.value, here.hint,
    )  # fmt: skip
