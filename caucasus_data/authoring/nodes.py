"""YAML as a tree of texts, each with its file, line and column.

Nothing is interpreted: ``no`` and ``2022`` stay texts. Aliases, explicit tags and deep nesting are
refused, so that a file of a few bytes can't unfold into gigabytes. What the keys mean is left to
``template``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from caucasus_data.authoring.problems import Place, problem
from caucasus_data.errors import need
from caucasus_data.finding import Finding

DEEPEST = 8
"""Levels of nesting; a template has five."""


@dataclass(slots=True)
class Text:
    """A scalar as it was written."""

    value: str
    place: Place


@dataclass(slots=True)
class Mapping:
    """Keys and values, in order, each key once."""

    place: Place
    items: dict[str, tuple[Text, Node]] = field(default_factory=dict)


@dataclass(slots=True)
class Sequence:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


Node = Text | Mapping | Sequence


class Unreadable(Exception):
    """The file can't be read past this finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def decoded(data: bytes, file: str) -> str:
    """The text of a template's bytes; raises :class:`Unreadable` if they are not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8", "replace")) + 1
        place = Place(file, line, column)
        raise Unreadable(problem(place, "template-not-utf8", "bytes that are not UTF-8")) from error


def read_documents(text: str, file: str) -> tuple[list[Node], list[Finding]]:
    """Every document of a YAML text, with what is wrong in it short of its syntax.

    Raises :class:`Unreadable` where the reading must stop.
    """
    yaml: Any = need("reading templates", "validate", "yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(type(event).__name__, event)
    except yaml.reader.ReaderError as error:
        before = text.encode("utf-8")[: error.position].decode("utf-8", "ignore")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Unreadable(problem(place, "template-syntax", f"not YAML: {error.reason}")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        what = getattr(error, "problem", None) or "it can't be parsed"
        raise Unreadable(problem(place, "template-syntax", f"not YAML: {what}")) from error
    return builder.documents, builder.findings


class _Builder:
    """Builds trees from parser events without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.findings: list[Finding] = []
        self.open: list[Mapping | Sequence] = []
        self.keys: list[Text | None] = []

    def take(self, kind: str, event: Any) -> None:
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
            self.keys.pop()
        elif kind == "AliasEvent":
            raise Unreadable(problem(self.place(event), "template-alias", "an alias"))
        elif kind == "ScalarEvent":
            self.untagged(event)
            value = event.value.rstrip("\n") if event.style in ("|", ">") else event.value
            self.add(Text(value, self.place(event)))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.untagged(event)
            if len(self.open) >= DEEPEST:
                raise Unreadable(problem(self.place(event), "template-shape", "nested too deep"))
            place = self.place(event)
            node: Mapping | Sequence = (
                Mapping(place) if kind == "MappingStartEvent" else Sequence(place)
            )
            self.add(node)
            self.open.append(node)
            self.keys.append(None)

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def untagged(self, event: Any) -> None:
        if event.tag not in (None, "!"):
            message, hint = f"a tag: {event.tag}", "every value is text: leave the tag out"
            self.findings.append(problem(self.place(event), "template-shape", message, hint=hint))

    def add(self, node: Node) -> None:
        if not self.open:
            self.documents.append(node)
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            if not isinstance(node, Text):
                raise Unreadable(problem(node.place, "template-shape", "a key that is no text"))
            self.keys[-1] = node
            return
        self.keys[-1] = None
        if key.value in parent.items:
            message = f"{key.value} stands twice"
            self.findings.append(
                problem(key.place, "template-duplicate-key", message, value=key.value)
            )
        else:
            parent.items[key.value] = (key, node)


def blank(node: Node) -> bool:
    """Whether nothing is written in a node, however many blank keys it has."""
    if isinstance(node, Text):
        return not node.value.strip()
    if isinstance(node, Sequence):
        return all(blank(item) for item in node.items)
    return all(blank(value) for _, value in node.items.values())


def entries(node: Mapping) -> Iterator[tuple[str, Text, Node]]:
    """Key, key's text and value of each item."""
    for name, (key, value) in node.items.items():
        yield name, key, value
