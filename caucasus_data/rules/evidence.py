"""Evidence: who needs a source, what confirmed means, what a citation may point at."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, grouped, hits, places_of, rule, stand_in

NEEDS_CITATION = ("events", "agreements", "memberships", "membership_qualifiers")
HAS_CONFIDENCE = ("events", "agreements", "memberships")
_WEIGHED = ("source_type", "alignment", "origin_source_id")
PRIMARY = ("treaty_text", "legal_act", "body_decision", "court_ruling", "body_page")


@rule("rule-uncited", tables=("citations",))
def records_are_cited(data: Data) -> Iterator[Hit]:
    """Each such record has a citation that is more than context."""
    citations = data["citations"]
    cited = citations[(citations["stance"] != "context").fillna(False)]["record_id"]
    for table in NEEDS_CITATION:
        if data.has(table):
            frame = data[table]
            key = data.spec[table].single_key or ""
            bare = frame[key].notna() & ~stand_in(frame[key], cited)
            bare &= ~data.lost("citations", frame[key])
            yield from hits(
                "rule-uncited", table, frame, bare, None,
                lambda row, key=key: f"nothing in citations supports {row[key]}",
                lambda row, key=key: f"add a line to citations.csv that begins {row[key]},*, and the id of its source",
            )  # fmt: skip


def origins(sources: pd.DataFrame) -> pd.Series[str]:
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

    records: pd.Series[str]
    enough: npt.NDArray[np.bool_]

    def lacking(self, cells: pd.Series[str]) -> npt.NDArray[np.bool_]:
        """Whether each cell is a record that is cited, but not by enough."""
        short = self.records[~self.enough]
        return stand_in(cells, short).to_numpy(bool) & cells.notna().to_numpy(bool)


def _enough(
    records: pd.Series[str],
    source: npt.NDArray[np.int64],
    origin: npt.NDArray[np.int64],
    alignment: npt.NDArray[np.int64],
    primary: npt.NDArray[np.bool_],
) -> _Support:
    """Weigh the supporting citations of each record; ``source`` is the row of each one's source,
    -1 if there is none, the others are by source (-1: none)."""
    group, first = grouped(records)
    known = source >= 0
    group_of, source = group[known], source[known]
    enough = np.zeros(len(first), bool)
    enough[group_of[primary[source]]] = True
    several = np.ones(len(first), bool)
    for marks in (origin[source], alignment[source]):
        one = np.full(len(first), -1)
        told = marks >= 0
        one[group_of[told]] = marks[told]
        other = np.zeros(len(first), bool)
        other[group_of[told & (marks != one[group_of])]] = True
        several &= other
    return _Support(records.iloc[first], enough | several)


@rule("rule-confirmed", tables=("citations", "sources"))
def confirmed_rests_on_independent_sources(data: Data) -> Iterator[Hit]:
    """Two supporting sources of different origin and alignment, or one primary text."""
    sources = data["sources"].dropna(subset="source_id").drop_duplicates("source_id")
    citations = data["citations"]
    supports = citations[
        (citations["stance"] == "supports").fillna(False) & citations["source_id"].notna()
    ]
    origin = origins(sources)
    known = sources.set_index("source_id")
    enough = _enough(
        supports["record_id"],
        places_of(supports["source_id"], known.index),
        pd.factorize(known["source_id"].map(origin).astype("object"))[0],
        pd.factorize(known["alignment"].astype("object"))[0],
        known["source_type"].isin(PRIMARY).to_numpy(bool),
    )
    # of a record with a citation or a source that was refused nothing is said
    broken = citations["source_id"].isin(
        sources.loc[data.refused("sources", *_WEIGHED), "source_id"]
    )
    broken |= data.lost("sources", citations["source_id"])
    broken |= data.refused("citations", "source_id", "stance")
    unsure = citations[broken]["record_id"]
    for table in HAS_CONFIDENCE:
        if not data.has(table):
            continue
        frame = data[table]
        key = data.spec[table].single_key or ""
        weak = (frame["confidence"] == "confirmed").fillna(False) & enough.lacking(frame[key])
        weak &= ~(stand_in(frame[key], unsure) | data.lost("citations", frame[key]))
        yield from hits(
            "rule-confirmed", table, frame, weak, "confidence",
            "its supporting sources are not two of different origin and alignment, and none is primary",
        )  # fmt: skip


@rule("rule-citation-field", tables=("citations",))
def citations_name_columns(data: Data) -> Iterator[Hit]:
    """field is a column of the cited record's table, or ``*``."""
    frame = data["citations"]
    frame = frame[frame["field"].notna() & (frame["field"] != "*").fillna(False)]
    left = pd.Series(True, index=frame.index)
    for table in data.spec.record_tables:
        if table.name not in data.frames:
            continue
        here = left & data.names_row_of((table.name,), frame["record_id"])
        left &= ~here
        columns = [column.name for column in table.raw_columns]
        yield from hits(
            "rule-citation-field", "citations", frame, here & ~frame["field"].isin(columns), "field",
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
    silent = (frame["stance"] == "contradicts").fillna(False) & frame["value"].isna()
    yield from hits(
        "rule-contradiction-value",
        "citations",
        frame,
        silent,
        "value",
        "the source contradicts the row, but what it says is blank",
    )
