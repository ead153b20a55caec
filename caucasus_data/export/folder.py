"""Write a whole data package into a folder that becomes visible only when it is complete."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet


from caucasus_data.export.csv_ import csv_bytes, sha256
from caucasus_data.spec import codebook, frictionless, papers
from caucasus_data.spec.model import Spec

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


def write_package(
    tables: Mapping[str, pa.Table], spec: Spec, folder: Path, version: str, created: str, licence: str
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
                table, f"csv/{table.name}.csv", frictionless.table_schema(table, spec=spec),
                bytes=len(data), hash=f"sha256:{sha256(data)}",
            )  # fmt: skip
        )
        twins.append(
            frictionless.resource(
                table, f"{table.name}.parquet",
                frictionless.table_schema(table, suffix="-parquet", spec=spec), suffix="-parquet",
            )  # fmt: skip
        )
    descriptor = frictionless.package(
        spec, plain + twins, version=version, created=f"{created}T00:00:00Z", sources=papers.listed_sources(tables["sources"])
    )
    _write(folder / "datapackage.json", (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode())
    _write(folder / "codebook.md", codebook.markdown(spec).encode())
    _write(folder / "CITATION.cff", papers.citation_cff(spec, version, created).encode())
    _write(folder / "DISCLAIMER.md", papers.disclaimer(spec).encode())
    _write(folder / "LICENSE-DATA", licence.encode())
    facts["files"] = _write_sums(folder)
    return facts


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _write_sums(folder: Path) -> dict[str, dict[str, Any]]:
    """``SHA256SUMS`` over every file, in the form that ``sha256sum -c`` reads."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            files[path.relative_to(folder).as_posix()] = {"bytes": len(data), "sha256": sha256(data)}
    lines = "".join(f"{facts['sha256']}  {name}\n" for name, facts in files.items())
    _write(folder / SUMS, lines.encode())
    files[SUMS] = {"bytes": len(lines), "sha256": sha256(lines.encode())}
    return files


def put_in_place(made: Path, target: Path) -> None:
    """Swap a complete folder in for ``target``; the last good one survives until then."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f"{target.name}.old.tmp")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)
    os.replace(made, target)
    shutil.rmtree(old, ignore_errors=True)
