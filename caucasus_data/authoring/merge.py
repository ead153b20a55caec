"""Rows of templates put into the tables: handles become ids, sources are found again by address.

Pure: from cells and rows to cells and findings. Whether the outcome is good data is judged by
``validate``; reading and writing files is left to ``apply``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from caucasus_data.authoring.nodes import Text
from caucasus_data.authoring.problems import problem
from caucasus_data.authoring.template import CHILDREN, TIES, Given
from caucasus_data.finding import Finding
from caucasus_data.rules.duplicates import canonical_url
from caucasus_data.spec.model import Column, Spec, Table

HANDLE = "new:"

Key = tuple[str | None, ...]


@dataclass(eq=False)
class Placed:
    """A row of a table: its cells, the row of ``raw/`` it was, and the template rows it is from."""

    cells: dict[str, str | None]
    was: int | None = None
    given: list[Given] = field(default_factory=list)

    def origin(self, column: str | None) -> Given | None:
        """The template row that gave a cell (the first, if none did)."""
        for row in reversed(self.given):
            if column is not None and column in row.cells:
                return row
        return self.given[0] if self.given else None


@dataclass
class Merged:
    """The tables after merging, and what a report tells of it."""

    rows: dict[str, list[Placed]]
    findings: list[Finding] = field(default_factory=list)
    handles: dict[str, str] = field(default_factory=dict)
    reused: dict[str, str] = field(default_factory=dict)
    updated: list[tuple[str, str, list[str]]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Ids and handles that were refused: references to them are not blamed again."""

    @property
    def added(self) -> Iterator[tuple[str, Placed]]:
        """Table and row of each row that was not there."""
        for name, rows in self.rows.items():
            for row in rows:
                if row.was is None:
                    yield name, row


def merge(
    given: list[Given],
    raw: Mapping[str, list[dict[str, str | None]]],
    spec: Spec,
    taken: Mapping[str, int],
) -> Merged:
    """Put template rows into the tables. ``taken``: by id prefix, the highest number ever used."""
    return _Merge(given, raw, spec, taken).run()


class _Merge:
    """The steps of one call, which share the tables and the handles."""

    def __init__(
        self,
        given: list[Given],
        raw: Mapping[str, list[dict[str, str | None]]],
        spec: Spec,
        taken: Mapping[str, int],
    ) -> None:
        self.given = given
        self.spec = spec
        self.next = {prefix: number + 1 for prefix, number in taken.items()}
        self.out = Merged(
            {
                name: [Placed(dict(row), n) for n, row in enumerate(rows)]
                for name, rows in raw.items()
            }
        )
        self.index: dict[str, dict[Key, Placed]] = {}
        for name, rows in self.out.rows.items():
            table = spec[name]
            self.index[name] = {}
            for row in rows:
                self.index[name].setdefault(tuple(row.cells[k] for k in table.key), row)
        self.ids: dict[Given, str] = {}
        self.by_handle: dict[str, Given] = {}
        self.refused: set[Given] = set()

    def run(self) -> Merged:
        self.find_sources_again()
        for row in self.given:
            if row.table.id_prefix is not None:
                self.name_record(row)
        for row in self.given:
            if row not in self.refused:
                self.put(row)
        self.take_out()
        return self.out

    def say(
        self, row: Given, column: str | None, code: str, message: str, hint: str | None = None
    ) -> None:
        value = row.text(column) if column else None
        found = problem(row.place_of(column), code, message, field=column, value=value, hint=hint)
        self.out.findings.append(found)

    # -- ids -----------------------------------------------------------------------------

    def find_sources_again(self) -> None:
        """Note sources whose address is that of another: the earlier id stands for both."""
        known: dict[str, str] = {}
        for placed in self.out.rows.get("sources", ()):
            url, key = placed.cells["url"], placed.cells["source_id"]
            if url and key:
                known.setdefault(canonical_url(url), key)
        for row in self.given:
            url, key = row.text("url"), row.text("source_id")
            if row.table.name != "sources" or not url or not key:
                continue
            first = known.setdefault(canonical_url(url), key)
            if first != key and (key,) not in self.index["sources"]:
                self.out.reused[key] = first
                self.refused.add(row)

    def name_record(self, row: Given) -> None:
        """Find the record that a row's id names, or allot the next id."""
        column, prefix = row.table.single_key or "", row.table.id_prefix or ""
        text = row.text(column)
        if text is None or text.startswith(HANDLE):
            if text is not None and text in self.by_handle:
                first = self.by_handle[text].place_of(column)
                self.say(
                    row, column, "key-duplicate", f"the handle {text} is already defined at {first.file}:{first.line}",
                    "give one of the two another handle",
                )  # fmt: skip
                self.refused.add(row)
                self.ids[row] = self.out.handles[text]
                return
            number = self.next.get(prefix, 1)
            self.next[prefix] = number + 1
            self.ids[row] = f"{prefix}-{number:05d}"
            if text is not None:
                self.by_handle[text] = row
                self.out.handles[text] = self.ids[row]
        elif (text,) in self.index[row.table.name]:
            self.ids[row] = text
        else:
            near = difflib.get_close_matches(
                text, [str(k[0]) for k in self.index[row.table.name]], n=1, cutoff=0.85
            )
            self.say(
                row, column, "key-dangling", f"there is no {text} in {row.table.name}",
                (f"did you mean {near[0]}? " if near else "")
                + f"leave {column} blank, or write a handle (new:…), and an id is allotted",
            )  # fmt: skip
            self.refused.add(row)
            self.ids[row] = text
            self.out.lost.add(text)

    def refers(self, table: Table, column: Column) -> bool:
        """Whether a column holds ids, so that a handle can stand in it."""
        return (
            column.kind in ("id", "slug", "record")
            or column.name in table.foreign_keys
            or column.name in ("record_id", "successor_id")
        )

    def resolved(self, row: Given, column: Column, cell: Text) -> str | None:
        """A cell with handles and reused sources put right."""
        text = cell.value or None
        if text is None or not self.refers(row.table, column):
            return text
        if not text.startswith(HANDLE):
            return self.out.reused.get(text, text)
        if text in self.out.handles:
            return self.out.handles[text]
        if column.name == row.table.single_key and row.table.id_prefix is None:
            self.say(
                row, column.name, "template-handle", f"{row.table.name} are named by readable ids, not by handles",
                "small letters, digits and single hyphens",
            )  # fmt: skip
        else:
            near = difflib.get_close_matches(text, list(self.out.handles), n=1, cutoff=0.6)
            self.say(
                row, column.name, "key-dangling", f"no template of this call defines the handle {text}",
                f"did you mean {near[0]}?" if near else "define it, or write the id of a record",
            )  # fmt: skip
        self.out.lost.add(text)
        return text

    # -- rows ----------------------------------------------------------------------------

    def key_of(self, row: Given) -> str | None:
        """The id of the record that a row is."""
        if row in self.ids:
            return self.ids[row]
        key = row.text(row.table.single_key or "")
        return self.out.reused.get(key, key) if key else None

    def put(self, row: Given) -> None:
        """Put one template row into its table: a new row, or cells of one that is there."""
        table = row.table
        cells: dict[str, str | None] = {}
        for column in table.raw_columns:
            if column.name in row.cells:
                cells[column.name] = self.resolved(row, column, row.cells[column.name])
        for name, parent in row.implied.items():
            cells[name] = self.key_of(parent)
        if row in self.ids:
            cells[table.single_key or ""] = self.ids[row]
        if not any(cells.values()):  # it would be a line of nothing but commas
            for column in table.raw_columns:
                if column.required:
                    self.say(row, column.name, "type-required", f"{column.name} is blank")
            return
        key = tuple(cells.get(name) for name in table.key)
        there = self.index[table.name].get(key) if any(key) else None
        if there is None:
            placed = Placed(
                {column.name: cells.get(column.name) for column in table.raw_columns}, None, [row]
            )
            self.out.rows[table.name].append(placed)
            self.index[table.name][key] = placed
            return
        if table.owns_ids and table.id_prefix is None and not row.main:
            # lists name actors, places and sources that may be there: blank says nothing of them
            cells = {name: cell for name, cell in cells.items() if cell is not None}
        if there.given and self.clashes(row, there, cells):
            return
        changed = [name for name, cell in cells.items() if there.cells[name] != cell]
        there.cells.update(cells)
        there.given.append(row)
        if changed and there.was is not None:
            self.out.updated.append((table.name, " ".join(str(part) for part in key), changed))

    def clashes(self, row: Given, there: Placed, cells: dict[str, str | None]) -> bool:
        """Say so if a row of this call was given before with other cells."""
        first = there.given[0].place
        where = f"{first.file}:{first.line}"
        compound = not row.table.owns_ids
        for column in row.table.raw_columns:
            name = column.name
            spoken = any(
                name in other.cells and there.cells[name] is not None for other in there.given
            )
            if compound and there.was is None:
                differs = cells.get(name) != there.cells[name]
            else:
                differs = name in cells and spoken and cells[name] != there.cells[name]
            if differs:
                self.say(
                    row, name if name in row.cells else None, "template-conflict",
                    f"the same row of {row.table.name} at {where} has {name} {there.cells[name] or '(blank)'}",
                )  # fmt: skip
                return True
        return False

    # -- what a shown record no longer lists ----------------------------------------------

    def take_out(self) -> None:
        """Take out lines of an updated record that its document's lists no longer have."""
        for row in self.given:
            if row in self.refused:
                continue
            key = self.key_of(row)
            known = self.index[row.table.name].get((key,)) if row.table.owns_ids else None
            if known is None or known.was is None or not (row.main or row in self.ids):
                continue
            for name, column in TIES.items():
                if name in row.lists:
                    self.take_out_of(row, name, column, str(key))
            for name in CHILDREN.get(row.table.name, ()) if row.main else ():
                if name in row.lists:
                    self.take_out_of(row, name, row.table.single_key or "", str(key))

    def take_out_of(self, row: Given, name: str, column: str, key: str) -> None:
        for placed in list(self.out.rows[name]):
            if placed.cells[column] != key or placed.given:
                continue
            table = self.spec[name]
            told = " ".join(str(placed.cells[part]) for part in table.key)
            if table.owns_ids:
                self.say(row, None, "template-missing-row", f"{name} of {key} no longer has {told}")
            else:
                self.out.rows[name].remove(placed)
                self.out.removed.append((name, told))
