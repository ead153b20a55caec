"""Tables, columns and vocabularies as ``schemas/`` declares them.

Reads ``schemas/*.yaml`` of a checkout or the JSON copy in an installed package. Compiling the
declaration into schemas of other libraries is left to the modules beside this one.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caucasus_data.errors import BrokenData, MissingData, UnknownName, need

KEY = "caucasus_data"
"""The namespaced key under which ``schemas/`` says what Table Schema lacks."""

DEEPEST = 50
"""Levels of YAML beyond which no schema of ours goes."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""A table's name, which is also its file's: a schema leads to no other folder."""
NOT_TABLES = ("dataset", "naming")
KINDS = ("id", "slug", "record", "edtf", "edtf_interval", "lang", "url", "vocabulary", "text")


@dataclass(frozen=True, eq=False)
class Column:
    """One declared column; types are Table Schema's string, integer, number, boolean, date."""

    name: str
    type: str
    description: str = ""
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    enum: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    kind: str = "text"
    unit: str | None = None
    change: str = "minor"
    derived: str | None = None
    references: tuple[str, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, descriptor: Mapping[str, Any]) -> Column:
        """Build the column from its Table Schema field descriptor."""
        limits = descriptor.get("constraints", {})
        ours = descriptor.get(KEY, {})
        enum = limits.get("enum")
        return cls(
            name=descriptor["name"],
            type=descriptor.get("type", "string"),
            description=descriptor.get("description", ""),
            required=bool(limits.get("required", False)),
            unique=bool(limits.get("unique", False)),
            pattern=limits.get("pattern"),
            enum=tuple(str(word) for word in enum) if enum is not None else None,
            minimum=limits.get("minimum"),
            maximum=limits.get("maximum"),
            max_length=limits.get("maxLength"),
            kind=ours.get("kind", "vocabulary" if enum is not None else "text"),
            unit=ours.get("unit"),
            change=ours.get("change", "minor"),
            derived=ours.get("derived"),
            references=tuple(ours.get("references", ())),
            terms=ours.get("terms", {}),
            descriptor=descriptor,
        )

    @property
    def is_edtf(self) -> bool:
        """Whether the cell is a date in the dataset's EDTF grammar."""
        return self.kind in ("edtf", "edtf_interval")

    @property
    def stem(self) -> str:
        """The name without ``_edtf``: what the derived bounds are named after."""
        return self.name.removesuffix("_edtf")


@dataclass(frozen=True, eq=False)
class Table:
    """One declared table; ``raw_columns`` are edited by hand, the others derived in a build."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: Mapping[str, tuple[str, str]]
    group: str = "reference"
    order: int = 99
    id_prefix: str | None = None
    label: tuple[str, ...] = ()
    derived: bool = False
    sort: tuple[str, ...] = ()

    @classmethod
    def read(cls, descriptor: Mapping[str, Any]) -> Table:
        """Build the table from its Table Schema descriptor."""
        ours = descriptor.get(KEY, {})
        if not _NAME.fullmatch(descriptor["name"]):
            raise ValueError(f"{descriptor['name']!r} is no name of a table")
        key = descriptor.get("primaryKey", [])
        key = (key,) if isinstance(key, str) else tuple(key)
        keys = {}
        for item in descriptor.get("foreignKeys", []):
            source = _only(item["fields"])
            keys[source] = (
                item["reference"]["resource"] or descriptor["name"],
                _only(item["reference"]["fields"]),
            )
        return cls(
            name=descriptor["name"],
            title=descriptor.get("title", descriptor["name"]),
            description=descriptor.get("description", ""),
            columns=tuple(Column.read(column) for column in descriptor["fields"]),
            key=key,
            foreign_keys=keys,
            group=ours.get("group", "reference"),
            order=ours.get("order", 99),
            id_prefix=ours.get("id_prefix"),
            label=tuple(ours.get("label", ())),
            derived=bool(ours.get("derived", False)),
            sort=tuple(ours.get("sort", key)),
        )

    @functools.cached_property
    def raw_columns(self) -> tuple[Column, ...]:
        """Columns of the hand-edited CSV, in order."""
        return () if self.derived else tuple(c for c in self.columns if not c.derived)

    @functools.cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @functools.cached_property
    def edtf_columns(self) -> tuple[Column, ...]:
        """Hand-edited date columns."""
        return tuple(column for column in self.raw_columns if column.is_edtf)

    @property
    def single_key(self) -> str | None:
        """The key column, if the key is one column."""
        return self.key[0] if len(self.key) == 1 else None

    @property
    def owns_ids(self) -> bool:
        """Whether the table's key names a thing (a record), not a line about one."""
        key = self.single_key
        return not self.derived and key is not None and self.by_name[key].kind in ("id", "slug")


@dataclass(frozen=True, eq=False)
class Spec:
    """Every table, and what ``dataset.yaml`` and ``naming.yaml`` say."""

    tables: Mapping[str, Table]
    dataset: Mapping[str, Any]
    naming: Mapping[str, Any]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def __getitem__(self, name: str) -> Table:
        try:
            return self.tables[name]
        except KeyError:
            raise UnknownName.of("table", name, self.tables) from None

    @functools.cached_property
    def raw_tables(self) -> tuple[Table, ...]:
        """Tables that are edited by hand, in order."""
        return tuple(table for table in self if not table.derived)

    @functools.cached_property
    def record_tables(self) -> tuple[Table, ...]:
        """Tables whose keys are ids of records."""
        return tuple(table for table in self if table.owns_ids)

    @property
    def coverage_end(self) -> str:
        """Last day that the data covers, as YYYY-MM-DD; nothing in the package reads the clock."""
        return str(self.dataset["coverage_end"])


def _only(value: Any) -> str:
    if isinstance(value, str):
        return value
    (one,) = value
    return str(one)


def read_yaml(path: Path) -> Any:
    """Read one YAML file with the C parser where there is one."""
    yaml: Any = need("reading YAML", "validate", "yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_deep(path, yaml.parse(text, Loader=loader))
        return yaml.load(text, loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        place = getattr(error, "problem_mark", None)
        where = f":{place.line + 1}:{place.column + 1}" if place else ""
        what = getattr(error, "problem", None) or type(error).__name__
        raise BrokenData(f"{path.name}{where}: {what}") from error


def _refuse_deep(path: Path, events: Iterable[Any]) -> None:
    """Refuse nesting on which the loader, which recurses in C, would run out of stack."""
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > DEEPEST:
            place = event.start_mark
            raise BrokenData(f"{path.name}:{place.line + 1}:{place.column + 1}: nested too deep")


def load_spec(folder: Path) -> Spec:
    """Read a folder of schemas (YAML in a checkout, JSON in an installed package)."""
    files = sorted(folder.glob("*.yaml")) or sorted(folder.glob("*.json"))
    if not files:
        raise MissingData(f"no schemas in {folder}")
    documents = {}
    for path in files:
        if path.suffix == ".json":
            documents[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        else:
            documents[path.stem] = read_yaml(path)
    extras = {name: documents.pop(name, None) or {} for name in NOT_TABLES}
    try:
        tables = [Table.read(document) for document in documents.values()]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenData(f"{folder}: a schema lacks what a Table Schema has: {error}") from error
    tables.sort(key=lambda table: (table.order, table.name))
    return Spec({table.name: table for table in tables}, extras["dataset"], extras["naming"])
