"""The tables that a chart is drawn from, and the names that a user may ask for.

Frames come from ``load``, or are passed in by a caller that has them already. No chart here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from caucasus_data.errors import CaucasusDataError, UnknownName
from caucasus_data.loading import folder_of, load

Given = Mapping[str, pd.DataFrame] | None
DAY = "%Y-%m-%d"
# More choices than this are counted in an error, not listed.
_MOST = 100


class Frames:
    """The tables of one release, by name; what was not passed in is loaded when asked for."""

    def __init__(self, version: str | None, given: Given) -> None:
        self._tables = dict(given or {})
        marked = (frame.attrs.get("version") for frame in self._tables.values())
        known = version or next((str(mark) for mark in marked if mark), None)
        self._asked = known
        self.version = known if self._tables and known else folder_of(known)[0]

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._tables:
            self._tables[table] = load(table, self._asked)
        return self._tables[table]

    @property
    def coverage_end(self) -> pd.Timestamp:
        """Last day that the release covers; the last date of an event if no release says."""
        from caucasus_data.query import coverage_end

        try:
            return coverage_end(self._asked)
        except CaucasusDataError:
            return pd.Timestamp(self["events"]["date_latest"].max())

    @property
    def source(self) -> str:
        """The line under every chart."""
        version = "unreleased build" if self.version == "dev" else self.version
        return f"Source: caucasus-data {version}, CC BY 4.0."

    def names(self, table: str, column: str) -> dict[str, str]:
        """Key to name of a table such as actors."""
        frame = self[table]
        return dict(
            zip(
                frame.iloc[:, 0].astype(str), frame[column].astype("string").fillna(""), strict=True
            )
        )


def choose(kind: str, wanted: str, names: Mapping[str, Iterable[str]]) -> str:
    """The id that ``wanted`` is, or that has it as a name (case does not matter).

    Raises ``UnknownName`` with the valid choices.
    """
    if wanted in names:
        return wanted
    known = {key.casefold(): key for key in names}
    for key, called in names.items():
        known.update(
            {name.casefold(): key for name in called if name and name.casefold() not in known}
        )
    folded = str(wanted).casefold()
    if folded in known:
        return known[folded]
    near = difflib.get_close_matches(folded, known, n=1, cutoff=0.6)
    if near:
        tail = f"did you mean {known[near[0]]!r}?"
    elif len(names) > _MOST:
        tail = f"there are {len(names)} of them"
    else:
        tail = "choose from " + ", ".join(_choice(key, called) for key, called in names.items())
    raise UnknownName(f"no {kind} {str(wanted)!r}; {tail}")


def _choice(key: str, called: Iterable[str]) -> str:
    """An id as a choice: opaque ones with what they stand for."""
    name = next((name for name in called if name), "")
    return f"{key} ({name})" if name and re.fullmatch("[A-Z]{2}-[0-9]{5}", key) else key


def records(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame with its columns as attributes."""
    return list(frame.itertuples())


def day(value: object) -> str | None:
    """An ISO day for a chart, or None."""
    return None if pd.isna(value) else pd.Timestamp(value).strftime(DAY)  # type: ignore[call-overload, arg-type]


def spoken(value: object) -> str:
    """A day for a sentence: 9 November 2020."""
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{stamp.day} {stamp:%B %Y}"


def words(code: object) -> str:
    """A vocabulary word as people write it: ``border_clash`` is "border clash"."""
    return str(code).replace("_", " ")


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 event``, ``2,000 events``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    given = list(parts)
    return (
        given[0]
        if len(given) == 1
        else ", ".join(given[:-1]) + " and " + given[-1]
        if given
        else "none"
    )
