"""A template as rows: which table each belongs to, its cells, and what it hangs on.

A document is one main record (``event:``) with lists of what hangs on it, or lists alone. Ids,
handles and what is in the tables already are left to ``merge``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from caucasus_data.authoring import nodes
from caucasus_data.authoring.nodes import Mapping, Node, Sequence, Text
from caucasus_data.authoring.problems import Place, problem
from caucasus_data.finding import Finding
from caucasus_data.spec.model import Spec, Table

MAINS = {
    "event": "events",
    "agreement": "agreements",
    "casualty": "casualties",
    "membership": "memberships",
    "source": "sources",
    "actor": "actors",
    "place": "places",
}
"""Key of a main record, and its table."""

CHILDREN = {
    "events": ("event_actors", "casualties", "figures", "gaps"),
    "agreements": ("agreement_parties", "figures"),
    "memberships": ("membership_qualifiers",),
}
"""Lists whose rows take the main record's id in the column of that name."""

TIES = {
    "citations": "record_id",
    "links": "from_id",
    "names": "entity_id",
    "external_ids": "entity_id",
}
"""Lists whose rows belong to the main record unless they say otherwise, and by which column."""

ELSEWHERE = {"figures": ("event_id", "agreement_id")}
"""Columns of which one filled cell says that the row hangs on something else than the main record."""


@dataclass(eq=False)
class Given:
    """A row that a template gives: cells as written, and rows whose ids it takes over."""

    table: Table
    place: Place
    cells: dict[str, Text] = field(default_factory=dict)
    implied: dict[str, Given] = field(default_factory=dict)
    main: bool = False
    lists: frozenset[str] = frozenset()
    """Lists that the document carries for this row: citations of any row, all lists of a main."""

    def text(self, column: str) -> str | None:
        """A cell's text; None if it is blank or not given."""
        cell = self.cells.get(column)
        return cell.value if cell is not None and cell.value else None

    def place_of(self, column: str | None) -> Place:
        """Where a cell stands; the row's own place if the template does not give the cell."""
        if column is not None and column in self.cells:
            return self.cells[column].place
        return self.place


@dataclass
class Templates:
    """Rows of every template of one call, in order, and what is wrong with them."""

    rows: list[Given] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_templates(files: Iterable[tuple[str, bytes]], spec: Spec) -> Templates:
    """Read the templates (name and bytes of each); never raises for what is wrong inside."""
    found = Templates()
    for name, data in files:
        try:
            documents, findings = nodes.read_documents(nodes.decoded(data, name), name)
        except nodes.Unreadable as error:
            found.findings.append(error.finding)
            continue
        found.findings.extend(findings)
        for document in documents:
            _Document(spec, found).read(document)
    return found


def _near(name: str, choices: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else None


class _Document:
    """Reads one document into rows."""

    def __init__(self, spec: Spec, found: Templates) -> None:
        self.spec = spec
        self.found = found
        self.plural = {table.name: table for table in spec.raw_tables}

    def say(
        self, place: Place, code: str, message: str, hint: str | None = None, **more: str
    ) -> None:
        self.found.findings.append(problem(place, code, message, hint=hint, **more))

    def read(self, document: Node) -> None:
        if isinstance(document, Text) and not document.value.strip():
            return
        if not isinstance(document, Mapping):
            self.say(
                document.place, "template-shape", "a document is a mapping: event: …, sources: …"
            )
            return
        main = None
        for name, key, value in nodes.entries(document):
            if name not in MAINS and name not in self.plural:
                hint = _near(name, [*MAINS, *self.plural]) or "choose from " + ", ".join(
                    [*MAINS, *self.plural]
                )
                self.say(
                    key.place, "template-unknown-key", f"there is no key {name!r}", hint, value=name
                )
            elif name in MAINS and main is not None:
                self.say(
                    key.place, "template-shape", f"a second main record ({name}) in one document",
                    hint="begin a new document with a line of three hyphens",
                )  # fmt: skip
            elif name in MAINS:
                main = self.main(name, key, value, document)
        for name, _, value in nodes.entries(document):
            if name in self.plural:
                self.rows(self.plural[name], value, main, nested=False)

    def main(self, name: str, key: Text, value: Node, document: Mapping) -> Given | None:
        if not isinstance(value, Mapping):
            self.say(value.place, "template-shape", f"{name} is a mapping of columns and cells")
            return None
        row = Given(self.plural[MAINS[name]], key.place, main=True)
        self.found.rows.append(row)
        self.fill(row, value)
        row.lists |= {other for other in document.items if other in self.plural}
        return row

    def rows(self, table: Table, value: Node, parent: Given | None, nested: bool) -> None:
        """Rows of one list; those that hold nothing are passed over."""
        if isinstance(value, Text) and not value.value.strip():
            return
        if not isinstance(value, Sequence):
            self.say(
                value.place, "template-shape", f"{table.name} is a list of rows",
                hint="begin each row with a hyphen",
            )  # fmt: skip
            return
        for item in value.items:
            if not isinstance(item, Mapping):
                if not nodes.blank(item):
                    self.say(
                        item.place,
                        "template-shape",
                        f"a row of {table.name} is a mapping of columns and cells",
                    )
                continue
            if nodes.blank(item):
                continue
            row = Given(table, item.place)
            self.found.rows.append(row)
            self.fill(row, item)
            if parent is not None:
                self.imply(row, parent, nested)

    def imply(self, row: Given, parent: Given, nested: bool) -> None:
        name = row.table.name
        if name in TIES and (nested or parent.main):
            column = TIES[name]
        elif name in CHILDREN.get(parent.table.name, ()):
            column = parent.table.single_key or ""
        else:
            return
        if not any(row.text(other) for other in (column, *ELSEWHERE.get(name, ()))):
            row.implied[column] = parent

    def fill(self, row: Given, mapping: Mapping) -> None:
        """Put the mapping's cells into the row, and its nested citations into rows of their own."""
        columns = {column.name for column in row.table.raw_columns}
        cited = (
            row.table.owns_ids
            and row.table.name in self.spec["citations"].by_name["record_id"].references
        )
        for name, key, value in nodes.entries(mapping):
            if name == "citations" and cited:
                row.lists |= {"citations"}
                self.rows(self.plural["citations"], value, row, nested=True)
            elif name not in columns:
                hint = _near(name, columns) or "choose from " + ", ".join(
                    column.name for column in row.table.raw_columns
                )
                self.say(
                    key.place, "template-unknown-key", f"there is no column {name!r} in {row.table.name}",
                    hint, value=name,
                )  # fmt: skip
            elif not isinstance(value, Text):
                if nodes.blank(value):
                    row.cells[name] = Text("", value.place)
                else:
                    self.say(value.place, "template-shape", f"{name} takes one text", field=name)
            elif "\r" in value.value:
                self.say(value.place, "text-control", "control character: U+000D", field=name)
            else:
                row.cells[name] = value
