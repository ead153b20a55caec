"""Casualty claims among each other: revision chains, parts against wholes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, look_up, places_of, rule, stand_in

ALWAYS_KEPT = (
    "claimant_id",
    "event_id",
    "affected_actor_id",
    "scope",
    "tally",
    "place_id",
    "period_edtf",
)
KEPT_BY_FIGURE = ("victim_group", "type", "cause")


@rule("rule-revision", tables=("casualties",))
def revisions_keep_what_they_revise(data: Data) -> Iterator[Hit]:
    """A revision changes its figure, not what the figure is about; a withdrawal has no figure."""
    frame = data["casualties"]
    claims = data.by_key("casualties")
    revises = frame["revision_of_id"].notna()
    one_half = revises ^ frame["revision_kind"].notna()
    one_half &= ~data.refused("casualties", "revision_of_id", "revision_kind")
    yield from hits(
        "rule-revision", "casualties", frame, one_half, "revision_kind",
        "revision_of_id and revision_kind go together",
    )  # fmt: skip
    linked = frame[revises]
    of = linked["revision_of_id"]
    known = pd.Series(places_of(of, claims.index) >= 0, index=linked.index)
    strict = linked["revision_kind"].isin(["replaces", "corrects"])
    for column in ALWAYS_KEPT + KEPT_BY_FIGURE:
        was = look_up(of, claims[column]).astype("string").fillna("")
        now = linked[column].astype("string").fillna("")
        unsure = frame.loc[data.refused("casualties", column), "casualty_id"].dropna()
        wrong = known & (was != now) & ~of.isin(unsure)
        if column in KEPT_BY_FIGURE:
            wrong &= strict
        yield from hits(
            "rule-revision", "casualties", linked.assign(_was=was), wrong, column,
            lambda row, c=column: f"{c} was {row['_was'] or 'blank'} in {row['revision_of_id']}, which this claim revises",
        )  # fmt: skip
    withdraws = (frame["revision_kind"] == "withdraws").fillna(False)
    gone = frame[withdraws]
    figured = gone[["low", "best", "high"]].notna().any(axis=1)
    yield from hits(
        "rule-revision", "casualties", gone, figured, "revision_kind", "a withdrawal has no figure"
    )


@rule("rule-children-floor", tables=("casualties", "events"))
def parts_do_not_exceed_the_whole(data: Data) -> Iterator[Hit]:
    """What children claim at least, summed, against the most that the parent's claims allow.

    Whole claims of the same actor, group and type; per child the lowest number of any claim.
    """
    if not data.whole("casualties"):
        return
    claims = data["casualties"]
    revised = stand_in(claims["casualty_id"], claims["revision_of_id"])
    plain = (claims["scope"] == "whole") & (claims["tally"] == "cumulative") & ~revised
    plain &= (
        claims["period_edtf"].isna()
        & claims["place_id"].isna()
        & claims["type"].isin(["killed", "wounded"])
    )
    plain &= ~claims["cause"].isin(["accident", "indirect"]) & (
        claims["method"] != "reporter_arithmetic"
    )
    claims = claims[plain.fillna(False).astype(bool)]
    if claims.empty:
        return
    cell = ["affected_actor_id", "victim_group", "type"]
    by = ["event_id", *cell]
    least, most = claims["low"].fillna(claims["best"]), claims["high"].fillna(claims["best"])
    cells = claims[by].assign(least=least, most=most, open=most.isna()).groupby(by)
    floor = cells["least"].min()
    ceiling = (
        cells["most"].max().mask(cells["open"].any())
    )  # who sets no upper number limits nothing
    events = data.by_key("events")
    children = floor.reset_index()
    children["event_id"] = look_up(children["event_id"], events["parent_event_id"])
    sums = children.dropna(subset="event_id").groupby(["event_id", *cell])["least"].sum()
    both = pd.DataFrame({"sum": sums}).join(ceiling.rename("most"), how="inner").dropna()
    worse = both[both["sum"] > both["most"]]
    for where, row in worse.iterrows():
        event = where[0]  # type: ignore[index]
        here = claims["event_id"] == event
        for column, value in zip(cell, where[1:], strict=True):  # type: ignore[index]
            here &= claims[column] == value
        yield Hit(
            "rule-children-floor", "casualties", int(claims.index[here][-1]), "event_id",
            f"the parts of {event} claim at least {row['sum']:g} together, the whole at most {row['most']:g}",
            value=str(event),
        )  # fmt: skip
