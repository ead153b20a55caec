"""The ledgers (exclusions, gaps, retired): a stale line in any of them is an error.

Waivers are judged by ``validate``, which alone knows what was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.derive.sides import stance_of
from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.rules.lookup import stand_in


@rule("rule-stale-exclusion", tables=("exclusions", "citations", "casualties", "figures"))
def duplicates_have_an_original(data: Data) -> Iterator[Hit]:
    """A statement excluded as a duplicate says what its source is cited for elsewhere."""
    frame = data["exclusions"]
    used = {
        source
        for name in ("citations", "casualties", "figures")
        for source in data[name].different("source_id")
    }
    bare = (
        (frame["reason"] == "duplicate").fillna(False)
        & frame["source_id"].notna()
        & ~frame["source_id"].isin(used)
    )
    if data.whole("citations", "casualties", "figures"):
        yield from hits(
            "rule-stale-exclusion", "exclusions", frame, bare, "reason",
            lambda row: f"a duplicate of what? Nothing cites {row['source_id']}",
            "cite the source where the statement is coded, or give another reason",
        )  # fmt: skip


@rule("rule-stale-exclusion", tables=("exclusions",))
def statements_are_excluded_once(data: Data) -> Iterator[Hit]:
    """One statement at one place of a source is excluded once."""
    frame = data["exclusions"]
    again = (
        frame.duplicated(["source_id", "locator", "statement"], keep="first")
        & frame["statement"].notna()
    )
    again &= frame["exclusion_id"].notna()
    yield from hits(
        "rule-stale-exclusion",
        "exclusions",
        frame,
        again,
        None,
        "this statement is already excluded",
    )


@rule("rule-stale-gap", tables=("gaps", "casualties", "event_actors", "actors"))
def gaps_are_empty(data: Data) -> Iterator[Hit]:
    """No claim fills the cell that a gap says is empty."""
    gaps = data["gaps"]
    if gaps.empty or not data.whole("casualties", "event_actors", "actors"):
        return
    events = gaps.ids("event_id")
    claims, roles = (
        table[stand_in(table.ids("event_id"), events)]
        for table in (data["casualties"], data["event_actors"])
    )
    stance = stance_of(claims, roles, data["actors"].frame())
    cells = set(
        zip(claims["event_id"], claims["affected_actor_id"], claims["type"], stance, strict=True)
    )
    own = list(
        zip(
            gaps["event_id"],
            gaps["affected_actor_id"],
            gaps["type"],
            gaps["stance_of_claimant"],
            strict=True,
        )
    )
    filled = pd.Series([cell in cells for cell in own], index=gaps.index)
    told = gaps[["event_id", "affected_actor_id", "type", "stance_of_claimant"]].notna().all(axis=1)
    filled &= told
    yield from hits("rule-stale-gap", "gaps", gaps, filled, None, "a claim fills this cell")
    again = gaps.duplicated(
        ["event_id", "affected_actor_id", "type", "stance_of_claimant"], keep="first"
    )
    yield from hits(
        "rule-stale-gap",
        "gaps",
        gaps,
        again & told & ~filled & gaps["gap_id"].notna(),
        None,
        "this gap stands twice",
    )


@rule("rule-stale-retired", tables=("retired",))
def retired_lines_retire_something(data: Data) -> Iterator[Hit]:
    """A retired id was published, and its successor exists."""
    frame = data["retired"]
    if frame.empty:
        return
    published: set[str] = set()
    for table in data.spec.record_tables:
        before = data.published.get(table.name)
        if before is not None:
            published |= set(before[table.single_key or ""].dropna())
    if data.published:
        # a line of an older release stays forever: only lines not yet published are judged
        earlier = (
            set(data.published["retired"]["record_id"].dropna())
            if "retired" in data.published
            else set()
        )
        never = frame["record_id"].notna() & ~frame["record_id"].isin(published | earlier)
        yield from hits(
            "rule-stale-retired", "retired", frame, never, "record_id",
            lambda row: f"{row['record_id']} was never published",
        )  # fmt: skip
