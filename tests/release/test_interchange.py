"""Other programs read a release with the same rows, types and keys."""

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cells import Run

import caucasus_data as cd


@pytest.fixture(scope="session")
def tables(package: Path) -> dict[str, pa.Table]:
    """Every table as pyarrow's own reader gives it."""
    return {path.stem: pq.read_table(path) for path in sorted(package.glob("*.parquet"))}


@pytest.fixture(scope="session")
def schemas(package: Path) -> dict[str, Any]:
    """The declared schema of each table."""
    resources = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return {each["name"]: each["schema"] for each in resources if each["format"] == "csv"}


@pytest.fixture(scope="session")
def exported(released_once: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The release exported in every format, from a tree that has it as its last build."""
    import shutil

    tree = tmp_path_factory.mktemp("exported")
    for name in ("raw", "schemas"):
        (tree / name).symlink_to(released_once / name)
    shutil.copytree(released_once / "build/releases/0.1.0", tree / "build" / "dev")
    for kind, name in (
        ("sqlite", "all.sqlite"),
        ("duckdb", "all.duckdb"),
        ("xlsx", "all.xlsx"),
        ("dta", "dta"),
        ("json", "json"),
        ("csv", "csv"),
        ("parquet", "parquet"),
    ):
        if kind == "duckdb":
            pytest.importorskip("duckdb")
        if kind == "xlsx":
            pytest.importorskip("openpyxl")
        done = run("export", "all", "--to", kind, tree / name, "--version", "dev", cwd=tree)
        assert done.returncode == 0, f"{kind}: {done.stderr}"
    return tree


def values(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def test_pyarrow_sees_the_declared_types_and_unique_keys(
    tables: dict[str, pa.Table], schemas: dict[str, Any]
) -> None:
    assert set(tables) == set(schemas)
    kinds = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "string": pa.string(),
    }
    for name, table in tables.items():
        assert table.column_names == [f["name"] for f in schemas[name]["fields"]]
        for field in schemas[name]["fields"]:
            found = table.schema.field(field["name"]).type
            if "enum" in field.get("constraints", {}) and field["type"] == "string":
                assert pa.types.is_dictionary(found), (name, field["name"])
                words = set(table.column(field["name"]).to_pylist()) - {None}
                assert words <= set(field["constraints"]["enum"])
            else:
                assert found == kinds[field["type"]], (name, field["name"])
        key = schemas[name].get("primaryKey", [])
        if key:
            rows = list(zip(*(table.column(part).to_pylist() for part in key), strict=True))
            assert len(set(rows)) == len(rows), name
        for reference in schemas[name].get("foreignKeys", []):
            here, there = reference["fields"][0], reference["reference"]
            target = tables[there["resource"] or name].column(there["fields"][0]).to_pylist()
            assert set(table.column(here).to_pylist()) - {None} <= set(target), (name, here)


def test_duckdb_reads_the_same_rows_and_types(package: Path, tables: dict[str, pa.Table]) -> None:
    duckdb = pytest.importorskip("duckdb")
    for name, table in tables.items():
        found = duckdb.sql(f"SELECT * FROM read_parquet('{package / name}.parquet')")
        assert found.columns == table.column_names
        assert found.fetchall() == values(table), name
    types = dict(
        zip(
            *(lambda r: (r.columns, map(str, r.types)))(
                duckdb.sql(f"SELECT * FROM read_parquet('{package}/events.parquet')")
            ),
            strict=True,
        )
    )
    assert (types["date_earliest"], types["scope_rule"], types["latitude"]) == (
        "DATE",
        "BIGINT",
        "DOUBLE",
    )


def test_polars_reads_the_same_rows_and_types(package: Path, tables: dict[str, pa.Table]) -> None:
    polars = pytest.importorskip("polars")
    for name, table in tables.items():
        assert polars.read_parquet(package / f"{name}.parquet").rows() == values(table), name
    schema = polars.read_parquet(package / "events.parquet").schema
    assert (schema["date_earliest"], schema["scope_rule"], schema["latitude"]) == (
        polars.Date,
        polars.Int64,
        polars.Float64,
    )


def test_plain_pandas_reads_the_same_rows_from_parquet_and_from_csv(
    package: Path, tables: dict[str, pa.Table]
) -> None:
    for name, table in tables.items():
        frame = pd.read_parquet(package / f"{name}.parquet")
        assert list(frame.columns) == table.column_names
        assert len(frame) == table.num_rows
        csv = pd.read_csv(package / "csv" / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(csv.columns) == table.column_names
        assert len(csv) == table.num_rows
        for column in table.column_names:
            blank = (csv[column] == "").to_numpy()
            assert (blank == frame[column].isna().to_numpy()).all(), (name, column)


def test_sqlite_and_duckdb_databases_hold_every_row_with_keys_declared(
    exported: Path, tables: dict[str, pa.Table], schemas: dict[str, Any]
) -> None:
    duckdb = pytest.importorskip("duckdb")
    lite = sqlite3.connect(exported / "all.sqlite")
    duck = duckdb.connect(str(exported / "all.duckdb"), read_only=True)
    assert lite.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert lite.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in tables.items():
        plain = [
            tuple(v.isoformat() if isinstance(v, dt.date) else v for v in row)
            for row in values(table)
        ]
        assert lite.execute(f'SELECT * FROM "{name}"').fetchall() == plain, name
        assert duck.execute(f'SELECT * FROM "{name}"').fetchall() == values(table), name
        key = schemas[name].get("primaryKey", [])
        told = sorted(
            (row[5], row[1]) for row in lite.execute(f'PRAGMA table_info("{name}")') if row[5]
        )
        assert [column for _, column in told] == list(key)
        keys = duck.execute(
            "SELECT constraint_column_names FROM duckdb_constraints() WHERE table_name = ? AND constraint_type = 'PRIMARY KEY'",
            [name],
        ).fetchall()
        assert (keys[0][0] if keys else []) == list(key)
    declared = {row[2] for row in lite.execute('PRAGMA foreign_key_list("casualties")')}
    assert {"events", "actors", "sources", "places"} <= declared
    lite.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        lite.execute("UPDATE casualties SET source_id = 'nowhere'")


def test_stata_files_come_back_with_the_same_values(
    exported: Path, tables: dict[str, pa.Table]
) -> None:
    for name, table in tables.items():
        frame = pd.read_stata(exported / "dta" / f"{name}.dta")
        assert list(frame.columns) == table.column_names, name
        for column in table.column_names:
            wanted = table.column(column).to_pylist()
            type_ = table.schema.field(column).type
            found = frame[column]
            if pa.types.is_date32(type_):
                assert [None if pd.isna(v) else v.date() for v in found] == wanted, (name, column)
            elif (
                pa.types.is_integer(type_)
                or pa.types.is_floating(type_)
                or pa.types.is_boolean(type_)
            ):
                assert [None if pd.isna(v) else float(v) for v in found] == [
                    None if v is None else float(v) for v in wanted
                ]
            else:
                assert ["" if pd.isna(v) else str(v) for v in found] == [
                    "" if v is None else v for v in wanted
                ], (name, column)


def test_a_workbook_has_a_sheet_a_table_with_days_as_days(
    exported: Path, tables: dict[str, pa.Table]
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(exported / "all.xlsx", read_only=True)
    assert set(book.sheetnames) == {name[:31] for name in tables}
    for name, table in tables.items():
        rows = list(book[name[:31]].iter_rows(values_only=True))
        assert list(rows[0]) == table.column_names
        found = [
            tuple(v.date() if isinstance(v, dt.datetime) else v for v in row) for row in rows[1:]
        ]
        width = table.num_columns  # blank cells at a row's end are not in the file
        assert [row + (None,) * (width - len(row)) for row in found] == values(table), name


def test_json_csv_and_parquet_exports_are_the_release(
    exported: Path, package: Path, tables: dict[str, pa.Table]
) -> None:
    for name, table in tables.items():
        assert (exported / "csv" / f"{name}.csv").read_bytes() == (
            package / "csv" / f"{name}.csv"
        ).read_bytes()
        assert pq.read_table(exported / "parquet" / f"{name}.parquet").equals(table)
        rows = json.loads((exported / "json" / f"{name}.json").read_text(encoding="utf-8"))
        assert [tuple(row.values()) for row in rows] == [
            tuple(v.isoformat() if isinstance(v, dt.date) else v for v in row)
            for row in values(table)
        ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+49", "@x", "-", "ä" * 1500, "x" * 3000, 'a "b", c', "one\ntwo", "→ №"]
)
@pytest.mark.parametrize("kind", ["xlsx", "dta", "sqlite", "duckdb", "csv", "json"])
def test_any_text_survives(kind: str, text: str, tmp_path: Path) -> None:
    from caucasus_data import interchange
    from caucasus_data.spec.model import Spec, Table

    rows = pa.table({"a_id": ["x", "y"], "note": pa.array([text, None], pa.string())})
    path = tmp_path / f"a.{kind}"
    if kind in interchange._DATABASES:
        pytest.importorskip({"xlsx": "openpyxl", "duckdb": "duckdb"}.get(kind, "sqlite3"))
        declared = Table.read(
            {
                "name": "a",
                "fields": [{"name": "a_id", "type": "string"}, {"name": "note", "type": "string"}],
                "primaryKey": ["a_id"],
            }
        )
        interchange._DATABASES[kind]({"a": rows}, path, Spec({"a": declared}, {}, {}))
    else:
        interchange._FILES[kind](rows, path)
    if kind == "xlsx":
        import openpyxl

        cell = openpyxl.load_workbook(path)["a"]["B2"]
        assert (cell.value, cell.data_type) == (text, "s")
    elif kind == "dta":
        assert list(pd.read_stata(path)["note"]) == [text, ""]
    elif kind == "json":
        assert [row["note"] for row in json.loads(path.read_text(encoding="utf-8"))] == [text, None]
    elif kind == "csv":
        assert list(pd.read_csv(path, keep_default_na=False)["note"]) == [text, ""]
    elif kind == "sqlite":
        assert sqlite3.connect(path).execute("SELECT note FROM a").fetchall() == [(text,), (None,)]
    else:
        import duckdb

        assert duckdb.connect(str(path)).execute("SELECT note FROM a").fetchall() == [
            (text,),
            (None,),
        ]


def test_an_export_that_fails_leaves_what_was_there(tmp_path: Path, run: Run) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("mine")
    done = run("export", "all", "--to", "csv", tmp_path / "kept")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").read_text() == "mine"
    assert run("export", "events", "--to", "csv", tmp_path / "no" / "where.csv").returncode == 2
    assert run("export", "event", "--to", "csv", tmp_path / "x.csv").returncode == 2
    assert (
        run("export", "events", "--to", "csv", tmp_path / "x.csv", "--version", "9.9.9").returncode
        == 2
    )
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_the_installed_release_is_what_load_gives(tmp_path: Path, run: Run) -> None:
    assert run("export", "events", "--to", "csv", tmp_path / "events.csv").returncode == 0
    assert len(pd.read_csv(tmp_path / "events.csv")) == len(cd.load("events"))
