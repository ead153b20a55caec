"""Write a whole data package into a folder; putting it in its place is ``place``'s."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from caucasus_data.export.csv_ import csv_bytes, sha256
from caucasus_data.spec import codebook, frictionless, jsonld, papers
from caucasus_data.spec.model import KEY, Spec

PARQUET = {
    "compression": "zstd",
    "compression_level": 9,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}
"""Fixed writer settings: the same rows give the same bytes with the same pyarrow."""

SUMS = "SHA256SUMS"
JSONLD = "metadata.jsonld"
"""At once schema.org Dataset and Croissant."""


def write_package(
    tables: Mapping[str, pa.Table],
    spec: Spec,
    folder: Path,
    version: str,
    created: str,
    licence: str,
) -> dict[str, Any]:
    """Write every file of a data package into ``folder`` (which must not exist yet).

    Returns the facts for the index: files with size and sha256, rows and content hash by table.
    """
    (folder / "csv").mkdir(parents=True)
    plain, twins = [], []
    facts: dict[str, Any] = {"rows": {}, "content": {}}
    for table in spec:
        rows = tables[table.name]
        data = csv_bytes(rows)
        _write(folder / "csv" / f"{table.name}.csv", data)
        pyarrow.parquet.write_table(rows, folder / f"{table.name}.parquet", **PARQUET)
        facts["rows"][table.name] = rows.num_rows
        facts["content"][table.name] = sha256(data)
        plain.append(
            frictionless.resource(
                table,
                f"csv/{table.name}.csv",
                frictionless.table_schema(table, spec=spec),
                bytes=len(data),
                hash=f"sha256:{sha256(data)}",
            )
        )
        twins.append(
            frictionless.resource(
                table,
                f"{table.name}.parquet",
                _brief(frictionless.table_schema(table, suffix="-parquet", spec=spec)),
                suffix="-parquet",
            )
        )
    descriptor = frictionless.package(
        spec,
        plain + twins,
        version=version,
        created=f"{created}T00:00:00Z",
        sources=papers.listed_sources(tables["sources"]),
    )
    _write(folder / "datapackage.json", _json(descriptor))
    _write(folder / "codebook.md", codebook.markdown(spec).encode())
    _write(folder / "CITATION.cff", papers.citation_cff(spec, version, created).encode())
    _write(folder / "DISCLAIMER.md", papers.disclaimer(spec).encode())
    _write(folder / "LICENSE-DATA", licence.encode())
    described = jsonld.document(spec, files_of(folder), version=version, date=created)
    _write(folder / JSONLD, _json(described))
    facts["files"] = _write_sums(folder)
    return facts


def _brief(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a Parquet twin: names, types, keys, ranges. Its CSV says the rest; said
    twice, words and patterns would be a thirtieth of a small release."""
    for field in schema["fields"]:
        field.pop("description", None)
        field.pop(KEY, None)
        field.get("constraints", {}).pop("pattern", None)
    return schema


def _json(document: Mapping[str, Any]) -> bytes:
    """JSON without indentation: the two descriptors are a fifth of a small release."""
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file in a folder by name (parts joined by ``/``), with its size and sha256."""
    files = {}
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file():
            data = path.read_bytes()
            files[path.relative_to(folder).as_posix()] = {
                "bytes": len(data),
                "sha256": sha256(data),
            }
    return files


def _write_sums(folder: Path) -> dict[str, dict[str, Any]]:
    """``SHA256SUMS`` over every file, in the form that ``sha256sum -c`` reads."""
    files = files_of(folder)
    lines = "".join(f"{facts['sha256']}  {name}\n" for name, facts in files.items())
    _write(folder / SUMS, lines.encode())
    files[SUMS] = {"bytes": len(lines.encode()), "sha256": sha256(lines.encode())}
    return files
