"""Make a release: build, compare with the one before, write, checksum, list in the index.

A release is never written over. ``verify`` checks one against its own checksums, the index, and
the release before it.
"""

from __future__ import annotations

import json
import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from caucasus_data.build import BuiltPackage, make_package, stamp
from caucasus_data.bump import enough, least, smallest, smallest_of_releases, unretired
from caucasus_data.changes import changelog, differences, released, working_tree
from caucasus_data.errors import BadValue, BrokenData, MissingData
from caucasus_data.export.csv_ import csv_bytes, sha256
from caucasus_data.export.folder import SUMS
from caucasus_data.export.place import Busy, alone, replace_file, scratch
from caucasus_data.loading import read_parquet
from caucasus_data.release_index import VERSION, as_numbers, digest, read_index
from caucasus_data.spec.model import Spec

MOST_BYTES = 3_000_000
"""A release is at most 3 MB as git keeps it and hosts send it, so that a clone stays small."""

UNLISTED = ".unlisted"
"""Ending of the file that marks a folder put in place and not yet in the index."""


def release(version: str, raw: Path, spec: Spec, releases: Path, date: str, licence: str) -> Path:
    """Write ``releases/<version>`` and its entry in the index; returns the folder.

    Raises :class:`BadValue` for a version that is malformed, there already, not above the newest
    one, or too small a bump, and for a release that is too big.
    """
    if not VERSION.fullmatch(version):
        raise BadValue(f"{version!r} is not a version X.Y.Z")
    with alone(releases):
        _undo_unlisted(releases)
        index = _index_or_new(releases)
        before = index["latest"]
        if (releases / version).exists() or version in index["releases"]:
            raise BadValue(f"release {version} exists; releases are never written over")
        if before is not None and as_numbers(version) <= as_numbers(before):
            raise BadValue(f"{version} is not above the newest release, {before}")
        published = releases / before if before else None
        seen = stamp(raw)
        tree = working_tree(raw)
        if published is not None:
            old = released(published)
            _refuse(before, version, smallest(old, tree, differences(old, tree)))
        with scratch(releases.parent / f"release-{version}") as made:
            log = changelog(version, tree, published)
            baseline = str(published) if published is not None else "none"
            built = make_package(raw, spec, made, version, date, licence, log, baseline)
            if stamp(raw) != seen:
                raise Busy(f"{raw} was changed while it was read: run again")
            if published is not None:
                _refuse(before, version, smallest_of_releases(released(published), released(made)))
            size = compressed_size(made)
            if size > MOST_BYTES:
                raise BadValue(
                    f"release {version} would take {size:,} bytes (compressed); {MOST_BYTES:,} is the most"
                )
            _put_and_list(made, version, releases, index, _entry(built, date))
    return releases / version


def _put_and_list(
    made: Path, version: str, releases: Path, index: dict[str, Any], entry: dict[str, Any]
) -> None:
    """Both, or neither: the mark says what a run that is cut off between the two leaves behind."""
    mark = releases / f"{version}{UNLISTED}"
    try:
        mark.touch()
        made.replace(releases / version)
        index["releases"][version] = entry
        index["latest"] = version
        replace_file(releases / "index.json", _as_bytes(index))
        mark.unlink()
    except BaseException:
        _undo_unlisted(releases)
        raise


def compressed_size(folder: Path) -> int:
    """Bytes of a folder's files, each compressed as git and web servers do."""
    return sum(
        len(zlib.compress(path.read_bytes())) for path in folder.rglob("*") if path.is_file()
    )


def _refuse(before: str, version: str, need: Any) -> None:
    if not enough(before, version, need.level):
        raise BadValue(
            f"{version} is too small a bump from {before}: a {need.level} change asks for "
            f"{least(before, need.level)} ({need.why})"
        )


def _undo_unlisted(releases: Path) -> None:
    """Take back what a run that was killed put in place and did not come to list."""
    for mark in releases.glob(f"*{UNLISTED}"):
        version = mark.name.removesuffix(UNLISTED)
        if version not in _index_or_new(releases)["releases"]:
            shutil.rmtree(releases / version, ignore_errors=True)
        mark.unlink()


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


def _as_bytes(index: dict[str, Any]) -> bytes:
    return (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode()


def verify(folder: Path) -> list[str]:
    """What is wrong with a release's folder, one line each; empty if it is what was released.

    Checks every file against ``SHA256SUMS``, files against the list, the CSVs against the
    Parquet files, and, if there is an index beside it, all of it against the index and its
    version against what changed since the release before.
    """
    sums = folder / SUMS
    if not sums.is_file():
        raise MissingData(f"{folder} is no release: it has no {SUMS}")
    wrong = []
    listed = {}
    for number, line in enumerate(
        sums.read_text(encoding="utf-8", errors="replace").splitlines(), 1
    ):
        match = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if match is None or ".." in Path(match[2]).parts or Path(match[2]).is_absolute():
            wrong.append(f"{SUMS}:{number}: not a line of checksums")
        else:
            listed[match[2]] = match[1]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()} - {
        SUMS
    }
    wrong += [f"{name}: listed and missing" for name in sorted(set(listed) - present)]
    wrong += [f"{name}: present and not listed" for name in sorted(present - set(listed))]
    for name in sorted(set(listed) & present):
        if digest(folder / name) != listed[name]:
            wrong.append(f"{name}: its sha256 is not the listed one")
    wrong += _against_index(folder)
    wrong += _twins_differ(folder)
    return wrong or _hides_what_changed(folder)


def _index_beside(folder: Path) -> dict[str, Any] | None:
    """The index of the releases that a folder lies among; None for a folder that stands alone."""
    if not (folder.absolute().parent / "index.json").is_file():
        return None
    return read_index(folder.absolute().parent)


def _against_index(folder: Path) -> list[str]:
    index = _index_beside(folder)
    if index is None:
        return []
    name = folder.absolute().name
    if name not in index["releases"]:
        return [f"{name}: not in the index"]
    facts = index["releases"][name]
    wrong = []
    for file, known in facts["files"].items():
        path = folder / file
        if not path.is_file():
            wrong.append(f"{file}: in the index and missing")
        elif path.stat().st_size != known["bytes"] or digest(path) != known["sha256"]:
            wrong.append(f"{file}: its size or sha256 is not the index's")
    for table, known in facts["content_sha256"].items():
        path = folder / "csv" / f"{table}.csv"
        if path.is_file() and digest(path) != known:
            wrong.append(f"csv/{table}.csv: its content hash is not the index's")
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


def _hides_what_changed(folder: Path) -> list[str]:
    """Too small a bump from the release before, and records that left other than by ``retired``."""
    index = _index_beside(folder)
    name = folder.absolute().name
    if index is None or not VERSION.fullmatch(name):
        return []
    earlier = [other for other in index["releases"] if as_numbers(other) < as_numbers(name)]
    before = max(earlier, key=as_numbers, default="")
    if not (folder.absolute().parent / before / "datapackage.json").is_file() or not before:
        return []
    old, new = released(folder.absolute().parent / before), released(folder)
    wrong = [
        f"{record} was published in {before} and left without a line in retired"
        for record in unretired(old, new)
    ]
    try:
        _refuse(before, name, smallest_of_releases(old, new))
    except BadValue as error:
        wrong.append(str(error))
    return wrong
