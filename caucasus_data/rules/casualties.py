"""Casualty claims among each other: revision chains, parts against wholes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.rules.lookup import places_of, stand_in

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
    revises = frame.present("revision_of_id")
    one_half = revises ^ frame.present("revision_kind")
    one_half &= ~data.refused("casualties", "revision_of_id", "revision_kind")
    yield from hits(
        "rule-revision", "casualties", frame, one_half, "revision_kind",
        "revision_of_id and revision_kind go together",
    )  # fmt: skip
    linked = frame[revises]
    places = places_of(linked, "revision_of_id", claims.index)
    linked, places = linked.at_rows(np.flatnonzero(places >= 0)), places[places >= 0]
    strict = linked.among("revision_kind", ("replaces", "corrects"))
    revised = claims.at_rows(places)
    for column in ALWAYS_KEPT + KEPT_BY_FIGURE:
        wrong = pd.Series(linked.marks(column) != revised.marks(column), index=linked.index)
        if column in KEPT_BY_FIGURE:
            wrong &= strict
        if not wrong.any():
            continue
        unsure = frame.loc[data.refused("casualties", column), "casualty_id"].dropna()
        wrong &= ~linked["revision_of_id"].isin(unsure)
        was = revised[column].set_axis(linked.index)
        yield from hits(
            "rule-revision", "casualties", linked.assign(_was=was), wrong, column,
            lambda row, c=column: f"{c} was {'blank' if pd.isna(row['_was']) else row['_was']} in {row['revision_of_id']}, which this claim revises",
        )  # fmt: skip
    gone = frame[frame.among("revision_kind", ("withdraws",))]
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
    plain = claims.among("scope", ("whole",)) & claims.among("tally", ("cumulative",))
    plain &= claims.among("type", ("killed", "wounded"))
    plain &= ~claims.present("period_edtf") & ~claims.present("place_id")
    plain &= claims.present("cause") & ~claims.among("cause", ("accident", "indirect"))
    plain &= claims.present("method") & ~claims.among("method", ("reporter_arithmetic",))
    plain &= ~stand_in(claims.ids("casualty_id"), claims.ids("revision_of_id"))
    # only events that are part of one with claims, and those that have parts, say anything
    events = data.by_key("events")
    places = places_of(claims, "event_id", events.index)
    has_claims = np.zeros(len(events) + 1, bool)
    has_claims[places[plain.to_numpy(bool)]] = True
    has_claims[-1] = False
    whole = places_of(events, "parent_event_id", events.index)
    part = has_claims[:-1] & has_claims[whole]
    concerned = np.append(part, False)
    concerned[whole[part]] = True
    claims = claims[plain & concerned[places]]
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
    parent_of = events["parent_event_id"][part].astype("object").to_dict()
    children = floor.reset_index()
    children["event_id"] = children["event_id"].map(parent_of)
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
