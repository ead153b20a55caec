"""Things that are probably there twice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, rule
from caucasus_data.rules.frames import LazyFrame

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
    code: str, table: str, frame: LazyFrame, group: list[str], title: str, key: str
) -> Iterator[Hit]:
    """Later rows of a group whose title is nearly that of an earlier one."""
    together = frame.dropna([*group, title, key])
    together = together[together.duplicated(group, keep=False)]
    known = together.told_apart(group)
    groups = pd.factorize(together.mixed(group) if known is None else known)[0]
    large = np.bincount(groups)[groups] > LARGEST_GROUP if len(groups) else groups > 0
    if large.any():
        # of a large group only titles that are the same are looked at
        places = np.flatnonzero(large)
        texts = together.at_rows(places)[title].array
        again = pd.DataFrame({"group": groups[places], "title": texts}, copy=False).duplicated(
            keep=False
        )
        kept = ~large
        kept[places] = again
        together, groups = together.at_rows(np.flatnonzero(kept)), groups[kept]
    order = np.argsort(groups.astype(np.int32), kind="stable")
    together, groups = together.at_rows(order), groups[order]
    titles = pa.array(together[title].array, pa.large_string())
    said: set[int] = set()
    for later, earlier in _maybe_alike(titles, groups):
        if later in said:
            continue
        text, before = titles[later].as_py(), titles[earlier].as_py()
        matcher = difflib.SequenceMatcher(None, text.lower(), before.lower(), autojunk=False)
        if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            said.add(later)
            other = together.at_rows(np.array([earlier]))[key].iloc[0]
            yield Hit(
                code,
                table,
                int(together.index[later]),
                title,
                f"nearly the same as {other}",
                value=text,
            )


_BINS = 32
_MANY = 10_000
"""Pairs whose letters are counted in one go."""


def _maybe_alike(
    titles: pa.LargeStringArray, group: npt.NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) within a group that share letters enough, the earliest first.

    Texts as alike as :data:`ALIKE` are about as long, and share so many of their letters, which
    are counted in bins of bytes: small letters in those of their capitals.
    """
    lengths = pc.utf8_length(titles).to_numpy(zero_copy_only=False).astype(np.int64)
    found = []
    lag = 1
    while len(pairs := np.flatnonzero(group[lag:] == group[:-lag])):
        short = np.minimum(lengths[pairs], lengths[pairs + lag])
        pairs = pairs[2 * short >= ALIKE * (lengths[pairs] + lengths[pairs + lag])]
        for at in range(0, len(pairs), _MANY):
            earlier = pairs[at : at + _MANY]
            later = earlier + lag
            rows, places = np.unique(np.concatenate([earlier, later]), return_inverse=True)
            counts = _letters(titles.take(pa.array(rows)))
            shared = np.minimum(counts[places[: len(earlier)]], counts[places[len(earlier) :]])
            near = 2 * shared.sum(axis=1) >= ALIKE * (lengths[earlier] + lengths[later])
            found.append(np.stack([later[near], earlier[near]]))
        lag += 1
    later, earlier = np.concatenate(found, axis=1) if found else np.empty((2, 0), np.int64)
    for at in np.lexsort((earlier, later)):
        yield int(later[at]), int(earlier[at])


def _letters(titles: pa.LargeStringArray) -> npt.NDArray[np.int16]:
    """How many bytes of each bin a text has."""
    _, offsets, data = titles.buffers()
    ends = np.frombuffer(offsets, np.int64)[titles.offset : titles.offset + len(titles) + 1]
    raw = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    place = np.repeat(np.arange(len(titles), dtype=np.int32) * _BINS, np.diff(ends))
    place += raw & (_BINS - 1)
    counts = np.bincount(place, minlength=len(titles) * _BINS)
    return counts.reshape(-1, _BINS).astype(np.int16)


@rule("rule-duplicate-event", tables=("events",))
def events_stand_once(data: Data) -> Iterator[Hit]:
    """Same type, same date, nearly the same title; or the same day at the same exact place."""
    frame = data["events"]
    where = ["event_type", "date_edtf", "place_id"]
    exact = frame[(frame["where_precision"] <= 2).fillna(False)]
    exact = exact[exact.among("date_precision", ("day",))]
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
