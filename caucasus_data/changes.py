"""What differs between two states of the data, row by row and cell by cell.

A state is a release, a folder of one, or a working tree. Hand-edited columns are compared; what
is derived follows from them, and is compared only where a release must show that it did. Tables
are compared column by column in Arrow, so that a million rows take seconds. What the differences
ask of the version is ``bump``'s.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data import locate
from caucasus_data.errors import BrokenData, MissingData
from caucasus_data.export.csv_ import cell
from caucasus_data.loading import read_parquet
from caucasus_data.read import read_folder
from caucasus_data.release_index import VERSION, entry, read_index
from caucasus_data.spec.casts import typed_table
from caucasus_data.spec.frictionless import declared_tables, package
from caucasus_data.spec.model import Table

COLUMNS = ("release", "table", "record", "field", "kind", "old", "new", "reason")
JOINT = " | "
FILLED_IN = ("latitude", "longitude")
"""What a build fills in from the place where ``coordinates_from`` says so; blank in ``raw/``."""

Read = Callable[[str, Sequence[str]], "pa.Table | None"]


@dataclass
class State:
    """How the tables are declared, what the dataset says of itself, and a reader of rows.

    ``read`` takes a table's name and the columns wanted; None if the state has no such table.
    """

    name: str
    tables: Mapping[str, Table]
    read: Read = lambda table, columns: None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def column(self, table: str, column: str) -> list[Any]:
        """The cells of one column, None where blank; empty if there is no such table."""
        rows = self.read(table, [column])
        return (
            []
            if rows is None or column not in rows.column_names
            else rows.column(column).to_pylist()
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One row added or removed (``field`` ``*``) or one cell changed."""

    table: str
    record: str
    field: str
    kind: str
    old: str
    new: str


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
        worded = {each["name"]: each for each in descriptor["resources"]}
        tables = {
            name: replace(
                table, title=worded[name]["title"], description=worded[name]["description"]
            )
            for name, table in declared_tables(descriptor).items()
        }
        facts = _facts(descriptor)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenData(f"{folder}: datapackage.json can't be read ({error})") from error

    def read(table: str, columns: Sequence[str]) -> pa.Table | None:
        path = folder / f"{table}.parquet"
        return read_parquet(path, columns) if path.is_file() else None

    return State(folder.name, tables, read, facts)


def working_tree(raw: Path, name: str = ".") -> State:
    """The state of a working tree's ``raw/``; cells that do not parse count as blank."""
    spec = locate.spec(raw)
    end = dt.date.fromisoformat(spec.coverage_end)
    folder = read_folder(raw, spec)
    rows = {
        name: typed_table(table.arrow, table.spec, end) for name, table in folder.tables.items()
    }

    def read(table: str, columns: Sequence[str]) -> pa.Table | None:
        if table not in rows:
            return None
        return rows[table].select([name for name in columns if name in rows[table].column_names])

    return State(name, dict(spec.tables), read, _facts(package(spec, [])))


def _facts(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "coverage": dict(descriptor["temporal"]),
        "licences": sorted(item["name"] for item in descriptor["licenses"]),
    }


def differences(old: State, new: State) -> Iterator[Difference]:
    """Every difference of hand-edited cells, by table and record."""
    for name in [*new.tables, *(n for n in old.tables if n not in new.tables)]:
        before, after = old.tables.get(name), new.tables.get(name)
        if (after or before).derived:  # type: ignore[union-attr]
            continue
        columns = [
            column.name for table in (after, before) if table for column in table.raw_columns
        ]
        yield from _of_table(old, new, name, list(dict.fromkeys(columns)), _by_key)


def derived_differences(old: State, new: State) -> Iterator[Difference]:
    """Differences of what two releases derived: bounds of dates, ranges, years.

    Labels and the flat table of events repeat other cells and are left out.
    """
    for name, table in new.tables.items():
        if name in ("changes", "records", "events_wide") or name not in old.tables:
            continue
        columns = [c.name for c in table.columns if table.derived or c.derived]
        columns = [c for c in columns if c in old.tables[name].by_name]
        if columns:
            found = _of_table(old, new, name, columns, _by_key if table.key else _by_place)
            yield from (d for d in found if table.derived or d.kind == "changed")


def _of_table(
    old: State, new: State, name: str, columns: list[str], naming: Callable[..., Any]
) -> Iterator[Difference]:
    """One table's differences, sorted by record and then in the order of the columns."""
    keys_before, keys_after = naming(old, name), naming(new, name)
    found: list[tuple[str, int, Difference]] = []
    place = pc.index_in(keys_after, keys_before)
    both = pc.is_valid(place).to_numpy(zero_copy_only=False)
    for record in keys_after.filter(pa.array(~both)).to_pylist():
        found.append((record, -1, Difference(name, record, "*", "added", "", "")))
    lost = pc.invert(pc.is_in(keys_before, keys_after))
    for record in keys_before.filter(lost).to_pylist():
        found.append((record, -1, Difference(name, record, "*", "removed", "", "")))
    here = np.flatnonzero(both)
    there = place.drop_null().to_numpy()
    records = keys_after
    if len(here):
        for number, column in enumerate(columns):
            was, now = _cells(old, name, column), _cells(new, name, column)
            if was is None and now is None:
                continue
            for at, before, after in _changed(was, now, there, here):
                record = records[at].as_py()
                found.append(
                    (record, number, Difference(name, record, column, "changed", before, after))
                )
    found.sort(key=lambda item: item[:2])
    return (difference for _, _, difference in found)


def _by_key(state: State, name: str) -> pa.Array:
    """The key of each row, its parts joined by ``|``."""
    table = state.tables.get(name)
    rows = state.read(name, table.key) if table else None
    if table is None or rows is None or not rows.num_columns:
        return pa.array([], pa.string())
    parts = [pc.fill_null(_as_text(rows.column(part)), "") for part in table.key]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, JOINT)
    return _one_chunk(joined)


def _by_place(state: State, name: str) -> pa.Array:
    """The number of each row, for a table without a key."""
    columns = [column.name for column in state.tables[name].columns[:1]]
    rows = state.read(name, columns)
    return pa.array(
        [f"row {n + 1}" for n in range(rows.num_rows if rows is not None else 0)], pa.string()
    )


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return pa.chunked_array([pa.array([cell(v) or None for v in column.to_pylist()], pa.string())])


def _cells(state: State, table: str, column: str) -> pa.Array | None:
    """One column as it stands in ``raw/``; None if the state lacks it."""
    declared = state.tables.get(table)
    if declared is None or column not in declared.by_name:
        return None
    filled = column in FILLED_IN and "coordinates_from" in declared.by_name
    rows = state.read(table, [column, "coordinates_from"] if filled else [column])
    if rows is None or column not in rows.column_names:
        return None
    cells = rows.column(column)
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(pa.string())
    if filled and "coordinates_from" in rows.column_names:
        origin = pc.fill_null(rows.column("coordinates_from").cast(pa.string()), "")
        cells = pc.if_else(pc.equal(origin, "place"), pa.scalar(None, cells.type), cells)
    return _one_chunk(cells)


def _changed(
    was: pa.Array | None, now: pa.Array | None, there: np.ndarray, here: np.ndarray
) -> Iterator[tuple[int, str, str]]:
    """Rows of the new table (by number) whose cell differs, with both cells as text."""
    if was is not None and now is not None and was.type != now.type:
        was, now = (_one_chunk(_as_text(pa.chunked_array([side]))) for side in (was, now))
    known = was if was is not None else now
    assert known is not None
    was = pa.nulls(len(there), known.type) if was is None else was.take(pa.array(there))
    now = pa.nulls(len(here), known.type) if now is None else now.take(pa.array(here))
    if was.equals(now):
        return
    if pa.types.is_string(known.type):
        was, now = pc.fill_null(was, ""), pc.fill_null(now, "")
    alike = pc.fill_null(pc.equal(was, now), False)
    alike = pc.or_(alike, pc.and_(pc.is_null(was), pc.is_null(now)))
    places = np.flatnonzero(~alike.to_numpy(zero_copy_only=False))
    chosen = pa.array(places)
    for at, before, after in zip(
        places, was.take(chosen).to_pylist(), now.take(chosen).to_pylist(), strict=True
    ):
        yield int(here[at]), cell(before), cell(after)


def changelog(version: str, new: State, published: Path | None) -> pd.DataFrame:
    """What ``version`` changed, and every cell corrected and row removed by the releases before.

    Rows that an earlier release added are left to that release's own changelog: kept forever,
    they would come to outweigh the data.
    A reason is the tombstone's for a removed record, the note of a citation of that very cell
    for a changed one.
    """
    old = released(published) if published else State("nothing", {})
    reasons = dict(
        zip(new.column("retired", "record_id"), new.column("retired", "reason"), strict=True)
    )
    notes: dict[tuple[str, str], str] = {}
    cited = (new.column("citations", name) for name in ("record_id", "field", "note"))
    for record, column, note in zip(*cited, strict=True):
        if note and column != "*":
            notes.setdefault((record, column), note)
    rows = []
    for d in differences(old, new):
        reason = reasons.get(d.record) if d.kind == "removed" else notes.get((d.record, d.field))
        rows.append(
            (version, d.table, d.record, d.field, d.kind, d.old or None, d.new or None, reason)
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype="object")
    earlier = published / "changes.parquet" if published else None
    if earlier is not None and earlier.is_file():
        before = read_parquet(earlier).to_pandas().astype("object")
        before = before[before["kind"] != "added"]
        frame = pd.concat([before[list(COLUMNS)], frame], ignore_index=True)
    return frame
