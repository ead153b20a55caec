"""What differs between two states of the data, row by row and cell by cell.

A state is a release, a folder of one, or a working tree. Only hand-edited columns are compared:
what is derived follows from them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from caucasus_data import locate
from caucasus_data.errors import BrokenData, MissingData
from caucasus_data.export.csv_ import cell
from caucasus_data.loading import read_parquet
from caucasus_data.read import read_folder
from caucasus_data.release_index import VERSION, entry, read_index
from caucasus_data.spec.casts import typed_table
from caucasus_data.spec.frictionless import declared_tables
from caucasus_data.spec.model import Spec, Table

COLUMNS = ("release", "table", "record", "field", "kind", "old", "new", "reason")
JOINT = " | "

Rows = dict[str, dict[str, str]]


@dataclass
class State:
    """The rows of every hand-edited table by key, and how the tables are declared."""

    name: str
    tables: Mapping[str, Table]
    rows: Mapping[str, Rows]


@dataclass(frozen=True)
class Difference:
    """One row added or removed (``field`` ``*``) or one cell changed."""

    table: str
    record: str
    field: str
    kind: str
    old: str
    new: str


def keyed(rows: pa.Table, table: Table) -> Rows:
    """Rows by key (parts joined by ``|``), cells as the canonical CSV writes them."""
    names = [column.name for column in table.raw_columns if column.name in rows.column_names]
    columns = {name: [cell(value) for value in rows.column(name).to_pylist()] for name in names}
    if "coordinates_from" in rows.column_names:
        # a build fills these in from the place; in raw/ they are blank
        filled = [value == "place" for value in rows.column("coordinates_from").to_pylist()]
        for name in ("latitude", "longitude"):
            columns[name] = ["" if on else v for v, on in zip(columns[name], filled, strict=True)]
    found: Rows = {}
    for number in range(rows.num_rows):
        row = {name: values[number] for name, values in columns.items()}
        found[JOINT.join(row[name] for name in table.key)] = row
    return found


def state_of(name: str) -> State:
    """The state that a person names: a version, a folder of a release, or a working tree.

    Raises MissingData for what does not exist.
    """
    path = Path(name)
    if VERSION.fullmatch(name) and not path.is_dir():
        releases = locate.releases_folder(locate.raw_folder())
        entry(read_index(releases), name)
        return released(releases / name)
    if (path / "datapackage.json").is_file() and list(path.glob("*.parquet")):
        return released(path)
    for raw in (path / "raw", path):
        if (raw / "events.csv").is_file():
            return working_tree(raw, name)
    raise MissingData(f"{name} is no release, no folder of one and no working tree")


def released(folder: Path) -> State:
    """The state of a release, with the schemas that it was released with."""
    try:
        descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        tables = declared_tables(descriptor)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenData(f"{folder}: datapackage.json can't be read ({error})") from error
    edited = {name: table for name, table in tables.items() if not table.derived}
    rows = {name: keyed(read_parquet(folder / f"{name}.parquet"), table) for name, table in edited.items()}
    return State(folder.name, edited, rows)


def working_tree(raw: Path, name: str = ".") -> State:
    """The state of a working tree's ``raw/``; cells that do not parse count as blank."""
    spec = locate.spec(raw)
    return State(name, {t.name: t for t in spec.raw_tables}, _raw_rows(raw, spec))


def _raw_rows(raw: Path, spec: Spec) -> dict[str, Rows]:
    end = dt.date.fromisoformat(spec.coverage_end)
    folder = read_folder(raw, spec)
    return {
        name: keyed(typed_table(table.arrow, table.spec, end), table.spec)
        for name, table in folder.tables.items()
    }


def differences(old: State, new: State) -> Iterator[Difference]:
    """Every difference, by table and record."""
    for name in [*new.tables, *(n for n in old.tables if n not in new.tables)]:
        before, after = old.rows.get(name, {}), new.rows.get(name, {})
        for record in sorted(before.keys() | after.keys()):
            if record not in before:
                yield Difference(name, record, "*", "added", "", "")
            elif record not in after:
                yield Difference(name, record, "*", "removed", "", "")
            else:
                was, now = before[record], after[record]
                for field in [*now, *(f for f in was if f not in now)]:
                    if was.get(field, "") != now.get(field, ""):
                        yield Difference(name, record, field, "changed", was.get(field, ""), now.get(field, ""))


def changelog(version: str, new: State, published: Path | None) -> pd.DataFrame:
    """The changelog up to ``version``: that of the release before, and what differs since."""
    old = released(published) if published else State("nothing", {}, {})
    reasons = {record: row["reason"] for record, row in new.rows.get("retired", {}).items()}
    for row in new.rows.get("citations", {}).values():
        if row["note"]:
            reasons.setdefault(row["record_id"] + JOINT + row["field"], row["note"])
    rows = []
    for d in differences(old, new):
        reason = reasons.get(d.record if d.kind == "removed" else d.record + JOINT + d.field)
        rows.append((version, d.table, d.record, d.field, d.kind, d.old or None, d.new or None, reason))
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype="object")
    earlier = published / "changes.parquet" if published else None
    if earlier is not None and earlier.is_file():
        before = read_parquet(earlier).to_pandas().astype("object")
        frame = pd.concat([before[list(COLUMNS)], frame], ignore_index=True)
    return frame
