"""Evidence: who needs a source, what confirmed means, what a citation may point at."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, look_up, rule

NEEDS_CITATION = ("events", "agreements", "memberships", "membership_qualifiers")
HAS_CONFIDENCE = ("events", "agreements", "memberships")
PRIMARY = ("treaty_text", "legal_act", "body_decision", "court_ruling", "body_page")


@rule("rule-uncited", tables=("citations",))
def records_are_cited(data: Data) -> Iterator[Hit]:
    """Each such record has a citation that is more than context."""
    citations = data["citations"]
    cited = set(citations.loc[citations["stance"] != "context", "record_id"].dropna())
    cited |= data.lost_keys.get("citations", frozenset())
    for table in NEEDS_CITATION:
        if data.has(table):
            frame = data[table]
            key = data.spec[table].single_key or ""
            bare = frame[key].notna() & ~frame[key].isin(cited)
            yield from hits(
                "rule-uncited", table, frame, bare, None,
                lambda row, key=key: f"nothing in citations supports {row[key]}",
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


@rule("rule-confirmed", tables=("citations", "sources"))
def confirmed_rests_on_independent_sources(data: Data) -> Iterator[Hit]:
    """Two supporting sources of different origin and alignment, or one primary text."""
    sources = data["sources"].dropna(subset="source_id").drop_duplicates("source_id")
    citations = data["citations"]
    supports = citations[(citations["stance"] == "supports").fillna(False)][["record_id", "source_id"]]
    supports = supports.dropna().drop_duplicates()
    origin = origins(sources)
    known = sources.set_index("source_id")
    supports = supports.assign(
        origin=supports["source_id"].map(origin).astype("object"),
        alignment=look_up(supports["source_id"], known["alignment"]).astype("object"),
        primary=look_up(supports["source_id"], known["source_type"]).isin(PRIMARY),
    )
    by_record = supports.groupby("record_id")
    enough = by_record["primary"].any() | ((by_record["origin"].nunique() >= 2) & (by_record["alignment"].nunique() >= 2))
    for table in HAS_CONFIDENCE:
        if not data.has(table):
            continue
        frame = data[table]
        key = data.spec[table].single_key or ""
        verdict = frame[key].map(enough)
        weak = (frame["confidence"] == "confirmed").fillna(False) & verdict.notna() & (verdict == False)  # noqa: E712
        yield from hits(
            "rule-confirmed", table, frame, weak, "confidence",
            "its supporting sources are not two of different origin and alignment, and none is primary",
        )  # fmt: skip


@rule("rule-citation-field", tables=("citations",))
def citations_name_columns(data: Data) -> Iterator[Hit]:
    """field is a column of the cited record's table, or ``*``."""
    frame = data["citations"]
    tables = frame["record_id"].map(data.table_of)
    allowed = {
        (table.name, column.name) for table in data.spec.raw_tables for column in table.raw_columns
    }
    pairs = pd.Series(list(zip(tables, frame["field"], strict=True)), index=frame.index, dtype="object")
    wrong = tables.notna() & frame["field"].notna() & (frame["field"] != "*").fillna(False) & ~pairs.isin(allowed)
    yield from hits(
        "rule-citation-field", "citations", frame.assign(_table=tables), wrong, "field",
        lambda row: f"{row['_table']} has no column {row['field']!r}",
    )  # fmt: skip


@rule("rule-contradiction-value", tables=("citations",))
def contradictions_are_quoted(data: Data) -> Iterator[Hit]:
    """Who says otherwise is quoted with what they say."""
    frame = data["citations"]
    silent = (frame["stance"] == "contradicts").fillna(False) & frame["value"].isna()
    yield from hits("rule-contradiction-value", "citations", frame, silent, "value", "the source contradicts the row, but what it says is blank")
