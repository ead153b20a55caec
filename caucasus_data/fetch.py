"""Releases that are not installed: downloaded once, checked against the index, cached.

The layout of a host is that of ``build/releases/``: ``<base>/index.json``,
``<base>/0.1.0/events.parquet``. Nothing is used before its sha256 is the index's. The cache has
one folder per release, named after the hash of its entry in the index, so that two hosts never
mix. A version that is cached needs no network, and neither pooch nor rich. HTTP is ``transfer``'s.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from caucasus_data import locate
from caucasus_data.errors import (
    BadValue,
    BrokenData,
    CaucasusDataError,
    MissingData,
    MissingExtra,
    UnknownName,
    need,
)
from caucasus_data.release_index import as_numbers, entry, parse_index
from caucasus_data.transfer import Unreachable, fetched_bytes

__all__ = ["Remote", "Unreachable", "base_address", "cache_folder", "remote"]

ADDRESS = "CAUCASUS_DATA_URL"
CACHE = "CAUCASUS_DATA_CACHE"
MOST_INDEX = 32 * 1024 * 1024
"""Bytes of an index beyond which it is no index of ours."""
_TABLE = re.compile(r"[a-z][a-z0-9_]*\.parquet")
WANTED = ("datapackage.json",)
"""What is needed of a release beside its Parquet."""


def base_address(given: str | None = None) -> str:
    """Where releases are published: the argument, else the environment, else ``dataset.yaml``.

    Blank if none says so. Raises :class:`BadValue` for what is no http or https address.
    """
    base = given or os.environ.get(ADDRESS) or _declared_address()
    base = base.strip().rstrip("/")
    if base and (urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc):
        raise BadValue(
            f"{base!r} is no address of releases: it begins with neither https:// nor http://"
        )
    return base


def _declared_address() -> str:
    from caucasus_data.spec.model import read_yaml

    folder = locate.schemas_folder()
    path = folder / "dataset.json"
    if path.is_file():
        declared = json.loads(path.read_text(encoding="utf-8"))
    else:
        declared = read_yaml(folder / "dataset.yaml")
    return str(declared.get("base_url") or "")


def cache_folder() -> Path:
    """Where downloads are kept: ``CAUCASUS_DATA_CACHE``, else the user's cache folder."""
    given = os.environ.get(CACHE)
    if given:
        return Path(given).expanduser()
    platformdirs: Any = need("a release that is not installed", "fetch", "platformdirs")
    return Path(platformdirs.user_cache_dir("caucasus-data"))


class Remote:
    """One release on a host: its entry in the index, its folder in the cache."""

    def __init__(self, version: str, facts: Mapping[str, Any], base: str) -> None:
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        self.version = version
        self.files: Mapping[str, Mapping[str, Any]] = facts["files"]
        self.base = base
        self.folder = cache_folder() / f"{version}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def tables(self) -> list[str]:
        """Names of the tables that the release has."""
        return sorted(
            name.removesuffix(".parquet") for name in self.files if _TABLE.fullmatch(name)
        )

    def file(self, name: str) -> Path:
        """A file of the release in the cache, downloaded if need be; its sha256 is the index's."""
        known = self.files[name]
        path = self.folder / name
        if not _is(path, known):
            if not self.base:
                raise MissingData(
                    f"{name} of release {self.version} is not cached; {ADDRESS} or base_url must say from where"
                )
            _download(f"{self.base}/{self.version}/{name}", self.base, path, known)
        return path

    def table(self, name: str) -> Path:
        """The Parquet of a table. Raises UnknownName for one that the release lacks."""
        if name not in self.tables:
            raise UnknownName.of("table", name, self.tables)
        return self.file(f"{name}.parquet")

    def whole(self) -> Path:
        """The folder with every table and the descriptor."""
        for name in self.tables:
            self.table(name)
        for name in WANTED:
            if name in self.files:
                self.file(name)
        return self.folder


@functools.lru_cache(maxsize=32)
def _remembered(path: Path, modified: int, size: int) -> dict[str, Any]:
    del modified, size  # only there so that a rewritten index is read again
    return parse_index(path.read_bytes(), str(path))


def remote(version: str, base_url: str | None = None) -> Remote:
    """A release that is neither in the package nor in the checkout.

    Raises UnknownName for a version that the host does not list (or that no host is known for),
    :class:`Unreachable`, or BrokenData for an index that is none.
    """
    base = base_address(base_url)
    if not base:
        return _cached_only(version)
    path = cache_folder() / "indexes" / f"{hashlib.sha256(base.encode()).hexdigest()[:16]}.json"
    index = _cached_index(path)
    if index is None or version not in index["releases"]:
        try:
            data = fetched_bytes(f"{base}/index.json", base, MOST_INDEX)
            index = parse_index(data, f"{base}/index.json")
        except CaucasusDataError:
            _refuse_no_version(version)
            raise
        _keep(path, data)
    _, facts = entry(index, version)
    return Remote(version, facts, base)


def _cached_only(version: str) -> Remote:
    """A release that was downloaded before, when nothing says from where; where two hosts
    disagree about it, none is chosen."""
    entries: dict[str, Mapping[str, Any]] = {}
    with contextlib.suppress(MissingExtra):
        for path in sorted((cache_folder() / "indexes").glob("*.json")):
            index = _cached_index(path) or {"releases": {}}
            if version in index["releases"]:
                facts = index["releases"][version]
                entries[json.dumps(facts, sort_keys=True)] = facts
    if not entries:
        raise _nowhere(version)
    if len(entries) > 1:
        raise BadValue(
            f"two hosts have a release {version}: say with {ADDRESS} or base_url which one"
        )
    (facts,) = entries.values()
    return Remote(version, facts, "")


def _refuse_no_version(version: str) -> None:
    """Raise UnknownName for what is no version at all, whatever the network says."""
    try:
        as_numbers(version)
    except BrokenData:
        raise UnknownName(f"no release {version!r}; a version looks like 0.1.0") from None


def _nowhere(version: str) -> UnknownName:
    from caucasus_data.release_index import read_index

    try:
        here = sorted(read_index(locate.releases_folder())["releases"], key=as_numbers)
    except MissingData:
        here = []
    error = (
        UnknownName.of("release", version, here) if here else UnknownName(f"no release {version!r}")
    )
    return UnknownName(
        f"{error}; others can be downloaded once {ADDRESS} or base_url says from where"
    )


def _cached_index(path: Path) -> dict[str, Any] | None:
    try:
        facts = path.stat()
        return _remembered(path, facts.st_mtime_ns, facts.st_size)
    except (OSError, BrokenData):  # not there, or not readable: fetched again
        return None


def _is(path: Path, known: Mapping[str, Any]) -> bool:
    """Whether a file is there and has the size and sha256 that the index says."""
    try:
        if path.stat().st_size != known["bytes"]:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == str(known["sha256"])
    except OSError:
        return False


def _keep(path: Path, data: bytes) -> None:
    """Write a file of the cache in one step, so that another process sees all of it or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as error:
        raise CaucasusDataError(
            f"the cache {path.parent} can't be written: {error.strerror or error}"
        ) from error


def _download(url: str, base: str, path: Path, known: Mapping[str, Any]) -> None:
    """Into the cache through pooch, which writes aside, checks the sha256 and renames."""
    pooch: Any = need("downloading a release", "fetch", "pooch")
    pooch.get_logger().setLevel("WARNING")

    def into(url: str, file: Any, _: Any) -> None:
        data = fetched_bytes(url, base, known["bytes"], shown=True)
        if len(data) != known["bytes"]:
            raise BrokenData(f"{url}: {len(data)} bytes came, and {known['bytes']} were released")
        if hashlib.sha256(data).hexdigest() != known["sha256"]:
            raise BrokenData(
                f"{url} is not the file that was released: its sha256 is not the index's"
            )
        Path(file).write_bytes(data)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(url, f"sha256:{known['sha256']}", path.name, path.parent, downloader=into)
    except OSError as error:
        if isinstance(error, CaucasusDataError):
            raise
        raise CaucasusDataError(
            f"the cache {path.parent} can't be written: {error.strerror or error}"
        ) from error
