"""The smallest version bump that a set of changes needs, and the change that forces it.

Major: what breaks a reader's code or the meaning of a value (tables, columns, their order, types,
keys, units, vocabularies tightened, the licence). Minor: what changes an answer (rows, dates,
numbers, references, vocabulary cells, titles, a citation less) or adds a table, a word, a column
at the end. Patch: what only explains (descriptions, notes, new citations, names, crosswalks,
ledgers, and sources that only they use).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from caucasus_data.changes import Difference, State, derived_differences, differences
from caucasus_data.release_index import as_numbers
from caucasus_data.spec.model import Column, Table

LEVELS = ("none", "patch", "minor", "major")
EXPLAINING = ("citations", "names", "external_ids", "exclusions", "gaps", "retired", "waivers")
"""Tables whose new rows only explain."""
WORDING = ("description", "title")


@dataclass(frozen=True, slots=True)
class Need:
    """A bump and the change that forces it."""

    level: str
    why: str


def smallest(old: State, new: State, changes: Iterable[Difference]) -> Need:
    """The largest of what the single changes need; the first of that level is named."""
    needs = chain(_of_dataset(old, new), _of_tables(old, new), _of_rows(new, changes))
    return max(
        needs, key=lambda need: LEVELS.index(need.level), default=Need("none", "nothing changed")
    )


def smallest_of_releases(old: State, new: State) -> Need:
    """The same for two releases, whose derived tables can be compared too.

    They follow from the hand-edited ones; where they differ though those hardly do, the way they
    are derived has changed, and with it published dates and numbers.
    """
    need = smallest(old, new, differences(old, new))
    if LEVELS.index(need.level) < LEVELS.index("minor"):
        for found in derived_differences(old, new):
            return Need("minor", _told(found) + " (derived)")
    return need


def unretired(old: State, new: State) -> list[str]:
    """Published records that are gone without a line in ``retired``, as ``table record``."""
    told = set(new.column("retired", "record_id"))
    gone = []
    for name, table in old.tables.items():
        if table.owns_ids and table.single_key:
            kept = set(new.column(name, table.single_key)) | told
            gone += [
                f"{name} {key}" for key in old.column(name, table.single_key) if key not in kept
            ]
    return gone


def _of_dataset(old: State, new: State) -> Iterator[Need]:
    before, after = old.facts.get("coverage", {}), new.facts.get("coverage", {})
    for end in before:
        if before[end] != after.get(end):
            yield Need("minor", f"dataset coverage_{end}: {before[end]} → {after.get(end)}")
    if old.facts.get("licences", []) != new.facts.get("licences", []) and old.tables:
        yield Need("major", "the licence changed")


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
    if old.derived != new.derived:
        yield Need(
            "major", f"the table {new.name} is {'derived' if new.derived else 'edited by hand'} now"
        )
    before = [column.name for column in old.columns]
    after = [column.name for column in new.columns]
    for name in before:
        if name not in after:
            yield Need("major", f"the column {new.name}.{name} is gone")
    kept = [name for name in before if name in new.by_name]
    if [name for name in after if name in old.by_name] != kept:
        yield Need("major", f"the columns of {new.name} stand in another order")
    for number, name in enumerate(after):
        if name in old.by_name:
            yield from _of_column(new.name, old.by_name[name], new.by_name[name])
            yield from _of_reference(old, new, name)
        elif number < len(kept):
            yield Need("major", f"the column {new.name}.{name} is new and not at the end")
        else:
            yield Need("minor", f"the column {new.name}.{name} is new")
    for what in WORDING:
        if getattr(old, what) != getattr(new, what):
            yield Need("patch", f"the {what} of {new.name} changed")


def _of_reference(old: Table, new: Table, name: str) -> Iterator[Need]:
    """What a key refers to; the package's own keys into ``records`` are a build's, not declared."""
    before, after = (table.foreign_keys.get(name, ("", "")) for table in (old, new))
    if before != after and "records" not in (before[0], after[0]):
        yield Need(
            "major",
            f"{new.name}.{name} refers to {after[0] or 'nothing'}, no longer to {before[0] or 'nothing'}",
        )
    if set(old.by_name[name].references) - set(new.by_name[name].references):
        yield Need("major", f"{new.name}.{name} refers to fewer tables")


def _of_column(table: str, old: Column, new: Column) -> Iterator[Need]:
    place = f"{table}.{new.name}"
    if old.type != new.type:
        yield Need("major", f"the type of {place} changed from {old.type} to {new.type}")
    if old.kind != new.kind and (old.enum is None) == (new.enum is None):
        yield Need("major", f"the kind of {place} changed from {old.kind} to {new.kind}")
    if old.unit != new.unit:
        yield Need(
            "major",
            f"the unit of {place} changed from {old.unit or 'none'} to {new.unit or 'none'}",
        )
    if bool(old.derived) != bool(new.derived):
        yield Need("major", f"{place} is {'derived' if new.derived else 'edited by hand'} now")
    if old.required and not new.required:
        yield Need("major", f"{place} may be blank now")
    if new.required and not old.required:
        yield Need("minor", f"{place} became required")
    if not _same_pattern(old.pattern, new.pattern):
        yield Need("minor", f"the pattern of {place} changed")
    for what in ("minimum", "maximum", "max_length", "unique"):
        if getattr(old, what) != getattr(new, what):
            yield Need("minor", f"the {what.replace('_', ' ')} of {place} changed")
    if (old.enum is None) != (new.enum is None):
        yield Need(
            "major", f"{place} {'became' if new.enum is not None else 'is no longer'} a vocabulary"
        )
    elif old.enum != new.enum:
        yield _of_words(place, old.enum or (), new.enum or ())
    if old.description != new.description or old.terms != new.terms or old.derived != new.derived:
        yield Need("patch", f"the description of {place} changed")


def _same_pattern(old: str | None, new: str | None) -> bool:
    """Whether two patterns are one; descriptors put alternatives in a group of their own."""
    return old == new or f"(?:{old})" == new or old == f"(?:{new})"


def _of_words(place: str, old: tuple[str, ...], new: tuple[str, ...]) -> Need:
    gone, fresh = sorted(set(old) - set(new)), sorted(set(new) - set(old))
    if gone:
        return Need("major", f"the word {gone[0]!r} of {place} is gone")
    if fresh:
        return Need("minor", f"the word {fresh[0]!r} of {place} is new")
    return Need("minor", f"the words of {place} stand in another order")


def _told(change: Difference) -> str:
    where = f"{change.table} {change.record}"
    if change.kind == "removed":
        return f"{where} is gone"
    if change.kind == "added":
        return f"{where} is new"
    return f"{where} {change.field}: {change.old or 'blank'} → {change.new or 'blank'}"


def _of_rows(new: State, changes: Iterable[Difference]) -> Iterator[Need]:
    explaining = _explaining_sources(new)
    for change in changes:
        if change.kind == "removed":
            level = "patch" if change.table == "waivers" else "minor"
        elif change.kind == "added":
            explains = change.table in EXPLAINING
            explains |= change.table == "sources" and change.record in explaining
            level = "patch" if explains else "minor"
        else:
            table = new.tables.get(change.table)
            column = table.by_name.get(change.field) if table else None
            level = "patch" if column is not None and column.change == "patch" else "minor"
        yield Need(level, _told(change))


def _explaining_sources(state: State) -> set[str]:
    """Sources that citations and ledgers use, or sources that repeat them, and nothing else.

    A claim's source carries a fact, and so does the origin that such a source repeats.
    """
    by_facts: set[str] = set()
    by_explaining: set[str] = set()
    for table in state.tables.values():
        if table.derived or table.name == "sources":
            continue
        for column in table.raw_columns:
            refers = table.foreign_keys.get(column.name, ("", ""))[0] == "sources"
            if refers or "sources" in column.references:
                using = by_explaining if table.name in EXPLAINING else by_facts
                using.update(key for key in state.column(table.name, column.name) if key)
    origins = {
        key: origin
        for key, origin in zip(
            state.column("sources", "source_id"),
            state.column("sources", "origin_source_id"),
            strict=False,
        )
        if origin and origin != key
    }
    return _with_origins(by_explaining, origins) - _with_origins(by_facts, origins)


def _with_origins(sources: set[str], origins: dict[str, str]) -> set[str]:
    found = set(sources)
    for key in sources:
        while (key := origins.get(key, "")) and key not in found:
            found.add(key)
    return found


def enough(old: str, new: str, level: str) -> bool:
    """Whether going from version ``old`` to ``new`` is at least a bump of ``level``.

    Below 1.0.0 a major change asks for the next 0.Y.0.
    """
    return as_numbers(new) > as_numbers(old) and as_numbers(new) >= as_numbers(least(old, level))


def least(old: str, level: str) -> str:
    """The smallest version above ``old`` that a bump of ``level`` allows."""
    major, minor, patch = as_numbers(old)
    if level == "major" and major > 0:
        return f"{major + 1}.0.0"
    if level in ("major", "minor"):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
