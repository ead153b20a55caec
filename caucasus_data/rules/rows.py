"""Rules that one row can break by itself: numbers, bounds, halves that belong together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, Frame, hits, rule
from caucasus_data.rules.frames import LazyFrame
from caucasus_data.rules.lookup import look_up

BOUND_CELLS = {
    "exact": ("low", "best", "high"),
    "at_least": ("low",),
    "more_than": ("low",),
    "about": ("best",),
    "up_to": ("high",),
    "less_than": ("high",),
    "range": ("low", "high"),
    "words_only": (),
}
"""Which number cells a claim of each bound fills; ``range`` may fill ``best`` too."""

_NUMBERS = ("low", "best", "high")


def _numbers_in_order(table: str, frame: Frame) -> Iterator[Hit]:
    for small, large in (("low", "best"), ("best", "high"), ("low", "high")):
        if (small, large) == ("low", "high"):
            wrong = (frame["low"] > frame["high"]) & frame["best"].isna()
        else:
            wrong = frame[small] > frame[large]
        yield from hits(
            "rule-numbers-order", table, frame, wrong, large,
            lambda row, s=small, b=large: f"{b} {row[b]:g} is less than {s} {row[s]:g}",
        )  # fmt: skip


def _bound_agrees(table: str, frame: LazyFrame, unsure: pd.Series[bool]) -> Iterator[Hit]:
    withdrawn = unsure
    if "revision_kind" in frame:
        withdrawn = withdrawn | frame.among("revision_kind", ("withdraws",))
    filled = {cell: frame.present(cell) for cell in _NUMBERS}
    for bound, wanted in BOUND_CELLS.items():
        here = frame.among("bound", (bound,)) & ~withdrawn
        if not here.any():
            continue
        optional = ("best",) if bound == "range" else ()
        missing = pd.Series(False, index=frame.index)
        extra = pd.Series(False, index=frame.index)
        for cell in _NUMBERS:
            if cell in wanted:
                missing |= ~filled[cell]
            elif cell not in optional:
                extra |= filled[cell]
        cells = ", ".join(wanted) or "no number"
        yield from hits(
            "rule-bound", table, frame, here & (missing | extra), "bound",
            f"bound {bound} fills {cells} and nothing else", f"fill {cells}; clear the others",
        )  # fmt: skip
        if bound == "exact":
            full = here & ~missing
            unequal = full & (
                (frame["low"] != frame["best"]) | (frame["best"] != frame["high"])
            ).fillna(False).astype(bool)
            in_order = (frame["low"] <= frame["best"]) & (frame["best"] <= frame["high"])
            yield from hits(
                "rule-bound", table, frame, unequal & in_order.fillna(False).astype(bool), "bound",
                "bound exact means low = best = high", "write the same number three times, or bound range",
            )  # fmt: skip
    silent = frame.among("bound", ("words_only",)) & ~frame.present("value_text") & ~withdrawn
    yield from hits(
        "rule-bound", table, frame, silent, "value_text",
        "bound words_only needs the claim's words in value_text", "write the words that give the claim its size",
    )  # fmt: skip


@rule("rule-numbers-order", "rule-bound", tables=("casualties",))
def claims_hold_together(data: Data) -> Iterator[Hit]:
    """Numbers of casualty claims are in order and agree with their bound."""
    yield from _numbers_in_order("casualties", data["casualties"])
    yield from _bound_agrees(
        "casualties",
        data["casualties"],
        data.refused("casualties", *_NUMBERS, "value_text", "revision_kind"),
    )


@rule("rule-numbers-order", "rule-bound", tables=("figures",))
def figures_hold_together(data: Data) -> Iterator[Hit]:
    """The same for other figures."""
    yield from _numbers_in_order("figures", data["figures"])
    yield from _bound_agrees(
        "figures", data["figures"], data.refused("figures", *_NUMBERS, "value_text")
    )


@rule("rule-figure-subject", tables=("figures",))
def figure_has_one_subject(data: Data) -> Iterator[Hit]:
    """A figure is about exactly one event or agreement."""
    frame = data["figures"]
    both = frame["event_id"].notna() & frame["agreement_id"].notna()
    none = frame["event_id"].isna() & frame["agreement_id"].isna()
    yield from hits(
        "rule-figure-subject",
        "figures",
        frame,
        (both | none) & ~data.refused("figures", "event_id", "agreement_id"),
        "event_id",
        "a figure is about exactly one event or one agreement",
    )


@rule("rule-coordinates", tables=("places", "events"))
def points_are_whole(data: Data) -> Iterator[Hit]:
    """Latitude and longitude go together, and are not swapped."""
    for table in ("places", "events"):
        frame = data[table]
        latitude, longitude = frame["latitude"], frame["longitude"]
        half = (latitude.notna() ^ longitude.notna()) & ~data.refused(
            table, "latitude", "longitude"
        )
        yield from hits(
            "rule-coordinates", table, frame, half, "latitude",
            "latitude and longitude go together; one of them is blank",
        )  # fmt: skip
    frame = data["places"]
    near = frame["country"].isin(["ARM", "AZE", "GEO"])
    as_is = _in_caucasus(frame["latitude"], frame["longitude"])
    swapped = _in_caucasus(frame["longitude"], frame["latitude"])
    yield from hits(
        "rule-coordinates", "places", frame, near & ~as_is & swapped, "latitude",
        "latitude and longitude are swapped",
        lambda row: f"write latitude {row['longitude']}, longitude {row['latitude']}",
    )  # fmt: skip
    yield from hits(
        "rule-coordinates", "places", frame,
        near & ~as_is & ~swapped & frame["latitude"].notna() & frame["longitude"].notna(), "latitude",
        lambda row: f"the point {row['latitude']:g}, {row['longitude']:g} is far outside {row['country']}",
    )  # fmt: skip
    events = data["events"]
    country = look_up(events, "place_id", data.by_key("places")["country"])
    here = country.isin(["ARM", "AZE", "GEO"]) | country.isna()
    swapped = _in_caucasus(events["longitude"], events["latitude"])
    as_is = _in_caucasus(events["latitude"], events["longitude"])
    yield from hits(
        "rule-coordinates", "events", events, here & swapped & ~as_is, "latitude",
        "latitude and longitude are swapped",
        lambda row: f"write latitude {row['longitude']}, longitude {row['latitude']}",
    )  # fmt: skip


def _in_caucasus(latitude: pd.Series[float], longitude: pd.Series[float]) -> pd.Series[bool]:
    """Inside the box 38–44° N, 39–51° E, which holds the three states."""
    inside = latitude.between(38.0, 44.0) & longitude.between(39.0, 51.0)
    return inside.fillna(False).astype(bool)


@rule("rule-where-precision", tables=("events",))
def place_has_its_precision(data: Data) -> Iterator[Hit]:
    """place_id and where_precision are both there or both blank."""
    frame = data["events"]
    yield from hits(
        "rule-where-precision", "events", frame, frame["place_id"].notna() & frame["where_precision"].isna(), "where_precision",
        "the place is given, but not how exactly it is known",
    )  # fmt: skip
    yield from hits(
        "rule-where-precision", "events", frame, frame["place_id"].isna() & frame["where_precision"].notna(), "place_id",
        "where_precision without a place",
    )  # fmt: skip


@rule("rule-according-to", tables=("event_actors",))
def blame_has_an_author(data: Data) -> Iterator[Hit]:
    """initiator and perpetrator say according to whom."""
    frame = data["event_actors"]
    blaming = frame["role"].isin(["initiator", "perpetrator"])
    yield from hits(
        "rule-according-to", "event_actors", frame, blaming & frame["according_to"].isna(), "according_to",
        lambda row: f"the role {row['role']} needs according_to",
    )  # fmt: skip


@rule("rule-stage", tables=("agreements",))
def sub_stage_is_of_its_stage(data: Data) -> Iterator[Hit]:
    """stage_sub belongs to stage, as the vocabulary's terms say."""
    frame = data["agreements"]
    terms = data.spec["agreements"].by_name["stage_sub"].terms
    stage_of = {sub: str(text).split(":")[0] for sub, text in terms.items()}
    wanted = frame["stage_sub"].map(stage_of)
    wrong = (
        ~data.refused("agreements", "stage")
        & frame["stage_sub"].notna()
        & wanted.notna()
        & (frame["stage"].isna() | (frame["stage"] != wanted)).fillna(True)
    )
    yield from hits(
        "rule-stage", "agreements", frame, wrong, "stage_sub",
        lambda row: f"{row['stage_sub']} is a sub-stage of {stage_of[row['stage_sub']]}",
    )  # fmt: skip


@rule("rule-state-code", tables=("actors",))
def state_codes_stand_on_states(data: Data) -> Iterator[Hit]:
    """iso3, cow_code and gw_code on states only."""
    frame = data["actors"]
    other = frame["actor_class"].notna() & ~frame["actor_class"].isin(["state", "historical_state"])
    for code in ("iso3", "cow_code", "gw_code"):
        yield from hits(
            "rule-state-code", "actors", frame, other & frame[code].notna(), code,
            lambda row, code=code: f"{code} on an actor of class {row['actor_class']}",
        )  # fmt: skip


@rule("rule-source-identity", tables=("sources",))
def source_can_be_found_again(data: Data) -> Iterator[Hit]:
    """A source has url, doi, or title with publisher and date."""
    frame = data["sources"]
    named = frame["title"].notna() & frame["publisher"].notna() & frame["published_edtf"].notna()
    lost = frame["url"].isna() & frame["doi"].isna() & ~named
    lost &= ~data.refused("sources", "url", "doi", "title", "publisher", "published_edtf")
    yield from hits(
        "rule-source-identity",
        "sources",
        frame,
        lost,
        None,
        "no address, no DOI, and no date beside title and publisher",
    )


_LINKS = {
    "consequence_of": [("EV", "EV")],
    "response_to": [("EV", "EV")],
    "violates": [("EV", "AG")],
    "implements": [("EV", "AG"), ("AG", "AG")],
    "signed_at": [("AG", "EV")],
    "brings_about": [("EV", "ME"), ("EV", "MQ"), ("EV", "AG")],
}
_BETWEEN_TEXTS = (
    "version_of",
    "amends",
    "extends",
    "supersedes",
    "terminates",
    "annex_to",
    "clarifies",
)
_LINKS.update({name: [("AG", "AG")] for name in _BETWEEN_TEXTS})


_SAID = {"EV": "an event", "AG": "an agreement", "ME": "a spell", "MQ": "a qualifier"}


def _led(first: str, second: str) -> str:
    return f"from {_SAID.get(first, first)} to {_SAID.get(second, second)}"


@rule("rule-link-kind", tables=("links",))
def relation_joins_its_kinds(data: Data) -> Iterator[Hit]:
    """Each relation joins the kinds of records that it is meant for."""
    frame = data["links"]
    pair = frame["from_id"].str[:2] + " " + frame["to_id"].str[:2]
    for relation, pairs in _LINKS.items():
        allowed = [f"{a} {b}" for a, b in pairs]
        wrong = (
            frame["relation"].eq(relation).fillna(False).astype(bool)
            & ~pair.isin(allowed)
            & pair.notna()
        )
        yield from hits(
            "rule-link-kind", "links", frame, wrong, "relation",
            lambda row, pairs=pairs: f"{row['relation']} leads {' or '.join(_led(a, b) for a, b in pairs)}, "
            f"not {_led(row['from_id'][:2], row['to_id'][:2])}",
            lambda row, pairs=pairs: f"turn it around: {row['to_id']},{row['relation']},{row['from_id']}"
            if (row["to_id"][:2], row["from_id"][:2]) in pairs
            else "choose another relation",
        )  # fmt: skip
