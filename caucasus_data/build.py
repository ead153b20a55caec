"""One run from ``raw/`` to a folder: validate, normalize, export; all or nothing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from caucasus_data.errors import BadValue
from caucasus_data.export.folder import SUMS, write_package
from caucasus_data.export.place import Busy, put_in_place, scratch
from caucasus_data.loading import published_frames
from caucasus_data.normalize import normalize
from caucasus_data.spec.model import Spec
from caucasus_data.validate import Verdict, validate


@dataclass
class BuiltPackage:
    """What was written: the tables and the facts for the index."""

    tables: Mapping[str, pa.Table]
    facts: dict[str, Any]
    coverage_end: str


class FallsShort(Exception):
    """The data has errors; ``verdict`` holds them. Nothing was written."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.errors} errors")
        self.verdict = verdict


def make_package(
    raw: Path,
    spec: Spec,
    folder: Path,
    version: str,
    date: str,
    licence: str,
    changes: pd.DataFrame | None = None,
    baseline: str | None = None,
) -> BuiltPackage:
    """Validate ``raw`` and write its package into ``folder``. Raises :class:`FallsShort`.

    ``baseline``: the release whose ids must still be there (see ``published_frames``).
    """
    before = stamp(raw)
    verdict = validate(raw, spec, published_frames(raw, baseline))
    if stamp(raw) != before:
        raise Busy(f"{raw} was changed while it was read: run again")
    if verdict.errors:
        raise FallsShort(verdict)
    tables = normalize(verdict.typed, spec, changes)
    facts = write_package(tables, spec, folder, version, date, licence)
    return BuiltPackage(tables, facts, spec.coverage_end)


def stamp(raw: Path) -> dict[str, tuple[int, int, int]]:
    """What tells that a file of ``raw`` was written meanwhile."""
    found = {path.name: path.stat() for path in raw.glob("*.csv") if path.is_file()}
    return {name: (facts.st_mtime_ns, facts.st_size, facts.st_ino) for name, facts in found.items()}


def build(raw: Path, spec: Spec, out: Path, date: str, licence: str) -> BuiltPackage:
    """Build into ``out``, whose last good content stays until the new one is complete.

    Raises :class:`BadValue` for a folder that holds something else than an earlier build.
    """
    _refuse_to_replace(out)
    with scratch(out) as made:
        built = make_package(raw, spec, made, "dev", date, licence)
        put_in_place(made, out)
    return built


def _refuse_to_replace(out: Path) -> None:
    """``out`` is replaced as a whole: it may be an earlier build, empty, or not there."""
    if (out.parent / "index.json").is_file():
        raise BadValue(
            f"{out} lies among releases, which are never written over; choose another folder"
        )
    if out.exists() and not out.is_dir():
        raise BadValue(f"{out} is a file; choose a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / SUMS).is_file():
        raise BadValue(f"{out} holds something else than a build; choose another folder")


def date_for(given: str | None, fallback: str | None) -> str:
    """The date that a product bears: ``--date``, else SOURCE_DATE_EPOCH, else ``fallback``.

    Never the clock. Raises :class:`BadValue` if there is none or it is no day.
    """
    if given is not None:
        try:
            return dt.date.fromisoformat(given).isoformat()
        except ValueError:
            raise BadValue(f"--date takes YYYY-MM-DD, not {given!r}") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise BadValue(f"SOURCE_DATE_EPOCH takes seconds, not {epoch!r}") from None
    if fallback is None:
        raise BadValue("a release needs its date: give --date YYYY-MM-DD, or set SOURCE_DATE_EPOCH")
    return fallback
