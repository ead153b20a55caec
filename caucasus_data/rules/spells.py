"""Membership spells: tracks, overlaps, bases, ``never``."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.spec.tracks import track_of


@rule("rule-overlap", tables=("memberships",))
def spells_do_not_overlap(data: Data) -> Iterator[Hit]:
    """Two spells of a pair on one track: the later certainly begins before the earlier ends."""
    frame = data["memberships"]
    frame = frame.assign(track=frame["status"].map(track_of(data.spec)))
    frame = frame[
        frame["track"].notna() & (frame["track"] != "none") & frame["start_earliest"].notna()
    ]
    frame = frame[frame.duplicated(["actor_id", "organization_id", "track"], keep=False)]
    if frame.empty:
        return
    frame = frame.sort_values(
        ["actor_id", "organization_id", "track", "start_earliest", "start_latest"], kind="stable"
    )
    group = frame.groupby(["actor_id", "organization_id", "track"], sort=False)
    never_ends = frame["end_edtf"].isna() & frame["end_basis"].isna()
    end = frame["end_earliest"].where(~never_ends, data.coverage_end + pd.Timedelta(days=1))
    before = pd.DataFrame(
        {
            "end": end.groupby(
                [frame[c] for c in ("actor_id", "organization_id", "track")], sort=False
            ).shift(),
            "id": group["membership_id"].shift(),
        },
        index=frame.index,
    )
    overlap = frame["start_latest"] < before["end"]
    marked = frame.assign(_other=before["id"])
    yield from hits(
        "rule-overlap", "memberships", marked, overlap, "start_edtf",
        lambda row: f"{row['actor_id']} already has a {row['track']} status in {row['organization_id']} on that day: {row['_other']}",
    )  # fmt: skip


@rule("rule-never", tables=("memberships",))
def never_stands_alone(data: Data) -> Iterator[Hit]:
    """``never`` is the pair's only row and has no dates."""
    frame = data["memberships"]
    never = (frame["status"] == "never").fillna(False).astype(bool)
    if not never.any():
        return
    several = frame.duplicated(["actor_id", "organization_id"], keep=False)
    yield from hits(
        "rule-never", "memberships", frame, never & several, "status",
        lambda row: f"{row['actor_id']} has other rows in {row['organization_id']}",
    )  # fmt: skip
    dated = frame[["start_edtf", "start_basis", "end_edtf", "end_basis"]].notna().any(axis=1)
    yield from hits(
        "rule-never",
        "memberships",
        frame,
        never & dated & ~several,
        "status",
        "never has no dates and no bases",
    )


@rule("rule-spell-dates", tables=("memberships",))
def spells_have_dates_and_bases(data: Data) -> Iterator[Hit]:
    """A spell has a start with its basis; an end date has a basis and the reverse."""
    frame = data["memberships"]
    spell = (frame["status"] != "never").fillna(False)
    for one in ("start_edtf", "start_basis"):
        yield from hits(
            "rule-spell-dates", "memberships", frame, spell & frame[one].isna(), one,
            lambda row, one=one: f"a spell needs {one}",
        )  # fmt: skip
    yield from hits(
        "rule-spell-dates", "memberships", frame, frame["end_edtf"].notna() & frame["end_basis"].isna(), "end_basis",
        "an end needs its basis", "write unknown if the basis is not known",
    )  # fmt: skip
    yield from hits(
        "rule-spell-dates", "memberships", frame, frame["end_basis"].notna() & frame["end_edtf"].isna(), "end_edtf",
        "an end basis needs a date", "write the widest date that is certain, such as [2001..2010]",
    )  # fmt: skip
