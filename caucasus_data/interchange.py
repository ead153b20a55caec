"""Tables of a release in the formats of other programs; databases with their keys declared.

Stata has no missing integers in text sense and no null text: days become Stata days, blanks
Stata's missing values, vocabularies value labels. Excel gets days as days, nothing as formula.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from caucasus_data import locate
from caucasus_data.errors import BadValue, need
from caucasus_data.export.csv_ import csv_bytes
from caucasus_data.loading import folder_of, path_of, read_parquet, to_pandas
from caucasus_data.spec import sql
from caucasus_data.spec.frictionless import declared_tables
from caucasus_data.spec.model import Spec

Tables = Mapping[str, pa.Table]


def write(table: str, kind: str, path: Path, version: str | None = None) -> dict[str, int]:
    """Write one table, or ``all``; returns rows by table. Replaces ``path`` only when complete.

    Raises UnknownName for a table that does not exist, BadValue for a path that can't be written.
    """
    _, folder = folder_of(version)
    spec = _declared(folder)
    if table == "all":
        present = {p.stem for p in folder.glob("*.parquet")}
        names = [each.name for each in spec if each.name in present]
    else:
        path_of(table, version)
        names = [table]
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in names}
    if not path.absolute().parent.is_dir():
        raise BadValue(f"there is no folder {path.parent}")
    one_file = kind in ("xlsx", "sqlite", "duckdb")
    aside = path.absolute().with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if one_file:
            _DATABASES[kind](tables, aside, spec)
        elif table != "all":
            _FILES[kind](tables[table], aside)
        else:
            aside.mkdir()
            for name, rows in tables.items():
                _FILES[kind](rows, aside / f"{name}.{kind}")
        if path.is_dir():
            if one_file or table != "all" or any(path.iterdir()):
                raise BadValue(f"{path} is a folder that is not empty; choose another path")
            path.rmdir()
        aside.replace(path)
    finally:
        if aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.unlink(missing_ok=True)
    return {name: rows.num_rows for name, rows in tables.items()}


def _declared(folder: Path) -> Spec:
    """The tables as the release itself declares them, else as the package does."""
    path = folder / "datapackage.json"
    if not path.is_file():
        return locate.spec()
    tables = declared_tables(json.loads(path.read_text(encoding="utf-8")))
    return Spec(tables, {}, {})


def _csv(rows: pa.Table, path: Path) -> None:
    path.write_bytes(csv_bytes(rows))


def _parquet(rows: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(rows, path, compression="zstd")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _json(rows: pa.Table, path: Path) -> None:
    records = [{name: _plain(value) for name, value in row.items()} for row in rows.to_pylist()]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _dta(rows: pa.Table, path: Path) -> None:
    import pandas as pd

    frame = to_pandas(rows)
    frame.attrs.clear()
    days: dict[Any, Any] = {}
    for name in frame.columns:
        kind = frame[name].dtype
        if isinstance(kind, pd.StringDtype):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
        elif isinstance(kind, pd.BooleanDtype):
            frame[name] = frame[name].astype("Int8")
        elif str(kind).startswith("datetime"):
            days[name] = "td"
        if str(frame[name].dtype) in ("Int64", "Int8", "Float64"):
            frame[name] = frame[name].astype("float64")
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
            if not len(frame[name].cat.categories):
                frame[name] = ""
    labels = {field.name: _label(field) for field in rows.schema}
    long_text = (
        [n for n in frame.columns if frame[n].dtype == object and frame[n].map(len).max() > 2000]
        if len(frame)
        else []
    )
    frame.to_stata(
        path, write_index=False, version=118, convert_dates=days, variable_labels=labels,
        convert_strl=long_text,
    )  # fmt: skip


def _label(field: pa.Field) -> str:
    text = str((field.metadata or {}).get(b"description", b"").decode())
    return text if len(text) <= 80 else text[:79] + "…"


def _xlsx(tables: Tables, path: Path, spec: Spec) -> None:
    del spec
    openpyxl: Any = need("export to xlsx", "export", "openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for name, rows in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.append(rows.column_names)
        for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            cells = []
            for value in row:
                cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    book.save(path)


def _sqlite(tables: Tables, path: Path, spec: Spec) -> None:
    base = sqlite3.connect(path)
    try:
        base.execute("PRAGMA foreign_keys = OFF")
        for table, statement in sql.ddl(spec, set(tables)):
            base.execute(statement)
            rows = tables[table.name]
            if rows.num_rows:
                marks = ", ".join("?" * rows.num_columns)
                values = zip(
                    *([_plain(v) for v in c.to_pylist()] for c in rows.columns), strict=True
                )
                base.executemany(f"INSERT INTO {sql.quoted(table.name)} VALUES ({marks})", values)
        base.commit()
        broken = base.execute("PRAGMA foreign_key_check").fetchall() if len(tables) > 1 else []
        if broken:
            raise BadValue(f"the release breaks a key of {broken[0][0]}")
    finally:
        base.close()


def _duckdb(tables: Tables, path: Path, spec: Spec) -> None:
    duckdb: Any = need("export to duckdb", "export", "duckdb")
    base = duckdb.connect(str(path))
    try:
        for table, statement in sql.ddl(spec, set(tables), self_references=False):
            base.execute(statement)
            rows = tables[table.name]
            plain = pa.table(
                [
                    c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c
                    for c in rows.columns
                ],
                names=rows.column_names,
            )
            base.register("incoming", plain)
            base.execute(f"INSERT INTO {sql.quoted(table.name)} SELECT * FROM incoming")
            base.unregister("incoming")
    finally:
        base.close()


_FILES: dict[str, Callable[[pa.Table, Path], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "json": _json,
    "dta": _dta,
}
_DATABASES: dict[str, Callable[[Tables, Path, Spec], None]] = {
    "xlsx": _xlsx,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
}
