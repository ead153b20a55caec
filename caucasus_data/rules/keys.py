"""Keys: duplicates, references, ids across tables. Published ids are in ``published``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from caucasus_data.finding import Hit
from caucasus_data.rules.base import Data, hits, rule
from caucasus_data.rules.lookup import are_one_of
from caucasus_data.spec.patterns import compiled

NEAREST_AMONG = 20_000
"""Nearest keys are looked for among at most so many."""


@rule("key-duplicate")
def compound_keys_are_unique(data: Data) -> Iterator[Hit]:
    """Single keys are checked column by column; compound ones here."""
    for table in data.spec.raw_tables:
        if len(table.key) > 1 and data.has(table.name):
            frame = data[table.name]
            key = list(table.key)
            again = frame.duplicated(key, keep="first")
            for name in key if again.any() else ():
                again &= frame.present(name)
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


def _refusal(
    data: Data, value: str, wanted: tuple[str, ...], choices: Sequence[str]
) -> tuple[str, str, str]:
    other = data.table_of(value)
    names = " or ".join(wanted) if len(wanted) <= 4 else "any table of records"
    if other is not None and other not in wanted:
        return "key-wrong-kind", f"{value} is one of the {other}; here stands one of {names}", ""
    return "key-dangling", f"there is no {value} in {names}", nearest(value, choices)


@rule("key-dangling", "key-wrong-kind", refuses=True)
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
            astray = frame.present(column.name) & ~data.leads(frame, column.name, wanted)
            if not astray.any():
                continue
            cells = frame[astray][column.name]
            cells = cells[[compiled(column.pattern or ".*").fullmatch(cell) for cell in cells]]
            for name in wanted:
                cells = cells[~data.lost(name, cells)]
            many = sum(len(data[name]) for name in wanted) > NEAREST_AMONG
            known = (
                []
                if many or cells.empty
                else sorted(key for name in wanted for key in data.keys_of(name))
            )
            for number, value in cells.items():
                code, message, hint = _refusal(data, str(value), wanted, known)
                yield Hit(
                    code, table.name, int(str(number)), column.name, message, hint, str(value)
                )


@rule("key-two-tables")
def ids_are_unique_over_tables(data: Data) -> Iterator[Hit]:
    """An id names one thing in the whole dataset.

    Ids with a prefix can't meet: their patterns differ. Readable ids can.
    """
    earlier: list[str] = []
    for table in data.spec.record_tables:
        key = table.single_key or ""
        if not data.has(table.name) or table.by_name[key].kind != "slug":
            continue
        frame = data[table.name]
        if earlier:
            yield from hits(
                "key-two-tables", table.name, frame, data.leads(frame, key, earlier), key,
                lambda row, key=key: f"{row[key]} is already an id in {data.table_of(row[key])}",
                lambda row, key=key, table=table: f"give the later one another id, such as {row[key]}-{SAYS[table.name]}",
            )  # fmt: skip
        earlier.append(table.name)


SAYS = {"actors": "authorities", "places": "area", "sources": "2023"}
"""What an id of each table may end in, so that it is told from another table's."""


@rule("key-retired", tables=("retired",))
def retired_ids_rest(data: Data) -> Iterator[Hit]:
    """A retired id is not used again."""
    retired = data["retired"].different("record_id")
    if not retired:
        return
    for table in data.spec.record_tables:
        if data.has(table.name):
            key = table.single_key or ""
            frame = data[table.name]
            yield from hits(
                "key-retired", table.name, frame, are_one_of(frame.ids(key), retired), key,
                lambda row, key=key: f"{row[key]} is in retired.csv",
            )  # fmt: skip
