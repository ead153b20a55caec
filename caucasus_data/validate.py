"""Every finding of every layer in one run: shape and text from ``read``, types and
vocabularies through pandera, keys and rules on the typed frames, each put at its cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data import dates
from caucasus_data.codes import CODES
from caucasus_data.errors import need
from caucasus_data.finding import Finding, Hit, in_file_order
from caucasus_data.read import RawFolder, RawTable, read_folder
from caucasus_data.read.table import finding as make_finding
from caucasus_data.spec.arrow import loaded_dtypes
from caucasus_data.spec.casts import typed_table
from caucasus_data.spec.model import Column, Spec, Table


@dataclass
class Verdict:
    """What validation found, with the typed tables that ``normalize`` goes on with."""

    findings: list[Finding]
    folder: RawFolder
    typed: dict[str, pa.Table] = field(default_factory=dict)

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
            "rows": sum(table.arrow.num_rows for table in self.folder.tables.values()),
        }


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas with the dtypes of ``load``; days become ``datetime64[ms]``."""
    columns = [
        pc.cast(column, pa.timestamp("ms")) if pa.types.is_date32(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names).to_pandas(types_mapper=loaded_dtypes)


def validate(
    raw: Path,
    spec: Spec,
    published: Mapping[str, pd.DataFrame] | None = None,
) -> Verdict:
    """Judge the folder ``raw``; ``published`` is the newest release's text frames, if any.

    Raises :class:`~caucasus_data.errors.MissingData` if there is no such folder; everything
    wrong inside it is a finding.
    """
    need("validate", "validate", "pandera.pandas")
    folder = read_folder(raw, spec)
    end = dt.date.fromisoformat(spec.coverage_end)
    typed = {
        name: typed_table(table.arrow, table.spec, end) for name, table in folder.tables.items()
    }
    findings = list(folder.all_findings)
    for table in folder.tables.values():
        if not table.broken and table.arrow.num_rows:
            findings.extend(_column_findings(table, typed[table.spec.name]))
    frames = {name: to_frame(table) for name, table in typed.items()}
    findings.extend(_rule_findings(folder, spec, frames, published or {}))
    findings = _waived(findings, folder, frames)
    return Verdict(in_file_order(findings), folder, typed)


# -- types and vocabularies, through pandera -------------------------------------------------


def _column_findings(table: RawTable, typed: pa.Table) -> Iterator[Finding]:
    from caucasus_data.spec.pandera_schemas import PARSED, raw_schema

    frame = to_frame(typed)
    for column in table.spec.raw_columns:
        if column.type != "string":
            raw_present = pc.is_valid(table.arrow.column(column.name))
            parsed = pc.or_(pc.invert(raw_present), pc.is_valid(typed.column(column.name)))
            frame[PARSED.format(column.name)] = parsed.to_pandas().astype(bool)
    broken: set[tuple[int, str]] = set(table.spoiled)
    for code, name, rows in _failures(raw_schema(table.spec), frame):
        column_name = name.removesuffix(PARSED.format(""))
        if column_name in table.missing_columns:
            continue
        column = table.spec.by_name[column_name]
        for row in rows:
            if (row, column_name) in broken:
                continue
            if code == "type-required" and table.value(row, column_name) is not None:
                continue
            broken.add((row, column_name))
            yield _at_cell(table, row, column, code)
    table.spoiled = broken


def _failures(schema: Any, frame: pd.DataFrame) -> Iterator[tuple[str, str, list[int]]]:
    """Code, column and rows of each failing check; type checks before the others."""
    import pandera.errors

    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = []
        for error in errors.schema_errors:
            code = getattr(error.check, "error", None) or "type-required"
            if code == "type-required":
                rows = [int(n) for n in error.failure_cases["index"]]
            else:
                passed = error.check_output
                rows = [int(n) for n in passed.index[~passed.astype(bool)]]
            found.append((code, str(error.schema.name), rows))
        order = {"key-duplicate": 2, "type-required": 0}
        yield from sorted(found, key=lambda item: order.get(item[0], 1))


def _at_cell(table: RawTable, row: int, column: Column, code: str) -> Finding:
    value = table.value(row, column.name)
    line, place = table.place(row, column.name)
    message, hint = _told(code, column, value)
    whole_row = code == "key-duplicate"
    if whole_row:
        line, place = table.place(row, None)
    return make_finding(
        table.name, line, place, code, message,
        field=None if whole_row else column.name, record=table.record(row), value=value, hint=hint,
    )  # fmt: skip


def _told(code: str, column: Column, value: str | None) -> tuple[str, str | None]:
    """Message and hint of a failed column check."""
    shown = repr(value if value is None or len(value) <= 60 else value[:60] + "…")
    if code == "type-required":
        return f"{column.name} is blank", None
    if code == "type-edtf":
        try:
            dates.parse(value or "", column.kind == "edtf_interval")
        except dates.NotADate as wrong:
            return str(wrong), wrong.hint or None
    if code == "type-date":
        return f"{shown} is not a day", dates.suggestion(value or "")
    if code == "type-vocabulary":
        return f"{shown} is not a word of {column.name}", _nearest_word(value or "", column)
    if code == "type-integer":
        return f"{shown} is not a whole number", _plain_number(value or "", whole=True)
    if code == "type-number":
        return f"{shown} is not a number", _plain_number(value or "", whole=False)
    if code == "type-boolean":
        return f"{shown} is neither true nor false", None
    if code == "type-range":
        low, high = column.minimum, column.maximum
        span = f"from {low:g}" if low is not None else ""
        span += f" up to {high:g}" if high is not None else ""
        return f"{shown} is out of range", f"write a number {span.strip()}"
    if code == "text-too-long":
        return f"{len(value or '')} characters; {column.name} takes {column.max_length}", None
    if code == "key-duplicate":
        return f"{shown} is already the key of an earlier row", None
    forms = {
        "type-id": "is not an id of this column", "type-url": "is not an address",
        "type-lang": "is not a language tag", "type-pattern": "is not of this column's form",
    }  # fmt: skip
    hint = None
    if code == "type-id" and column.kind == "id":
        hint = f"{(column.pattern or '')[:2]}- and five digits, such as {(column.pattern or '')[:2]}-00012"
    elif code == "type-id":
        hint = "small letters, digits and single hyphens, such as ganja-city"
    return f"{shown} {forms[code]}", hint


def _nearest_word(value: str, column: Column) -> str:
    import difflib

    words = list(column.enum or ())
    plain = value.strip().lower().replace(" ", "_").replace("-", "_")
    near = difflib.get_close_matches(plain, words, n=1, cutoff=0.5)
    by_case = {word.lower(): word for word in words}
    if plain in by_case:
        return f"write {by_case[plain]}"
    if near:
        return f"did you mean {near[0]}?"
    return "choose from " + ", ".join(words) if len(words) <= 12 else "see the codebook for the words"


def _plain_number(value: str, whole: bool) -> str | None:
    import re

    ascii_digits = "".join(str(int(c)) if c.isdigit() and not c.isascii() and c.isdecimal() else c for c in value)
    text = ascii_digits.strip().lstrip("+").replace("\u2212", "-")
    if re.fullmatch(r"-?[0-9]{1,3}(?:[,  ][0-9]{3})+", text):
        return "write " + re.sub(r"[,  ]", "", text)
    if whole and re.fullmatch(r"-?[0-9]+\.0+", text):
        return "write " + text.split(".")[0]
    if not whole and re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return "write " + text.replace(",", ".")
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}", text):
        number = float(text)
        return f"write {number:.0f}" if number == int(number) else f"write {number}"
    if re.fullmatch(r"-?0+[0-9]+", text):
        return "write " + str(int(text))
    if text != value and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        return f"write {text}"
    if "–" in value or "-" in value[1:]:
        return "one number a cell: use low and high for a range"
    return None


# -- keys and rules --------------------------------------------------------------------------


def _rule_findings(
    folder: RawFolder,
    spec: Spec,
    frames: Mapping[str, pd.DataFrame],
    published: Mapping[str, pd.DataFrame],
) -> Iterator[Finding]:
    from caucasus_data.rules import ALL, Data

    tables = folder.tables
    data = Data(
        spec=spec,
        frames=frames,
        lost_keys={name: table.skipped_keys for name, table in tables.items()},
        broken=frozenset(
            name for name in spec.tables
            if not spec[name].derived
            and (name not in tables or tables[name].broken or tables[name].missing_columns)
        ),
        published=published,
    )  # fmt: skip
    for each in ALL:
        for hit in each.run(data):
            table = tables[hit.table]
            if hit.field is not None and (hit.row, hit.field) in table.spoiled:
                continue
            yield _placed(hit, table)


def _placed(hit: Hit, table: RawTable) -> Finding:
    if 0 <= hit.row < table.arrow.num_rows:
        line, column = table.place(hit.row, hit.field)
        record = table.record(hit.row)
    else:
        line, column, record = 1, 1, None
    if hit.code == "key-disappeared":
        record = hit.value
    return make_finding(
        table.name, line, column, hit.code, hit.message,
        field=hit.field, record=record, value=hit.value, hint=hit.hint or None,
    )  # fmt: skip


def _waived(
    findings: Iterable[Finding], folder: RawFolder, frames: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Take out waived findings; a waiver that waives nothing is a finding itself."""
    found = list(findings)
    waivers = frames.get("waivers")
    if waivers is None or waivers.empty:
        return found
    table = folder.tables["waivers"]
    for row, line in waivers.iterrows():
        number = int(str(row))
        code, record, column = (None if pd.isna(line[c]) else str(line[c]) for c in ("code", "record_id", "field"))
        if code is None or record is None or column is None:
            continue
        at, _ = table.place(number, None)
        if code not in CODES or not CODES[code].waivable:
            found.append(
                make_finding(
                    table.name, at, 1, "rule-not-waivable", f"{code} can't be waived",
                    field="code", record=code, value=code,
                )  # fmt: skip
            )
            continue
        met = [
            one for one in found
            if one.code == code and one.record == record and (one.field or "*") == column
        ]  # fmt: skip
        if met:
            found = [one for one in found if one not in met]
        else:
            found.append(
                make_finding(
                    table.name, at, 1, "rule-stale-waiver",
                    f"{record} has no finding {code} on {column}", record=code,
                )  # fmt: skip
            )
    return found
