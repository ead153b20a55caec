"""Make a release: build, compare with the one before, write, checksum, list in the index.

A release is never written over. ``verify`` checks one against its own checksums and against the
index.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from caucasus_data.build import BuiltPackage, make_package
from caucasus_data.bump import enough, least, smallest
from caucasus_data.changes import changelog, differences, released, working_tree
from caucasus_data.errors import BadValue, BrokenData, MissingData
from caucasus_data.export.csv_ import csv_bytes, sha256
from caucasus_data.export.folder import SUMS, put_in_place
from caucasus_data.loading import read_parquet
from caucasus_data.release_index import VERSION, as_numbers, digest, read_index
from caucasus_data.spec.model import Spec


def release(version: str, raw: Path, spec: Spec, releases: Path, date: str, licence: str) -> Path:
    """Write ``releases/<version>`` and its entry in the index; returns the folder.

    Raises :class:`BadValue` for a version that is malformed, there already, or not above the
    newest one.
    """
    if not VERSION.fullmatch(version):
        raise BadValue(f"{version!r} is not a version X.Y.Z")
    index = _index_or_new(releases)
    before = index["latest"]
    if (releases / version).exists() or version in index["releases"]:
        raise BadValue(f"release {version} exists; releases are never written over")
    if before is not None and as_numbers(version) <= as_numbers(before):
        raise BadValue(f"{version} is not above the newest release, {before}")
    published = releases / before if before else None
    tree = working_tree(raw)
    if published is not None:
        old = released(published)
        need = smallest(old, tree, differences(old, tree))
        if not enough(before, version, need.level):
            raise BadValue(
                f"{version} is too small a bump from {before}: a {need.level} change asks for "
                f"{least(before, need.level)} ({need.why})"
            )
    scratch = releases / f"{version}.{os.getpid()}.tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        log = changelog(version, tree, published)
        built = make_package(raw, spec, scratch, version, date, licence, log)
        put_in_place(scratch, releases / version)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    index["releases"][version] = _entry(built, date)
    index["latest"] = version
    _write_index(releases, index)
    return releases / version


def _index_or_new(releases: Path) -> dict[str, Any]:
    try:
        return read_index(releases)
    except MissingData:
        return {"latest": None, "releases": {}}


def _entry(built: BuiltPackage, date: str) -> dict[str, Any]:
    return {
        "date": date,
        "coverage_end": built.coverage_end,
        "rows": built.facts["rows"],
        "content_sha256": built.facts["content"],
        "files": built.facts["files"],
        "writers": {"pyarrow": pa.__version__, "pandas": pd.__version__},
    }


def _write_index(releases: Path, index: dict[str, Any]) -> None:
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    aside = releases / "index.json.tmp"
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, releases / "index.json")


def verify(folder: Path) -> list[str]:
    """What is wrong with a release's folder, one line each; empty if it is what was released.

    Checks every file against ``SHA256SUMS``, files against the list, the CSVs against the
    Parquet files, and all of it against the index beside it, if there is one.
    """
    sums = folder / SUMS
    if not sums.is_file():
        raise MissingData(f"{folder} is no release: it has no {SUMS}")
    wrong = []
    listed = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if match is None or ".." in Path(match[2]).parts or Path(match[2]).is_absolute():
            wrong.append(f"{SUMS}:{number}: not a line of checksums")
        else:
            listed[match[2]] = match[1]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {SUMS}
    wrong += [f"{name}: listed and missing" for name in sorted(set(listed) - present)]
    wrong += [f"{name}: present and not listed" for name in sorted(present - set(listed))]
    for name in sorted(set(listed) & present):
        if digest(folder / name) != listed[name]:
            wrong.append(f"{name}: its sha256 is not the listed one")
    wrong += _against_index(folder)
    wrong += _twins_differ(folder)
    return wrong


def _against_index(folder: Path) -> list[str]:
    try:
        entries = read_index(folder.parent)["releases"]
    except (MissingData, BrokenData):
        return []
    if folder.name not in entries:
        return [f"{folder.name}: not in the index"]
    wrong = []
    for name, facts in entries[folder.name]["files"].items():
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name}: in the index and missing")
        elif digest(path) != facts["sha256"]:
            wrong.append(f"{name}: its sha256 is not the index's")
    return wrong


def _twins_differ(folder: Path) -> list[str]:
    """Tables whose CSV does not hold the rows of their Parquet."""
    wrong = []
    for path in sorted(folder.glob("*.parquet")):
        twin = folder / "csv" / f"{path.stem}.csv"
        try:
            rows = read_parquet(path)
        except BrokenData as error:
            wrong.append(str(error))
            continue
        if not twin.is_file() or sha256(csv_bytes(rows)) != digest(twin):
            wrong.append(f"{path.name}: its rows are not those of csv/{twin.name}")
    return wrong
