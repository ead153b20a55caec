"""Casualty claims among each other: revision chains, parts against wholes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, look_up, rule

ALWAYS_KEPT = ("claimant_id", "event_id", "affected_actor_id", "scope", "tally", "place_id", "period_edtf")
KEPT_BY_FIGURE = ("victim_group", "type", "cause")


@rule("rule-revision", tables=("casualties",))
def revisions_keep_what_they_revise(data: Data) -> Iterator[Hit]:
    """A revision changes its figure, not what the figure is about; a withdrawal has no figure."""
    frame = data["casualties"]
    claims = data.by_key("casualties")
    revises = frame["revision_of_id"].notna()
    one_half = revises ^ frame["revision_kind"].notna()
    yield from hits(
        "rule-revision", "casualties", frame, one_half, "revision_kind",
        "revision_of_id and revision_kind go together",
    )  # fmt: skip
    of = frame["revision_of_id"]
    known = revises & of.isin(claims.index)
    strict = frame["revision_kind"].isin(["replaces", "corrects"])
    for column in ALWAYS_KEPT + KEPT_BY_FIGURE:
        was = look_up(of, claims[column]).astype("string").fillna("")
        now = frame[column].astype("string").fillna("")
        wrong = known & (was != now)
        if column in KEPT_BY_FIGURE:
            wrong &= strict
        yield from hits(
            "rule-revision", "casualties", frame.assign(_was=was), wrong, column,
            lambda row, c=column: f"{c} was {row['_was'] or 'blank'} in {row['revision_of_id']}, which this claim revises",
        )  # fmt: skip
    withdraws = (frame["revision_kind"] == "withdraws").fillna(False)
    figured = frame[["low", "best", "high"]].notna().any(axis=1)
    yield from hits("rule-revision", "casualties", frame, withdraws & figured, "revision_kind", "a withdrawal has no figure")


@rule("rule-children-floor", tables=("casualties", "events"))
def parts_do_not_exceed_the_whole(data: Data) -> Iterator[Hit]:
    """What children claim at least, summed, against the most that the parent's claims allow.

    Whole claims of the same actor, group and type; per child the lowest number of any claim.
    """
    claims = data["casualties"]
    revised = set(claims["revision_of_id"].dropna())
    plain = (claims["scope"] == "whole") & (claims["tally"] == "cumulative") & ~claims["casualty_id"].isin(revised)
    plain &= claims["period_edtf"].isna() & claims["place_id"].isna() & claims["type"].isin(["killed", "wounded"])
    plain &= ~claims["cause"].isin(["accident", "indirect"]) & (claims["method"] != "reporter_arithmetic")
    claims = claims[plain.fillna(False).astype(bool)]
    if claims.empty:
        return
    cell = ["affected_actor_id", "victim_group", "type"]
    floor = claims.assign(least=claims["low"].fillna(claims["best"])).groupby(["event_id", *cell])["least"].min()
    ceiling = claims.assign(most=claims["high"].fillna(claims["best"])).groupby(["event_id", *cell])["most"].agg(lambda s: s.max() if s.notna().all() else pd.NA)
    events = data.by_key("events")
    children = floor.reset_index()
    children["event_id"] = look_up(children["event_id"], events["parent_event_id"])
    sums = children.dropna(subset="event_id").groupby(["event_id", *cell])["least"].sum()
    both = pd.DataFrame({"sum": sums}).join(ceiling.rename("most"), how="inner").dropna()
    worse = both[both["sum"] > both["most"]]
    for where, row in worse.iterrows():
        event = where[0]  # type: ignore[index]
        at = claims.index[(claims["event_id"] == event) & (claims[cell] == list(where[1:])).all(axis=1)]  # type: ignore[index]
        yield Hit(
            "rule-children-floor", "casualties", int(at[-1]), "event_id",
            f"the parts of {event} claim at least {row['sum']:g} together, the whole at most {row['most']:g}",
            value=str(event),
        )  # fmt: skip
