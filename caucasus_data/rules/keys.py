"""Keys: duplicates, references, ids across tables, ids that were published."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule

NEAREST_AMONG = 20_000
"""Nearest keys are looked for among at most so many."""


@rule("key-duplicate")
def compound_keys_are_unique(data: Data) -> Iterator[Hit]:
    """Single keys are checked column by column; compound ones here."""
    for table in data.spec.raw_tables:
        if len(table.key) > 1 and data.has(table.name):
            frame = data[table.name]
            key = list(table.key)
            again = frame.duplicated(key, keep="first") & frame[key].notna().all(axis=1)
            yield from hits(
                "key-duplicate", table.name, frame, again, None,
                lambda row, key=key: "this row stands twice: " + ", ".join(str(row[k]) for k in key),
            )  # fmt: skip


def nearest(name: str, choices: Sequence[str]) -> str:
    """A hint naming the nearest existing key, or ''."""
    if len(choices) > NEAREST_AMONG:
        return ""
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def _refusal(data: Data, value: str, wanted: tuple[str, ...], choices: Sequence[str]) -> tuple[str, str, str]:
    other = data.table_of.get(value)
    names = " or ".join(wanted)
    if other is not None and other not in wanted:
        return "key-wrong-kind", f"{value} is in {other}, not in {names}", ""
    return "key-dangling", f"there is no {value} in {names}", nearest(value, choices)


@rule("key-dangling", "key-wrong-kind")
def references_lead_somewhere(data: Data) -> Iterator[Hit]:
    """Every foreign key and every polymorphic reference names an existing record."""
    for table in data.spec.raw_tables:
        if not data.has(table.name):
            continue
        frame = data[table.name]
        for column in table.raw_columns:
            if column.name in table.foreign_keys:
                wanted: tuple[str, ...] = (table.foreign_keys[column.name][0],)
            elif column.references:
                wanted = column.references
            else:
                continue
            if any(not data.has(name) for name in wanted):
                continue
            cells = frame[column.name]
            cells = cells[cells.notna() & ~data.names_row_of(wanted, cells)]
            if cells.empty:
                continue
            cells = cells[cells.str.fullmatch(column.pattern or ".*").astype(bool)]
            for name in wanted:
                cells = cells[~data.lost(name, cells)]
            known = sorted(key for name in wanted for key in data.keys_of(name))
            for number, value in cells.items():
                code, message, hint = _refusal(data, str(value), wanted, known)
                yield Hit(code, table.name, int(str(number)), column.name, message, hint, str(value))


@rule("key-two-tables")
def ids_are_unique_over_tables(data: Data) -> Iterator[Hit]:
    """An id names one thing in the whole dataset."""
    seen: pd.Series[str] = pd.Series(dtype="object")
    for table in data.spec.record_tables:
        if not data.has(table.name):
            continue
        key = table.single_key or ""
        frame = data[table.name]
        also = pd.Series(False, index=frame.index)
        for earlier in done:
            also |= data.names_row_of((earlier,), frame[key])
        yield from hits(
            "key-two-tables", table.name, frame, also, key,
            lambda row, key=key, seen=seen: f"{row[key]} is already an id in {seen[row[key]]}",
        )  # fmt: skip
        fresh = frame.loc[~also & frame[key].notna() & ~frame[key].duplicated(), key]
        seen = pd.concat([seen, pd.Series(table.name, index=pd.Index(fresh), dtype="object")])


@rule("key-retired", tables=("retired",))
def retired_ids_rest(data: Data) -> Iterator[Hit]:
    """A retired id is not used again."""
    retired = data["retired"]["record_id"].dropna()
    if retired.empty:
        return
    for table in data.spec.record_tables:
        if data.has(table.name):
            key = table.single_key or ""
            frame = data[table.name]
            yield from hits(
                "key-retired", table.name, frame, frame[key].isin(retired), key,
                lambda row, key=key: f"{row[key]} is in retired.csv",
            )  # fmt: skip


@rule("key-disappeared", "key-reused", tables=("retired",))
def published_ids_stay(data: Data) -> Iterator[Hit]:
    """A published id is still there, and still names the same thing.

    A lost id stands in no row: the hit is placed on the row that would follow it.
    """
    retired = set(data["retired"]["record_id"].dropna())
    for table in data.spec.record_tables:
        key = table.single_key or ""
        before = data.published.get(table.name)
        if before is None or not data.has(table.name):
            continue
        frame = data[table.name]
        now = set(frame[key].dropna()) | data.lost_keys.get(table.name, frozenset())
        for lost in before.loc[~before[key].isin(now | retired), key]:
            after = frame.index[(frame[key] > lost).fillna(False)]
            place = int(after[0]) if len(after) else len(frame) - 1
            yield Hit(
                "key-disappeared", table.name, place, None,
                f"{lost} was published and is gone", value=str(lost),
            )  # fmt: skip
        yield from _reused(table.name, key, data)


_TELLING = {
    "events": ("title", "date_edtf", "place_id", "event_type", "parent_event_id"),
    "agreements": ("title", "neutral_label", "signed_edtf", "text_url"),
    "casualties": ("event_id", "affected_actor_id", "claimant_id", "source_id"),
    "memberships": ("actor_id", "organization_id"),
    "event_actors": ("event_id", "actor_id"),
    "agreement_parties": ("agreement_id", "actor_id"),
    "membership_qualifiers": ("membership_id", "qualifier"),
    "figures": ("event_id", "agreement_id", "claimant_id", "source_id"),
    "names": ("entity_id", "name"),
}


def _reused(table: str, key: str, data: Data) -> Iterator[Hit]:
    columns = _TELLING.get(table)
    if columns is None:
        return
    frame, before = data[table], data.published[table]
    columns = tuple(c for c in columns if c in frame.columns and c in before.columns)
    old = before.drop_duplicates(key).set_index(key).reindex(frame[key])
    kept = pd.Series(False, index=frame.index)
    for column in columns:
        was = old[column].astype("string")
        was.index = frame.index
        kept |= ((frame[column].astype("string") == was) & was.notna()).fillna(False).astype(bool)
    was_there = frame[key].isin(before[key])
    yield from hits(
        "key-reused", table, frame, was_there & ~kept, None,
        lambda row: f"{row[key]} was published as something else: nothing of {', '.join(columns)} is left",
    )  # fmt: skip
