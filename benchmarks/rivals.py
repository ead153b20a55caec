"""The rivals, each a whole process over the same CSVs: DuckDB, pyarrow, frictionless, pandera.

Each does only what its name says, as well as the tool can: DuckDB reads each file once, typed,
and checks types, ranges and keys (unique, and references that lead somewhere); pyarrow reads
each file typed and drops it; pandera judges frames of strings column by column, as pandas reads
them; frictionless validates ``raw/`` with its schemas.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

SQL_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


def schemas(raw: Path) -> list[dict[str, Any]]:
    """The hand-edited tables as their YAML declares them, referred-to tables first."""
    import json

    cache = raw.parent / "schemas.json"
    if cache.is_file():
        found: list[dict[str, Any]] = json.loads(cache.read_text(encoding="utf-8"))
        return found
    import yaml

    tables = []
    for path in sorted((raw.parent / "schemas").glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "fields" in table and (raw / f"{path.stem}.csv").is_file():
            table["fields"] = [
                f for f in table["fields"] if not f.get("caucasus_data", {}).get("derived")
            ]
            tables.append(
                {key: table.get(key) for key in ("name", "fields", "primaryKey", "foreignKeys")}
            )
    cache.write_text(json.dumps(tables), encoding="utf-8")
    return tables


def _key(table: dict[str, Any]) -> list[str]:
    key = table["primaryKey"] or []
    return [key] if isinstance(key, str) else key


def duckdb(raw: Path) -> int:
    """Rows read; raises if a check fails."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false; SET threads = 2")
    rows = 0
    tables = schemas(raw)
    for table in tables:
        types, bad, kept = {}, ["0"], list(_key(table))
        for field in table["fields"]:
            name, limits = field["name"], field.get("constraints", {})
            types[name] = SQL_TYPES.get(field["type"], "VARCHAR")
            if limits.get("required"):
                bad.append(f"({name} IS NULL)::INT")
            if "minimum" in limits:
                bad.append(f"coalesce({name} < {limits['minimum']}, false)::INT")
            if "maximum" in limits:
                bad.append(f"coalesce({name} > {limits['maximum']}, false)::INT")
        for item in table["foreignKeys"] or []:
            kept += item["fields"] if isinstance(item["fields"], list) else [item["fields"]]
        columns = "{" + ", ".join(f"'{n}': '{t}'" for n, t in types.items()) + "}"
        path = raw / f"{table['name']}.csv"
        con.execute(
            f"CREATE TEMP TABLE {table['name']} AS SELECT {', '.join(dict.fromkeys(kept))}, {' + '.join(bad)} AS bad "
            f"FROM read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {columns})"
        )
        key = ", ".join(_key(table))
        found = con.execute(
            f"SELECT count(*), sum(bad), (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {table['name']})) FROM {table['name']}"
        ).fetchone()
        assert found is not None
        rows += found[0]
        if found[1] or found[2] != found[0]:
            raise SystemExit(f"{table['name']}: {found}")
    for table in tables:
        for item in table["foreignKeys"] or []:
            name = item["fields"][0] if isinstance(item["fields"], list) else item["fields"]
            other = item["reference"]["resource"] or table["name"]
            to = item["reference"]["fields"]
            to = to[0] if isinstance(to, list) else to
            found = con.execute(
                f"SELECT count(*) FROM {table['name']} WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT {to} FROM {other})"
            ).fetchone()
            if found is None or found[0]:
                raise SystemExit(f"{table['name']}.{name}: {found}")
    return rows


def pyarrow(raw: Path) -> int:
    """Rows read, every column typed, nothing checked, nothing kept."""
    import pyarrow as pa
    import pyarrow.csv

    arrow = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    rows = 0
    for table in schemas(raw):
        types = {f["name"]: arrow.get(f["type"], pa.string()) for f in table["fields"]}
        read = pa.csv.read_csv(
            raw / f"{table['name']}.csv",
            convert_options=pa.csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True
            ),
        )
        rows += read.num_rows
    return rows


def frictionless(raw: Path) -> int:
    """Rows validated against the same schemas."""
    import logging

    from frictionless import Package, Resource, Schema

    logging.disable(logging.CRITICAL)
    resources = []
    for table in schemas(raw):
        described = {key: value for key, value in table.items() if value is not None}
        described["missingValues"] = [""]
        schema = Schema.from_descriptor(described)
        resources.append(
            Resource(
                name=table["name"],
                path=f"raw/{table['name']}.csv",
                schema=schema,
                encoding="utf-8",
                basepath=str(raw.parent),
            )
        )
    report = Package(resources=resources, basepath=str(raw.parent)).validate()
    if not report.valid:
        raise SystemExit(
            str(report.flatten(["title", "rowNumber", "fieldName", "type", "note"])[:5])
        )
    return sum(task.stats.get("rows") or 0 for task in report.tasks)


def pandera(raw: Path) -> int:
    """Rows judged: patterns, vocabularies, ranges and single keys, nothing across tables."""
    import pandas as pd
    import pandera.pandas as pandera

    rows = 0
    for table in schemas(raw):
        columns = {}
        for field in table["fields"]:
            limits, checks = field.get("constraints", {}), []
            if "enum" in limits:
                checks.append(pandera.Check.isin([str(word) for word in limits["enum"]]))
            elif "pattern" in limits:
                checks.append(pandera.Check.str_matches(f"^(?:{limits['pattern']})$"))
            columns[field["name"]] = pandera.Column(
                None, checks, nullable=not limits.get("required"), unique=bool(limits.get("unique"))
            )
        frame = pd.read_csv(
            raw / f"{table['name']}.csv", dtype="str", keep_default_na=False, na_values=[""]
        )
        pandera.DataFrameSchema(columns).validate(frame, lazy=True)
        rows += len(frame)
    return rows


if __name__ == "__main__":
    print(
        {"duckdb": duckdb, "pyarrow": pyarrow, "frictionless": frictionless, "pandera": pandera}[
            sys.argv[1]
        ](Path(sys.argv[2]))
    )
