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


def read_index(folder: Path) -> dict[str, Any]:
    """The index of a folder of releases. Raises if it is missing or not an index."""
    path = folder / "index.json"
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        newest = index["latest"]
        if newest not in index["releases"]:
            raise KeyError(newest)
    except FileNotFoundError:
        raise MissingData(f"no releases in {folder}: index.json is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenData(f"{path} is not an index of releases ({error})") from error
    return dict(index)


def entry(index: dict[str, Any], version: str | None) -> tuple[str, dict[str, Any]]:
    """The version (the newest for None) and its entry."""
    wanted: str = index["latest"] if version is None else version
    releases: dict[str, dict[str, Any]] = index["releases"]
    if wanted not in releases:
        raise UnknownName.of("release", wanted, sorted(releases, key=as_numbers))
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
