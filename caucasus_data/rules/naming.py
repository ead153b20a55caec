"""The naming policy: contested names, place ids, words that take a side."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule

LINTED = {
    "events": ("title", "description", "coder_note"),
    "agreements": ("neutral_label", "coder_note"),
    "casualties": ("coder_note",),
    "memberships": ("coder_note",),
    "places": ("name",),
    "citations": ("note",),
    "exclusions": ("statement",),
    "gaps": ("searched",),
}
"""Columns in our own words; titles of texts and sources, names and quoted values are exempt."""


@rule("rule-wording", blockwise=tuple(LINTED))
def words_take_no_side(data: Data) -> Iterator[Hit]:
    """None of the words of naming.yaml stands in our own text, outside quotation marks."""
    words = {str(item["word"]).lower(): item for item in data.spec.naming.get("words", [])}
    if not words:
        return
    any_word = "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{any_word})(?![\w])", re.IGNORECASE)
    for table, columns in LINTED.items():
        if not data.has(table):
            continue
        frame = data[table]
        for column in columns:
            cells = frame[column]
            for number, text in cells[
                _maybe(pa.array(cells.array, pa.large_string()), any_word)
            ].items():
                match = pattern.search(re.sub(r"“[^”]*”|\"[^\"]*\"", "", str(text)))
                if match:
                    item = words[match[0].lower()]
                    yield Hit(
                        "rule-wording", table, int(str(number)), column,
                        f"{match[0]!r}: {item['reason']}", f"write {item['instead']}", str(text),
                    )  # fmt: skip


_TOGETHER = 32
"""Cells that are searched as one text: to begin a search costs as much as a short text."""


def _maybe(texts: pa.LargeStringArray, any_word: str) -> npt.NDArray[np.bool_]:
    """The texts in which a word may stand: each of a run of texts that holds one is looked at."""
    found = np.zeros(len(texts), bool)
    if not len(texts) or texts.null_count == len(texts):
        return found
    _, placed, data = texts.buffers()
    places = np.frombuffer(placed, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    ends = np.append(places[:-1:_TOGETHER], places[-1])
    runs = pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), data)
    held = pc.match_substring_regex(runs, f"(?i){any_word}").to_numpy(zero_copy_only=False)
    near = np.repeat(held, _TOGETHER)[: len(texts)]
    if near.any():
        few = texts.filter(pa.array(near))
        found[near] = pc.match_substring_regex(few, rf"(?i)\b(?:{any_word})\b").fill_null(False)
    return found


@rule("rule-contested-name", tables=("places",))
def contested_places_carry_both_names(data: Data) -> Iterator[Hit]:
    """A place named by one form of a contested pair carries the pair."""
    frame = data["places"]
    for item in data.spec.naming.get("contested", []):
        alone = frame["name"].isin(list(item["forms"]))
        yield from hits(
            "rule-contested-name", "places", frame, alone, "name",
            lambda row: f"{row['name']!r} is one side's form", f"write {item['name']}",
        )  # fmt: skip
    pair = frame["name"].str.split("/")
    for number, forms in pair[frame["name"].str.contains("/", regex=False).fillna(False)].items():
        if list(forms) != sorted(forms, key=str.casefold):
            yield Hit(
                "rule-contested-name", "places", int(str(number)), "name",
                "the forms are not in alphabetical order", "write " + "/".join(sorted(forms, key=str.casefold)), "/".join(forms),
            )  # fmt: skip


@rule("rule-place-id", tables=("places",))
def place_ids_say_what_they_are(data: Data) -> Iterator[Hit]:
    """Ids of countries and territories end in -area, and no others."""
    frame = data["places"]
    broad = frame["place_type"].isin(["country", "territory"])
    ends = frame["place_id"].str.endswith("-area").fillna(False).astype(bool)
    known = frame["place_id"].notna() & frame["place_type"].notna()
    yield from hits(
        "rule-place-id", "places", frame, known & (broad ^ ends) & (broad | (frame["place_type"] != "area").fillna(False)), "place_id",
        lambda row: f"a {row['place_type']} whose id {'does not end' if row['place_type'] in ('country', 'territory') else 'ends'} in -area",
        lambda row: f"write {row['place_id'].removesuffix('-area')}" + ("-area" if row["place_type"] in ("country", "territory") else ""),
    )  # fmt: skip
