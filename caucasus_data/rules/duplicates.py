"""Things that are probably there twice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, Frame, rule

ALIKE = 0.86
"""Similarity of two titles (difflib ratio) from which they are taken for one."""
LARGEST_GROUP = 50
"""Groups larger than this (same day, same type) are not compared pair by pair."""


def canonical_url(url: str) -> str:
    """An address without what does not change the page: scheme, www, m., slash, fragment, tracking."""
    rest = re.sub(r"^https?://(?:www\.|m\.|amp\.)?", "", url.strip(), flags=re.IGNORECASE)
    rest = rest.split("#", 1)[0]
    path, _, query = rest.partition("?")
    kept = [
        p
        for p in query.split("&")
        if p and not re.match(r"(?:utm_|fbclid|gclid|yclid|ref=|ysclid)", p)
    ]
    host, slash, tail = path.partition("/")
    path = (host.lower() + slash + tail).rstrip("/")
    return path + ("?" + "&".join(sorted(kept)) if kept else "")


def _alike(
    code: str, table: str, frame: Frame, group: list[str], title: str, key: str
) -> Iterator[Hit]:
    """Later rows of a group whose title is nearly that of an earlier one."""
    together = frame[frame.duplicated(group, keep=False)]
    rows = together[[*group, title, key]].dropna()
    rows = rows.assign(group=rows.groupby(group, sort=False).ngroup())
    large = rows.groupby("group")["group"].transform("size") > LARGEST_GROUP
    rows = rows[~large | rows.duplicated(["group", title], keep=False)]
    rows = rows.sort_values("group", kind="stable")
    titles = [text.lower() for text in pa.array(rows[title].array).to_pylist()]
    said: set[int] = set()
    for later, earlier in _maybe_alike(titles, rows["group"].to_numpy()):
        if later in said:
            continue
        text = titles[later]
        matcher = difflib.SequenceMatcher(None, text, titles[earlier], autojunk=False)
        if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            said.add(later)
            other = rows[key].iloc[earlier]
            yield Hit(
                code,
                table,
                int(rows.index[later]),
                title,
                f"nearly the same as {other}",
                value=text,
            )


_BINS = 32
_MANY = 100_000
"""Rows whose letters are counted in one go."""


def _maybe_alike(titles: list[str], group: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) within a group that share letters enough, the earliest first.

    Letters are counted in bins of bytes: texts as alike as :data:`ALIKE` share so many of them.
    """
    lengths = np.array([len(text) for text in titles], np.int64)
    counts = np.zeros((len(titles), _BINS), np.int16)
    for at in range(0, len(titles), _MANY):
        raw = [text.encode() for text in titles[at : at + _MANY]]
        row = np.repeat(np.arange(len(raw)), [len(text) for text in raw])
        place = row * _BINS + np.frombuffer(b"".join(raw), np.uint8) % _BINS
        counts[at : at + len(raw)] = np.bincount(place, minlength=len(raw) * _BINS).reshape(
            -1, _BINS
        )
    found = []
    lag = 1
    while len(pairs := np.flatnonzero(group[lag:] == group[:-lag])):
        for at in range(0, len(pairs), _MANY):
            earlier = pairs[at : at + _MANY]
            later = earlier + lag
            shared = np.minimum(counts[earlier], counts[later]).sum(axis=1)
            near = 2 * shared >= ALIKE * (lengths[earlier] + lengths[later])
            found.append(np.stack([later[near], earlier[near]]))
        lag += 1
    later, earlier = np.concatenate(found, axis=1) if found else np.empty((2, 0), np.int64)
    for at in np.lexsort((earlier, later)):
        yield int(later[at]), int(earlier[at])


@rule("rule-duplicate-event", tables=("events",))
def events_stand_once(data: Data) -> Iterator[Hit]:
    """Same type, same date, nearly the same title; or the same day at the same exact place."""
    frame = data["events"]
    where = ["event_type", "date_edtf", "place_id"]
    exact = frame[
        (frame["date_precision"] == "day").fillna(False)
        & (frame["where_precision"] <= 2).fillna(False)
    ]
    exact = exact.dropna(subset=[*where, "event_id"])
    twice = exact[exact.duplicated(where, keep=False)][[*where, "event_id", "title"]]
    said = set()
    for _, rows in twice.groupby(where, sort=False):
        first, *others = rows.index
        for number in others:
            said.add(int(number))
            yield Hit(
                "rule-duplicate-event", "events", int(number), "title",
                f"same type, day and place as {rows.at[first, 'event_id']!s}", value=str(rows.at[number, "title"]),
            )  # fmt: skip
    for hit in _alike(
        "rule-duplicate-event", "events", frame, ["event_type", "date_edtf"], "title", "event_id"
    ):
        if hit.row not in said:
            yield hit


@rule("rule-duplicate-agreement", tables=("agreements",))
def agreements_stand_once(data: Data) -> Iterator[Hit]:
    """Same signature, nearly the same label."""
    yield from _alike(
        "rule-duplicate-agreement",
        "agreements",
        data["agreements"],
        ["signed_edtf"],
        "neutral_label",
        "agreement_id",
    )


@rule("rule-duplicate-source", tables=("sources",))
def sources_stand_once(data: Data) -> Iterator[Hit]:
    """One address, one source; one DOI, one source."""
    frame = data["sources"]
    frame = frame[frame["source_id"].notna()]
    urls = frame["url"].dropna().map(canonical_url)
    for column, cells in (("url", urls), ("doi", frame["doi"].dropna().str.lower())):
        again = cells[cells.duplicated(keep="first")]
        if again.empty:
            continue
        first = (
            pd.Series(frame.loc[cells.index, "source_id"].array, index=pd.Index(cells))
            .groupby(level=0)
            .first()
        )
        for number, cell in again.items():
            yield Hit(
                "rule-duplicate-source", "sources", int(str(number)), column,
                f"the same {'address' if column == 'url' else 'DOI'} as {first[cell]}", value=str(frame.at[number, column]),
            )  # fmt: skip
