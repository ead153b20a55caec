"""Things that are probably there twice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import pandas as pd

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
    kept = [p for p in query.split("&") if p and not re.match(r"(?:utm_|fbclid|gclid|yclid|ref=|ysclid)", p)]
    host, slash, tail = path.partition("/")
    path = (host.lower() + slash + tail).rstrip("/")
    return path + ("?" + "&".join(sorted(kept)) if kept else "")


def _alike(code: str, table: str, frame: Frame, group: list[str], title: str, key: str) -> Iterator[Hit]:
    """Later rows of a group whose title is nearly that of an earlier one."""
    grouped = frame[frame[group + [title, key]].notna().all(axis=1)]
    grouped = grouped[grouped.duplicated(group, keep=False)]
    for _, rows in grouped.groupby(group, sort=False):
        if len(rows) > LARGEST_GROUP:
            rows = rows[rows.duplicated(title, keep=False)]
        texts = [(int(str(n)), str(row[key]), str(row[title]).lower()) for n, row in rows.iterrows()]
        for i, (number, _, text) in enumerate(texts):
            for _, other_key, other in texts[:i]:
                matcher = difflib.SequenceMatcher(None, text, other, autojunk=False)
                if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                    yield Hit(code, table, number, title, f"nearly the same as {other_key}", value=text)
                    break


@rule("rule-duplicate-event", tables=("events",))
def events_stand_once(data: Data) -> Iterator[Hit]:
    """Same type, same date, nearly the same title."""
    yield from _alike("rule-duplicate-event", "events", data["events"], ["event_type", "date_edtf"], "title", "event_id")


@rule("rule-duplicate-agreement", tables=("agreements",))
def agreements_stand_once(data: Data) -> Iterator[Hit]:
    """Same signature, nearly the same label."""
    yield from _alike("rule-duplicate-agreement", "agreements", data["agreements"], ["signed_edtf"], "neutral_label", "agreement_id")


@rule("rule-duplicate-source", tables=("sources",))
def sources_stand_once(data: Data) -> Iterator[Hit]:
    """One address, one source; one DOI, one source."""
    frame = data["sources"]
    urls = frame["url"].dropna().map(canonical_url)
    for column, cells in (("url", urls), ("doi", frame["doi"].dropna().str.lower())):
        again = cells[cells.duplicated(keep="first")]
        if again.empty:
            continue
        first = pd.Series(frame.loc[cells.index, "source_id"].array, index=pd.Index(cells)).groupby(level=0).first()
        for number, cell in again.items():
            yield Hit(
                "rule-duplicate-source", "sources", int(str(number)), column,
                f"the same {'address' if column == 'url' else 'DOI'} as {first[cell]}", value=str(frame.at[number, column]),
            )  # fmt: skip
