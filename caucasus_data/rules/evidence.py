"""Evidence: who needs a source, what confirmed means, what a citation may point at."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.rules.frames import IdCells, LazyFrame
from caucasus_data.rules.lookup import at, grouped, places_of, stand_in

NEEDS_CITATION = ("events", "agreements", "memberships", "membership_qualifiers")
HAS_CONFIDENCE = ("events", "agreements", "memberships")
_WEIGHED = ("source_type", "alignment", "origin_source_id")
PRIMARY = ("treaty_text", "legal_act", "body_decision", "court_ruling", "body_page")


@rule("rule-uncited", tables=("citations",))
def records_are_cited(data: Data) -> Iterator[Hit]:
    """Each such record has a citation that is more than context."""
    citations = data["citations"]
    # a blank or refused stance is a finding of its own: the record is not blamed for it again
    cited = citations[~citations.among("stance", ("context",))].ids("record_id")
    for table in NEEDS_CITATION:
        if data.has(table):
            frame = data[table]
            key = data.spec[table].single_key or ""
            ids = frame.ids(key)
            bare = frame.present(key) & ~stand_in(ids, cited) & ~data.lost("citations", ids)
            yield from hits(
                "rule-uncited", table, frame, bare, None,
                lambda row, key=key: f"nothing in citations supports {row[key]}",
                lambda row, key=key: f"add a line to citations.csv that begins {row[key]},*, and the id of its source",
            )  # fmt: skip


def origins(sources: LazyFrame) -> pd.Series[str]:
    """Source id to the source that it goes back to (itself if it repeats nobody)."""
    ids = sources["source_id"]
    origin = dict(zip(ids, sources["origin_source_id"].fillna(ids), strict=True))

    def root(source: str) -> str:
        seen = {source}
        while (up := origin.get(source, source)) not in seen:
            seen.add(up)
            source = up
        return source

    return pd.Series({source: root(source) for source in origin}, dtype="object")


@dataclass(frozen=True)
class _Support:
    """Which records are cited in support, and whether by enough."""

    records: pd.Series[str] | IdCells
    enough: npt.NDArray[np.bool_]

    def lacking(self, cells: pd.Series[str] | IdCells) -> npt.NDArray[np.bool_]:
        """Whether each cell is a record that is cited, but not by enough."""
        return stand_in(cells, at(self.records, np.flatnonzero(~self.enough))).to_numpy(bool)


def _enough(
    records: pd.Series[str] | IdCells,
    source: npt.NDArray[np.int64],
    origin: npt.NDArray[np.int64],
    alignment: npt.NDArray[np.int64],
    primary: npt.NDArray[np.bool_],
) -> _Support:
    """Weigh the supporting citations of each record; ``source`` is the row of each one's source,
    -1 if there is none, the others are by source (-1: none)."""
    group, first = grouped(records)
    group_of, source = group.astype(np.int32), source.astype(np.int32)
    del group
    if (source < 0).any():
        group_of, source = group_of[source >= 0], source[source >= 0]
    enough = np.zeros(len(first), bool)
    enough[group_of[primary[source]]] = True
    several = np.ones(len(first), bool)
    for of_source in (origin, alignment):
        marks = of_source.astype(np.int32)[source]
        one = np.full(len(first), -1, np.int32)
        told = marks >= 0
        if told.all():
            one[group_of] = marks
        else:
            one[group_of[told]] = marks[told]
        other = np.zeros(len(first), bool)
        other[group_of[told & (marks != one[group_of])]] = True
        several &= other
    return _Support(at(records, first), enough | several)


@rule("rule-confirmed", tables=("citations", "sources"))
def confirmed_rests_on_independent_sources(data: Data) -> Iterator[Hit]:
    """Two supporting sources of different origin and alignment, or one primary text."""
    sources = data["sources"].dropna(subset="source_id").drop_duplicates("source_id")
    citations = data["citations"]
    supports = citations[citations.among("stance", ("supports",)) & citations.present("source_id")]
    origin = origins(sources)
    known = sources.set_index("source_id")
    enough = _enough(
        supports.ids("record_id"),
        places_of(supports, "source_id", known.index),
        pd.factorize(known["source_id"].map(origin).astype("object"))[0],
        pd.factorize(known["alignment"].astype("object"))[0],
        known["source_type"].isin(PRIMARY).to_numpy(bool),
    )
    # of a record with a citation or a source that was refused nothing is said
    gone = set(sources.loc[data.refused("sources", *_WEIGHED), "source_id"])
    named = pd.Series(citations.different("source_id"), dtype="string")
    gone |= set(named[data.lost("sources", named)])
    broken = citations.among("source_id", gone) | data.refused("citations", "source_id", "stance")
    unsure = citations[broken].ids("record_id")
    for table in HAS_CONFIDENCE:
        if not data.has(table):
            continue
        frame = data[table]
        key = data.spec[table].single_key or ""
        ids = frame.ids(key)
        weak = frame.among("confidence", ("confirmed",)) & frame.present(key) & enough.lacking(ids)
        weak &= ~(stand_in(ids, unsure) | data.lost("citations", ids))
        yield from hits(
            "rule-confirmed", table, frame, weak, "confidence",
            "its supporting sources are not two of different origin and alignment, and none is primary",
        )  # fmt: skip


@rule("rule-citation-field", tables=("citations",))
def citations_name_columns(data: Data) -> Iterator[Hit]:
    """field is a column of the cited record's table, or ``*``."""
    frame = data["citations"]
    frame = frame[frame.present("field") & ~frame.among("field", ("*",))]
    ids = frame.ids("record_id")
    left = pd.Series(True, index=frame.index)
    for table in data.spec.record_tables:
        if table.name not in data.frames:
            continue
        here = left & data.names_row_of((table.name,), ids)
        left &= ~here
        columns = [column.name for column in table.raw_columns]
        yield from hits(
            "rule-citation-field", "citations", frame, here & ~frame.among("field", columns), "field",
            lambda row, table=table: f"{table.name} has no column {row['field']!r}",
            lambda row, columns=columns: _nearest_column(str(row["field"]), columns),
        )  # fmt: skip


def _nearest_column(name: str, columns: list[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else ""


@rule("rule-contradiction-value", tables=("citations",))
def contradictions_are_quoted(data: Data) -> Iterator[Hit]:
    """Who says otherwise is quoted with what they say."""
    frame = data["citations"]
    frame = frame[frame.among("stance", ("contradicts",))]
    silent = ~frame.present("value")
    yield from hits(
        "rule-contradiction-value",
        "citations",
        frame,
        silent,
        "value",
        "the source contradicts the row, but what it says is blank",
    )
