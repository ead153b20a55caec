"""Every finding of every layer in one run: shape and text from ``read``, types and
vocabularies through pandera, keys and rules on the typed frames, each put at its cell.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from caucasus_data.codes import CODES
from caucasus_data.errors import need
from caucasus_data.finding import Finding, Hit, in_file_order
from caucasus_data.hints import told
from caucasus_data.judging import TableJudge, failures
from caucasus_data.memory import give_back, keep_freed
from caucasus_data.read import Block, RawFolder, RawTable, open_folder
from caucasus_data.read import finding as make_finding
from caucasus_data.rules.frames import LARGE, LazyFrame
from caucasus_data.spec.arrow import loaded_dtypes
from caucasus_data.spec.casts import typed_table
from caucasus_data.spec.columns import read_type
from caucasus_data.spec.model import Column, Spec
from caucasus_data.spec.patterns import compiled

if TYPE_CHECKING:
    from caucasus_data.rules import Data


@dataclass
class Verdict:
    """What validation found, with the typed tables that ``normalize`` goes on with."""

    findings: list[Finding]
    folder: RawFolder
    coverage_end: dt.date

    @functools.cached_property
    def typed(self) -> dict[str, pa.Table]:
        """Every table with the types of its columns, dates with their bounds."""
        return {
            name: typed_table(table.arrow, table.spec, self.coverage_end)
            for name, table in self.folder.tables.items()
        }

    @property
    def errors(self) -> int:
        """Findings that make the data fall short."""
        return sum(found.severity == "error" for found in self.findings)

    @property
    def summary(self) -> dict[str, int]:
        """Counts for the JSON document."""
        return {
            "errors": self.errors,
            "warnings": len(self.findings) - self.errors,
            "files": len(self.folder.tables),
            "rows": sum(table.rows for table in self.folder.tables.values()),
        }


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas with the dtypes of ``load``; days become ``datetime64[ms]``."""
    columns = [
        column.cast(pa.timestamp("ms")) if pa.types.is_date32(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names).to_pandas(types_mapper=loaded_dtypes)


SMALL = 16 * 1024 * 1024
"""Bytes of a folder up to which one thread reads it, and a table up to which it is held whole."""
THREADS = 2


def validate(
    raw: Path,
    spec: Spec,
    published: Mapping[str, pd.DataFrame] | None = None,
) -> Verdict:
    """Judge the folder ``raw``; ``published`` is the newest release's text frames, if any.

    Raises :class:`~caucasus_data.errors.MissingData` if there is no such folder; everything
    wrong inside it is a finding.
    """
    folder, files = open_folder(
        raw, spec, lambda table: {c.name: read_type(c, table) for c in table.raw_columns}
    )
    judges = {
        name: TableJudge(file, spec, file.source.size > SMALL) for name, file in files.items()
    }
    with _Readers(judges) as readers:
        need("validate", "validate", "pandera.pandas")
        for name, judge in judges.items():
            folder.tables[name] = readers.table(judge)
    findings = list(folder.all_findings)
    for name, judge in judges.items():
        findings += _key_findings(folder.tables[name], judge)
    findings.extend(_rule_findings(folder, judges, spec, published or {}))
    frames = {name: judge.columns.frame() for name, judge in judges.items()}
    findings = _waived(findings, folder, frames)
    return Verdict(in_file_order(findings), folder, dt.date.fromisoformat(spec.coverage_end))


class _Readers:
    """Threads that read blocks ahead, largest files first, or none for a small folder."""

    def __init__(self, judges: Mapping[str, TableJudge]) -> None:
        self.judges = list(judges.values())
        self.pool: ThreadPoolExecutor | None = None
        self.ahead: dict[tuple[str, int], Future[Any]] = {}
        if sum(judge.file.source.size for judge in judges.values()) > SMALL:
            keep_freed()
            self.pool = ThreadPoolExecutor(THREADS)
            for judge in judges.values():
                for number in range(len(judge.file.spans) if judge.file.layout else 0):
                    self.ahead[judge.file.file, number] = self.pool.submit(judge.read, number)

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)
            give_back()
            for judge in self.judges:
                judge.columns.join()
            give_back()

    def table(self, judge: TableJudge) -> RawTable:
        """Every block of a file, in its order."""

        def read(number: int, skip: int) -> Block:
            ahead = self.ahead.pop((judge.file.file, number), None)
            given = ahead.result() if ahead is not None else None
            if given is None or skip:
                given = judge.read(number, skip)
            judge.take(given)
            return given[0]

        table = judge.file.collect(read, keep=not judge.large)
        judge.columns.raw = table
        return table


# -- keys ------------------------------------------------------------------------------------


def _key_findings(table: RawTable, judge: TableJudge) -> Iterator[Finding]:
    """Keys that stand twice, through pandera; what is refused is spoiled for the rules."""
    from caucasus_data.spec.pandera_schemas import key_schema

    schema = key_schema(table.spec)
    if table.broken or not table.rows or schema is None:
        return
    frame = judge.columns.frame()
    columns = {}
    for name in schema.columns:
        codes = judge.columns.codes(name, None)
        columns[name] = codes if codes is not None else frame[name].array
    for code, name, rows in failures(schema, pd.DataFrame(columns, copy=False)):
        column = table.spec.by_name[name]
        if name == table.spec.single_key:
            judge.twice = rows
        for row in rows:
            if name not in table.missing_columns and (row, name) not in table.spoiled:
                table.spoiled.add((row, name))
                yield _at_cell(table, row, column, code)


def _at_cell(table: RawTable, row: int, column: Column, code: str) -> Finding:
    value = table.value(row, column.name)
    message, hint = told(code, column, value)
    line, place = table.place(row, None)
    return make_finding(
        table.name, line, place, code, message, record=table.record(row), value=value, hint=hint
    )


# -- keys and rules --------------------------------------------------------------------------


def _rule_findings(
    folder: RawFolder,
    judges: Mapping[str, TableJudge],
    spec: Spec,
    published: Mapping[str, pd.DataFrame],
) -> Iterator[Finding]:
    """Rules that refuse cells, then all others without these cells, then what was found by rows."""
    from caucasus_data import rules as known

    together = [each for each in known.ALL if not each.blockwise]
    large = sum(table.rows for table in folder.tables.values()) > LARGE
    for refusing in (True, False):
        rules = [each for each in together if each.refuses == refusing]
        data = _data(folder, judges, spec, published)
        with ThreadPoolExecutor(THREADS) as pool:
            run = pool.map if large else map
            hits = itertools.chain.from_iterable(run(lambda each, data=data: each.run(data), rules))
            yield from _at_places(hits, folder, refusing)
    yield from _at_places((hit for judge in judges.values() for hit in judge.hits), folder, False)


def _at_places(hits: Iterable[Hit], folder: RawFolder, refusing: bool) -> Iterator[Finding]:
    for hit in hits:
        table = folder.tables[hit.table]
        if hit.field is not None and (hit.row, hit.field) in table.spoiled:
            continue
        yield _placed(hit, table)
        if refusing and hit.field is not None:
            table.spoiled.add((hit.row, hit.field))


def _data(
    folder: RawFolder,
    judges: Mapping[str, TableJudge],
    spec: Spec,
    published: Mapping[str, pd.DataFrame],
) -> Data:
    """What rules look at: the frames without the cells that were refused already."""
    from caucasus_data.rules import Data

    tables = folder.tables
    return Data(
        spec=spec,
        frames={name: _without_refused(judge, tables[name]) for name, judge in judges.items()},
        spoiled={name: table.spoiled for name, table in tables.items()},
        lost_spans={name: _lost_spans(table) for name, table in tables.items()},
        lost_keys={name: table.skipped_keys for name, table in tables.items()},
        broken=frozenset(
            name for name in spec.tables
            if not spec[name].derived
            and (name not in tables or tables[name].broken or tables[name].missing_columns)
        ),
        published=published,
    )  # fmt: skip


def _without_refused(judge: TableJudge, table: RawTable) -> LazyFrame:
    """The table for rules: each cell that was refused is blank, so that no rule judges it, and
    rows whose key stands twice are left out: which of two things they are about can't be known."""
    judge.blank(table.spoiled)
    frame = judge.columns.frame()
    if not judge.twice:
        return frame
    return frame.at_rows(np.setdiff1d(np.arange(len(frame)), judge.twice))


def _lost_spans(table: RawTable) -> list[tuple[str, str]]:
    """The keys before and after each row whose own key was refused (tables are sorted by key)."""
    key = table.spec.key[0]
    bad = {row for row, name in table.spoiled if name == key}
    spans = []
    for row, width in [(row, 1) for row in sorted(bad)] + [(row, 0) for row in table.nameless]:
        before, after = row - 1, row + width
        while before in bad:
            before -= 1
        while after in bad:
            after += 1
        first = table.value(before, key) if before >= 0 else ""
        last = table.value(after, key) if after < table.rows else "\U0010ffff"
        if first is not None and last is not None:
            spans.append((first, last))
    return spans


def _key_may_be_refused(record: str, folder: RawFolder) -> bool:
    """Whether an id may be that of a row whose own key can't be read."""
    for table in folder.tables.values():
        key = table.spec.single_key
        if key is None or table.broken or table.missing_columns:
            continue
        its = compiled(table.spec.by_name[key].pattern or ".*").fullmatch(record)
        if its and any(first < record < last for first, last in _lost_spans(table)):
            return True
    return False


def _placed(hit: Hit, table: RawTable) -> Finding:
    if 0 <= hit.row < table.rows:
        line, column = table.place(hit.row, hit.field)
        record = table.record(hit.row)
    else:
        line, column, record = 1, 1, None
    value = hit.value
    if hit.code == "key-disappeared":
        record = hit.value
    elif hit.field is not None and record is not None:
        value = table.value(hit.row, hit.field)
    return make_finding(
        table.name, line, column, hit.code, hit.message,
        field=hit.field, record=record, value=value, hint=hit.hint or None,
    )  # fmt: skip


def _waived(
    findings: Iterable[Finding], folder: RawFolder, frames: Mapping[str, LazyFrame]
) -> list[Finding]:
    """Take out waived findings; a waiver that waives nothing is a finding itself."""
    found = list(findings)
    waivers, table = frames.get("waivers"), folder.tables.get("waivers")
    if waivers is None or table is None:
        return found
    # a line of waivers that can't be read may waive any finding of its code: that is not told besides
    unread = (
        set(CODES)
        if table.broken or table.missing_columns or table.nameless
        else table.skipped_keys
    )
    if waivers.empty:
        return _without(found, unread)
    refused_rows = {row for row, _ in table.spoiled}
    # what was refused for another reason could not be looked at: its waiver may not be stale
    lost = {key for each in folder.tables.values() for key in each.skipped_keys}
    hidden = {(one.record, one.field or "*") for one in found}
    uncertain = len(folder.tables) < len(folder.declared) or any(
        each.broken or each.missing_columns for each in folder.tables.values()
    )
    for row, line in waivers.iterrows():
        number = int(str(row))
        code, record, column = (
            None if pd.isna(line[c]) or (number, c) in table.spoiled else str(line[c])
            for c in ("code", "record_id", "field")
        )
        if number in refused_rows:
            # what it waives can't be read in full: findings that it may mean are not told besides
            found = [
                one for one in found
                if not (_waivable(one.code) and code in (None, one.code)
                        and record in (None, one.record) and column in (None, one.field or "*"))
            ]  # fmt: skip
            continue
        if code is None or record is None or column is None:
            continue
        at, _ = table.place(number, None)
        if not _waivable(code):
            found.append(
                make_finding(
                    table.name,
                    at,
                    1,
                    "rule-not-waivable",
                    f"{code} can't be waived" if code in CODES else f"there is no code {code}",
                    field="code",
                    record=record,
                    value=code,
                    hint=_nearest_code(code),
                )
            )
            continue
        met = [
            one for one in found
            if one.code == code and one.record == record and (one.field or "*") == column
        ]  # fmt: skip
        if met:
            found = [one for one in found if one not in met]
        elif not (
            uncertain
            or record in lost
            or (record, column) in hidden
            or _key_may_be_refused(record, folder)
        ):
            found.append(
                make_finding(
                    table.name,
                    at,
                    1,
                    "rule-stale-waiver",
                    f"{record} has no finding {code} on {column}",
                    record=record,
                )
            )
    return _without(found, unread)


def _without(found: list[Finding], unread: Collection[str]) -> list[Finding]:
    """Leave out findings that a waiver which can't be read may waive."""
    return [one for one in found if not (one.code in unread and _waivable(one.code))]


def _waivable(code: str) -> bool:
    return code in CODES and CODES[code].waivable


def _nearest_code(code: str) -> str | None:
    import difflib

    waivable = [name for name, known in CODES.items() if known.waivable]
    near = difflib.get_close_matches(code, waivable, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if code not in CODES and near else None
