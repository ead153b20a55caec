"""Published ids: they stay, and they go on naming the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, Frame, hits, rule


@rule("key-disappeared", tables=("retired",))
def published_ids_stay(data: Data) -> Iterator[Hit]:
    """A published id is still there or in ``retired``; a published line of ``retired`` stays.

    A lost id stands in no row: the hit is placed on the row that would follow it.
    """
    retired = set(data["retired"]["record_id"].dropna())
    for table in data.spec.record_tables:
        key = table.single_key or ""
        before = data.published.get(table.name)
        if before is None or not data.has(table.name):
            continue
        frame = data[table.name]
        gone = before.loc[
            ~data.names_row_of((table.name,), before[key]) & ~before[key].isin(retired), key
        ]
        for lost in gone[~data.lost(table.name, gone) & ~data.lost("retired", gone)]:
            yield Hit(
                "key-disappeared", table.name, _following(frame[key], lost), None,
                f"{lost} was published and is gone", value=str(lost),
            )  # fmt: skip
    before = data.published.get("retired")
    if before is not None:
        gone = before.loc[~before["record_id"].isin(retired), "record_id"]
        for lost in gone[~data.lost("retired", gone)]:
            yield Hit(
                "key-disappeared", "retired", _following(data["retired"]["record_id"], lost), None,
                f"{lost} was published as retired and its line is gone", "restore the line", str(lost),
            )  # fmt: skip


def _following(keys: pd.Series[str], lost: str) -> int:
    after = keys.index[(keys > lost).fillna(False).astype(bool)]
    return int(after[0]) if len(after) else int(keys.index[-1]) if len(keys) else -1


@dataclass(frozen=True)
class Telling:
    """What tells which thing an id names: titles, dates, and who takes part (columns here, or
    rows of a table ``of`` it)."""

    titles: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    of: str | None = None


TELLING = {
    "events": Telling(("title",), ("date_edtf",), (), "event_actors"),
    "agreements": Telling(
        ("title", "neutral_label"),
        ("agreed_edtf", "initialled_edtf", "signed_edtf", "published_edtf", "effective_edtf"),
        ("text_url",), "agreement_parties",
    ),
    "casualties": Telling((), ("claimed_on_edtf",), ("affected_actor_id", "claimant_id", "event_id", "source_id")),
    "memberships": Telling((), ("start_edtf", "end_edtf"), ("actor_id", "organization_id")),
    "membership_qualifiers": Telling((), ("start_edtf", "end_edtf"), ("membership_id", "qualifier")),
    "event_actors": Telling((), (), ("event_id", "actor_id")),
    "agreement_parties": Telling((), (), ("agreement_id", "actor_id")),
    "figures": Telling(("value_text",), ("claimed_on_edtf",), ("event_id", "agreement_id", "claimant_id", "source_id")),
    "names": Telling(("name",), (), ("entity_id", "used_by")),
    "sources": Telling(("title",), ("published_edtf",), ("url", "doi", "author", "publisher")),
}  # fmt: skip


@rule("key-reused")
def published_ids_name_what_they_named(data: Data) -> Iterator[Hit]:
    """Nothing of the published title, dates or actors is left: the id names another thing now."""
    for name, telling in TELLING.items():
        before = data.published.get(name)
        if before is None or not data.has(name):
            continue
        key = data.spec[name].single_key or ""
        frame = data[name]
        columns = [
            c for c in telling.titles + telling.dates + telling.actors if c in before.columns
        ]
        old = before.drop_duplicates(key).set_index(key).reindex(frame[key])
        old.index = frame.index
        changed = frame[key].isin(before[key]) & ~data.refused(name, *columns)
        for column in columns:
            same = frame[column].astype("string") == old[column]
            changed &= ~same.fillna(False).astype(bool)
        changed &= old[columns].notna().any(axis=1)
        for number in frame.index[changed]:
            now, was = frame.loc[number], old.loc[number]
            if not _something_left(data, telling, str(now[key]), key, now, was):
                yield from hits(
                    "key-reused", name, frame, frame.index == number, None,
                    lambda row, key=key, was=was, columns=columns: f"{row[key]} was published as {_shown(was, columns)}; "
                    "nothing of its title, dates or actors is left",
                )  # fmt: skip


def _something_left(
    data: Data, telling: Telling, record: str, key: str, now: pd.Series, was: pd.Series
) -> bool:
    for column in telling.titles:
        if (
            not pd.isna(was[column])
            and not pd.isna(now[column])
            and _share_words(str(was[column]), str(now[column]))
        ):
            return True
    for column in telling.dates:
        first, last = (f"{column.removesuffix('_edtf')}_{part}" for part in ("earliest", "latest"))
        if first in was.index and not pd.isna(was[first]) and not pd.isna(now[first]):
            overlap = now[first] <= pd.Timestamp(was[last]) and now[last] >= pd.Timestamp(
                was[first]
            )
            if overlap:
                return True
    if telling.of is not None and telling.of in data.published:
        return bool(
            _actors(data.published[telling.of], key, record)
            & _actors(data[telling.of], key, record)
        )
    return False


def _actors(frame: Frame, key: str, record: str) -> set[str]:
    return set(frame.loc[(frame[key] == record).fillna(False).astype(bool), "actor_id"].dropna())


def _share_words(one: str, other: str) -> bool:
    """Whether half the longer words of the shorter title stand in the other."""
    a, b = ({w for w in re.findall(r"\w+", text.casefold()) if len(w) > 3} for text in (one, other))
    fewer = min(len(a), len(b))
    return fewer > 0 and 2 * len(a & b) >= fewer


def _shown(row: pd.Series, columns: list[str]) -> str:
    first = next((str(row[column]) for column in columns if not pd.isna(row[column])), "?")
    return f"“{first if len(first) <= 60 else first[:60] + '…'}”"
