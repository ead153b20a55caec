"""The smallest version bump that a set of changes needs, and the change that forces it.

Major: what breaks a reader's code or the meaning of a value (tables, columns, types, keys,
vocabularies tightened). Minor: what changes an answer (rows, dates, numbers, references,
vocabulary cells, titles, a citation less). Patch: what only explains (descriptions, notes, new
citations, names, crosswalks, ledgers, and sources that only they use).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from caucasus_data.changes import Difference, State
from caucasus_data.release_index import as_numbers
from caucasus_data.spec.model import Column, Table

LEVELS = ("none", "patch", "minor", "major")
EXPLAINING = ("citations", "names", "external_ids", "exclusions", "gaps", "retired", "waivers")
"""Tables whose new rows only explain."""


@dataclass(frozen=True)
class Need:
    """A bump and the change that forces it."""

    level: str
    why: str


def smallest(old: State, new: State, changes: Iterable[Difference]) -> Need:
    """The largest of what the single changes need; the first of that level is named."""
    needs = list(_of_tables(old, new)) + list(_of_rows(new, changes))
    return max(needs, key=lambda need: LEVELS.index(need.level), default=Need("none", "nothing changed"))


def _of_tables(old: State, new: State) -> Iterator[Need]:
    for name in old.tables:
        if name not in new.tables:
            yield Need("major", f"the table {name} is gone")
    for name, table in new.tables.items():
        if name not in old.tables:
            if old.tables:
                yield Need("minor", f"the table {name} is new")
            continue
        yield from _of_columns(old.tables[name], table)


def _of_columns(old: Table, new: Table) -> Iterator[Need]:
    if old.key != new.key:
        yield Need("major", f"the key of {new.name} changed")
    before = [column.name for column in old.columns]
    after = [column.name for column in new.columns]
    for name in before:
        if name not in after:
            yield Need("major", f"the column {new.name}.{name} is gone")
    kept = [name for name in after if name in before]
    if kept != [name for name in before if name in after]:
        yield Need("minor", f"the columns of {new.name} stand in another order")
    for name in after:
        if name not in before:
            yield Need("minor", f"the column {new.name}.{name} is new")
        else:
            yield from _of_column(new.name, old.by_name[name], new.by_name[name])


def _of_column(table: str, old: Column, new: Column) -> Iterator[Need]:
    place = f"{table}.{new.name}"
    if old.type != new.type:
        yield Need("major", f"the type of {place} changed from {old.type} to {new.type}")
    if old.unit != new.unit:
        yield Need("major", f"the unit of {place} changed")
    if new.required and not old.required:
        yield Need("minor", f"{place} became required")
    if old.required and not new.required:
        yield Need("major", f"{place} may be blank now")
    gone = set(old.enum or ()) - set(new.enum or ())
    if old.enum is not None and new.enum is not None and gone:
        yield Need("major", f"the word {min(gone)!r} of {place} is gone")
    elif (old.enum is None) != (new.enum is None):
        yield Need("major", f"{place} {'became' if new.enum else 'is no longer'} a vocabulary")
    elif set(new.enum or ()) - set(old.enum or ()):
        yield Need("minor", f"{place} has a new word")
    if old.description != new.description:
        yield Need("patch", f"the description of {place} changed")


def _of_rows(new: State, changes: Iterable[Difference]) -> Iterator[Need]:
    used = _used_by_facts(new)
    for change in changes:
        where = f"{change.table} {change.record}"
        if change.kind == "removed":
            yield Need("patch" if change.table in ("waivers", "gaps", "exclusions") else "minor", f"{where} is gone")
        elif change.kind == "added":
            explains = change.table in EXPLAINING
            explains |= change.table == "sources" and change.record not in used
            yield Need("patch" if explains else "minor", f"{where} is new")
        else:
            table = new.tables[change.table]
            column = table.by_name.get(change.field)
            level = "patch" if column is not None and column.change == "patch" else "minor"
            yield Need(level, f"{where} {change.field}: {change.old or 'blank'} → {change.new or 'blank'}")


def _used_by_facts(state: State) -> set[str]:
    """Sources that carry claims or figures, or that such sources repeat."""
    used = {row["source_id"] for name in ("casualties", "figures") for row in state.rows.get(name, {}).values()}
    return used


def enough(old: str, new: str, level: str) -> bool:
    """Whether going from version ``old`` to ``new`` is at least a bump of ``level``.

    Below 1.0.0 a major change asks for the next 0.Y.0.
    """
    before, after = as_numbers(old), as_numbers(new)
    if after <= before:
        return False
    if level == "major":
        return after[0] > before[0] or (before[0] == 0 and after[1] > before[1])
    if level == "minor":
        return after[:2] > before[:2]
    return True


def least(old: str, level: str) -> str:
    """The smallest version above ``old`` that a bump of ``level`` allows."""
    major, minor, patch = as_numbers(old)
    if level == "major" and major > 0:
        return f"{major + 1}.0.0"
    if level in ("major", "minor"):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
