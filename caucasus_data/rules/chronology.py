"""Dates: in order, inside parents and lives, inside the scope. A rule on dates fails only when
it is certainly violated: the earliest of the one is past the latest of the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.rules.frames import LazyFrame
from caucasus_data.rules.lookup import look_up, places_of

SCOPE_BEGINS = pd.Timestamp("1988-02-20")

_IN_ORDER = {
    "agreements": [
        ("agreed_edtf", "signed_edtf"),
        ("initialled_edtf", "signed_edtf"),
        ("signed_edtf", "effective_edtf"),
        ("signed_edtf", "ended_edtf"),
        ("effective_edtf", "ended_edtf"),
        ("provisional_edtf", "ended_edtf"),
    ],
    "agreement_parties": [
        ("signed_edtf", "ratified_edtf"),
        ("signed_edtf", "withdrawn_edtf"),
        ("in_force_edtf", "withdrawn_edtf"),
    ],
    "membership_qualifiers": [("start_edtf", "end_edtf")],
    "memberships": [("start_edtf", "end_edtf")],
    "actors": [("founded_edtf", "dissolved_edtf")],
    "names": [("from_edtf", "to_edtf")],
    "casualties": [("as_of_edtf", "claimed_on_edtf")],
}


@rule("rule-dates-order")
def dates_are_in_order(data: Data) -> Iterator[Hit]:
    """Pairs of dates of one row that can't be the other way round."""
    for table, pairs in _IN_ORDER.items():
        if not data.has(table):
            continue
        frame = data[table]
        for first, second in pairs:
            a, b = first.removesuffix("_edtf"), second.removesuffix("_edtf")
            wrong = frame[f"{a}_earliest"] > frame[f"{b}_latest"]
            yield from hits(
                "rule-dates-order", table, frame, wrong, second,
                lambda row, f=first, s=second: f"{s} {row[s]} lies before {f} {row[f]}",
            )  # fmt: skip


@rule("rule-after-coverage", "rule-before-scope")
def dates_are_in_scope(data: Data) -> Iterator[Hit]:
    """Events and claims lie inside the coverage; spells and texts do not lie after it."""
    end = data.coverage_end
    for table, columns in {
        "events": ("date_edtf",),
        "casualties": ("period_edtf", "claimed_on_edtf", "as_of_edtf"),
        "figures": ("claimed_on_edtf",),
        "memberships": ("start_edtf",),
        "membership_qualifiers": ("start_edtf",),
        "agreements": ("agreed_edtf", "initialled_edtf", "signed_edtf", "published_edtf"),
    }.items():
        if not data.has(table):
            continue
        frame = data[table]
        for column in columns:
            stem = column.removesuffix("_edtf")
            yield from hits(
                "rule-after-coverage", table, frame,
                frame.holds(f"{stem}_earliest", lambda days: days > end), column,
                lambda row, c=column: f"{c} {row[c]} lies after the end of coverage, {end:%Y-%m-%d}",
            )  # fmt: skip
    if data.has("events"):
        frame = data["events"]
        early = frame.holds("date_latest", lambda days: days < SCOPE_BEGINS)
        early &= ~frame.among("event_type", ("conflict",))
        yield from hits(
            "rule-before-scope", "events", frame, early, "date_edtf",
            lambda row: f"{row['date_edtf']} lies before 20 February 1988",
        )  # fmt: skip


def _outside(
    data: Data, table: str, frame: LazyFrame, stem: str, parent: str, field: str, code: str
) -> Iterator[Hit]:
    """Rows certainly outside the event that the column ``parent`` names."""
    frame = frame.dropna([parent, field])
    events = data.by_key("events")
    first = look_up(frame, parent, events["date_earliest"])
    last = look_up(frame, parent, events["date_latest"])
    before = frame[f"{stem}_latest"] < first
    after = frame[f"{stem}_earliest"] > last
    outside = frame[before | after]
    marked = outside.assign(_when=look_up(outside, parent, events["date_edtf"]))
    yield from hits(
        code, table, marked, marked.present(field), field,
        lambda row: f"{row[field]} lies outside {row[parent]} ({row['_when']})",
    )  # fmt: skip


@rule("rule-outside-parent", tables=("events",))
def events_lie_inside_their_parents(data: Data) -> Iterator[Hit]:
    """Part of means inside its dates; an interval must not reach past it either."""
    frame = data["events"].dropna(["parent_event_id", "date_edtf"])
    events = data.by_key("events")
    first = look_up(frame, "parent_event_id", events["date_earliest"])
    last = look_up(frame, "parent_event_id", events["date_latest"])
    lasted = frame["date_precision"].isin(["interval", "open"])
    # of an interval both ends happened: each must be able to lie inside the parent
    wrong = (frame["date_latest"] < first) | (frame["date_earliest"] > last)
    wrong |= (
        lasted
        & ((frame["date_earliest"] < first) | (frame["date_latest"] > last))
        & (frame["date_edtf"].str.fullmatch(r"[0-9-]{10}/(?:[0-9-]{10}|\.\.)").fillna(False))
    )
    for cycle in cycles(_never_ending(data, "events", "parent_event_id")):
        wrong &= ~frame["event_id"].isin(cycle)
    outside = frame[wrong.fillna(False)]
    marked = outside.assign(_when=look_up(outside, "parent_event_id", events["date_edtf"]))
    yield from hits(
        "rule-outside-parent", "events", marked, marked.present("date_edtf"), "date_edtf",
        lambda row: f"{row['date_edtf']} lies outside {row['parent_event_id']} ({row['_when']})",
    )  # fmt: skip


@rule("rule-outside-parent", tables=("events", "casualties"))
def claims_lie_inside_their_events(data: Data) -> Iterator[Hit]:
    """A claim's period lies inside its event."""
    frame = data["casualties"]
    yield from _outside(
        data, "casualties", frame, "period", "event_id", "period_edtf", "rule-outside-parent"
    )


@rule("rule-outside-life", tables=("actors", "memberships"))
def spells_lie_inside_lives(data: Data) -> Iterator[Hit]:
    """A spell begins after both were founded and does not outlast them."""
    frame = data["memberships"]
    actors = data.by_key("actors")
    for column in ("organization_id", "actor_id"):
        founded = look_up(frame, column, actors["founded_earliest"])
        dissolved = look_up(frame, column, actors["dissolved_latest"])
        marked = frame.assign(
            _founded=look_up(frame, column, actors["founded_edtf"]),
            _gone=look_up(frame, column, actors["dissolved_edtf"]),
        )
        yield from hits(
            "rule-outside-life", "memberships", marked, frame["start_latest"] < founded, "start_edtf",
            lambda row, c=column: f"{row['start_edtf']} lies before {row[c]} was founded ({row['_founded']})",
        )  # fmt: skip
        open_end = (
            frame["end_edtf"].isna()
            & frame["end_basis"].isna()
            & (frame["status"] != "never").fillna(False)
        )
        late = (frame["end_earliest"] > dissolved) | (open_end & (dissolved < data.coverage_end))
        late |= frame["start_earliest"] > dissolved
        yield from hits(
            "rule-outside-life", "memberships", marked, late, "end_edtf",
            lambda row, c=column: f"the spell outlasts {row[c]}, dissolved {row['_gone']}",
        )  # fmt: skip


@rule("rule-outside-life", tables=("actors", "events", "event_actors"))
def participants_are_alive(data: Data) -> Iterator[Hit]:
    """Who acts in an event was founded by then and not yet dissolved."""
    actors, events = data.by_key("actors"), data.by_key("events")
    bounded = actors[actors.present("founded_edtf") | actors.present("dissolved_edtf")]
    frame = data["event_actors"]
    frame = frame[frame.among("actor_id", set(bounded.index))]
    acting = ~frame.among("role", ("victim", "requested_body"))
    # a body takes part in talks before its treaty is in force; a state or a force does not
    bodies = look_up(frame, "actor_id", actors["actor_class"]).isin(
        ["organization", "treaty_regime", "forum"]
    )
    first = look_up(frame, "event_id", events["date_earliest"])
    last = look_up(frame, "event_id", events["date_latest"])
    early = (last < look_up(frame, "actor_id", actors["founded_earliest"])) & ~bodies
    late = first > look_up(frame, "actor_id", actors["dissolved_latest"])
    yield from hits(
        "rule-outside-life", "event_actors", frame, acting & (early | late), "actor_id",
        lambda row: f"{row['event_id']} lies outside the life of {row['actor_id']}",
    )  # fmt: skip


@rule("rule-outside-life", tables=("memberships", "membership_qualifiers"))
def qualifiers_lie_inside_their_spells(data: Data) -> Iterator[Hit]:
    """A qualifier begins and ends while the spell lasts."""
    frame = data["membership_qualifiers"]
    spells = data.by_key("memberships")
    ended = look_up(frame, "membership_id", spells["end_latest"])
    wrong = frame["start_latest"] < look_up(frame, "membership_id", spells["start_earliest"])
    wrong |= (frame["start_earliest"] > ended) | (frame["end_earliest"] > ended)
    yield from hits(
        "rule-outside-life", "membership_qualifiers", frame, wrong, "start_edtf",
        lambda row: f"the qualifier lies outside the spell {row['membership_id']}",
    )  # fmt: skip


@rule("rule-undated-agreement", tables=("agreements",))
def agreements_have_a_date(data: Data) -> Iterator[Hit]:
    """At least one of the dates of a text is known."""
    frame = data["agreements"]
    columns = [column.name for column in data.spec["agreements"].edtf_columns]
    yield from hits(
        "rule-undated-agreement",
        "agreements",
        frame,
        frame[columns].isna().all(axis=1) & ~data.refused("agreements", *columns),
        None,
        "no date at all",
    )


_TREES = {
    "events": "parent_event_id",
    "actors": "parent_id",
    "casualties": "revision_of_id",
    "sources": "origin_source_id",
}


@rule("rule-cycle")
def trees_have_no_cycles(data: Data) -> Iterator[Hit]:
    """Following the parent never comes back."""
    for table, column in {**_TREES, "actors ": "successor_id"}.items():
        table = table.strip()
        if not data.has(table):
            continue
        key = data.spec[table].single_key or ""
        frame = data[table]
        for cycle in cycles(_never_ending(data, table, column)):
            yield from hits(
                "rule-cycle", table, frame, (frame[key] == max(cycle)).fillna(False), column,
                lambda row, c=column: f"following {c} from here comes back to here",
            )  # fmt: skip


def _never_ending(data: Data, table: str, column: str) -> dict[str, str]:
    """Child to parent of the rows from which following ``column`` reaches no end.

    Ancestors are looked up all at once, each time twice as far.
    """
    rows = data.by_key(table)
    up = places_of(rows, column, rows.index)
    left = np.flatnonzero(up >= 0)
    for _ in range(len(up).bit_length() + 1):
        if not len(left):
            return {}
        up[left] = up[up[left]]
        left = left[up[left] >= 0]
    looping = rows[column].iloc[left]
    return dict(zip(looping.index, looping, strict=True))


def cycles(up: dict[str, str]) -> list[set[str]]:
    """Each cycle of ``up`` (child to parent), as the set of its members."""
    clear: set[str] = set()
    found: list[set[str]] = []
    for start in up:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in clear and at not in path:
            path[at] = None
            at = up.get(at)
        if at is not None and at in path:
            members = list(path)
            found.append(set(members[members.index(at) :]))
        clear.update(path)
    return found
