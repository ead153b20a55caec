"""Releases that are not installed: downloaded once, checked against the index, cached."""

from __future__ import annotations

from pathlib import Path

from caucasus_data import locate
from caucasus_data.release_index import entry, read_index


def fetched(version: str) -> Path:
    """The folder of a release that is neither in the package nor in the checkout."""
    releases = locate.releases_folder()
    entry(read_index(releases), version)
    return releases / version
