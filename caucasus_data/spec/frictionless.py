"""Compile tables into Frictionless descriptors: Table Schemas, resources, the data package.

A CSV resource bears the table's name, so that every implementation reads it; its Parquet twin
stands beside it as ``<table>-parquet`` with foreign keys of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from caucasus_data.spec.model import KEY, Column, Spec, Table

PROFILE = "data-package"


def table_schema(
    table: Table, *, raw: bool = False, suffix: str = "", spec: Spec | None = None
) -> dict[str, Any]:
    """The table's Table Schema (v1 constraints). ``raw``: the hand-edited columns only;
    ``suffix``: appended to the resources that foreign keys name."""
    columns: Iterable[Column] = table.raw_columns if raw else table.columns
    kept = {column.name for column in columns}
    schema: dict[str, Any] = {
        "fields": [_field(c) for c in table.columns if c.name in kept],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = []
    for name, (target, key) in table.foreign_keys.items():
        if name in kept:
            here = "" if target == table.name else target + suffix
            keys.append({"fields": [name], "reference": {"resource": here, "fields": [key]}})
    if not raw and spec is not None and "records" in spec.tables:
        for column in table.columns:
            if column.references and column.name in kept:
                keys.append(
                    {
                        "fields": [column.name],
                        "reference": {"resource": "records" + suffix, "fields": ["record_id"]},
                    }
                )
    if keys:
        schema["foreignKeys"] = keys
    schema[KEY] = {"group": table.group, "order": table.order, "derived": table.derived}
    return schema


def _field(column: Column) -> dict[str, Any]:
    """The column's descriptor, with a pattern of alternatives in one group: validators that
    write ^ and $ around a pattern would anchor its first and last alternative only."""
    described: dict[str, Any] = copy.deepcopy(dict(column.descriptor))
    pattern = column.pattern
    if pattern is not None and "|" in pattern:
        described["constraints"]["pattern"] = f"(?:{pattern})"
    return described


def resource(
    table: Table, path: str, schema: Mapping[str, Any], *, suffix: str = "", **facts: Any
) -> dict[str, Any]:
    """A tabular resource; ``facts`` (bytes, hash) as they are known."""
    kind = path.rsplit(".", 1)[-1]
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[kind]
    described = {
        "name": table.name + suffix,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": path,
        "scheme": "file",
        "format": kind,
        "mediatype": media,
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        **facts,
        "schema": dict(schema),
    }
    if kind == "csv":
        described["profile"] = "tabular-data-resource"
    return described


def package(spec: Spec, resources: list[dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """The data package's descriptor; ``facts``: version, created, sources."""
    dataset = spec.dataset
    return {
        "profile": PROFILE,
        "name": dataset["name"],
        "title": dataset["title"],
        "description": " ".join(str(dataset["description"]).split()),
        **facts,
        "licenses": [
            {key: licence[key] for key in ("name", "title", "path")}
            for licence in dataset["licences"]
            if licence.get("applies_to", "data") == "data"
        ],
        "contributors": [dict(person) for person in dataset["contributors"]],
        "keywords": list(dataset["keywords"]),
        "temporal": {"start": dataset["coverage_start"], "end": dataset["coverage_end"]},
        "disclaimer": " ".join(str(dataset["disclaimer"]).split()),
        "resources": resources,
    }


def declared_tables(descriptor: Mapping[str, Any]) -> dict[str, Table]:
    """The tables as the CSV resources of a release's descriptor declare them."""
    return {
        resource["name"]: Table.read({**resource["schema"], "name": resource["name"]})
        for resource in descriptor["resources"]
        if resource["format"] == "csv"
    }
