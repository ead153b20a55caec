"""``index.json`` of the releases: what was released when, with which files and hashes.

Read on the base install by ``load``; written only by ``release``.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from caucasus_data.errors import BrokenData, MissingData, UnknownName

VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_index(folder: Path) -> dict[str, Any]:
    """The index of a folder of releases. Raises if it is missing or not an index."""
    path = folder / "index.json"
    try:
        return parse_index(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise MissingData(f"no releases in {folder}: index.json is missing") from None


def parse_index(data: bytes, where: str) -> dict[str, Any]:
    """An index from its bytes; ``where`` names it in errors. Raises BrokenData."""
    try:
        index = json.loads(data.decode("utf-8"))
        newest, releases = index["latest"], index["releases"]
        if newest not in releases:
            raise KeyError(newest)
        for version, facts in releases.items():
            if not VERSION.fullmatch(version):
                raise ValueError(f"{version!r} is not a version")
            _check(facts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenData(f"{where} is not an index of releases ({error})") from error
    return dict(index)


def _check(facts: Any) -> None:
    """Raise one of the errors above for an entry that does not say what an entry says."""
    for name, known in facts["files"].items():
        if (
            not _SHA256.fullmatch(known["sha256"])
            or type(known["bytes"]) is not int
            or known["bytes"] < 0
        ):
            raise ValueError(f"no sha256 and size of {name}")
    if not isinstance(facts["date"], str):
        raise TypeError("no date")


def entry(index: dict[str, Any], version: str | None) -> tuple[str, dict[str, Any]]:
    """The version (the newest for None) and its entry."""
    wanted: str = index["latest"] if version is None else version
    releases: dict[str, dict[str, Any]] = index["releases"]
    if wanted not in releases:
        known: list[str] = sorted(releases, key=as_numbers)
        raise UnknownName.of("release", wanted, known)
    return wanted, releases[wanted]


def as_numbers(version: str) -> tuple[int, int, int]:
    """``1.2.3`` as numbers, for sorting."""
    match = VERSION.fullmatch(version)
    if match is None:
        raise BrokenData(f"{version!r} is not a version X.Y.Z")
    return int(match[1]), int(match[2]), int(match[3])


def digest(path: Path) -> str:
    """sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
