"""Compile tables into SQL DDL that SQLite and DuckDB both take, keys declared.

Parents come before children; DuckDB cannot declare cyclic foreign keys, so tables are ordered by
their references, and a reference that would close a cycle is left to a comment.
"""

from __future__ import annotations

from collections.abc import Iterable

from caucasus_data.spec.model import Spec, Table

_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


def quoted(name: str) -> str:
    """An identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def in_order(tables: Iterable[Table]) -> list[Table]:
    """Tables so that what a table refers to comes before it, as far as there is no cycle."""
    left = list(tables)
    done: list[Table] = []
    names = {table.name for table in left}
    while left:
        placed = {table.name for table in done}
        ready = [
            t
            for t in left
            if {target for target, _ in t.foreign_keys.values()} & names <= placed | {t.name}
        ]
        nearest = ready or [
            min(left, key=lambda t: len({x for x, _ in t.foreign_keys.values()} - placed))
        ]
        done.extend(nearest)
        left = [table for table in left if table not in nearest]
    return done


def create_table(table: Table, defined: set[str], self_references: bool = True) -> str:
    """``CREATE TABLE`` with keys, vocabularies and ranges; ``defined``: tables made before.

    ``self_references``: DuckDB wants the parents of a row that refers to its own table first,
    so they are left out there.
    """
    lines = []
    for column in table.columns:
        line = f"{quoted(column.name)} {_TYPES[column.type]}"
        if column.required:
            line += " NOT NULL"
        if column.enum is not None:
            words = ", ".join("'" + word.replace("'", "''") + "'" for word in column.enum)
            line += f" CHECK ({quoted(column.name)} IN ({words}))"
        if column.minimum is not None:
            line += f" CHECK ({quoted(column.name)} >= {column.minimum})"
        if column.maximum is not None:
            line += f" CHECK ({quoted(column.name)} <= {column.maximum})"
        lines.append(line)
    if table.key:
        lines.append("PRIMARY KEY (" + ", ".join(map(quoted, table.key)) + ")")
    for name, (target, key) in table.foreign_keys.items():
        clause = f"FOREIGN KEY ({quoted(name)}) REFERENCES {quoted(target)} ({quoted(key)})"
        if target in defined or (target == table.name and self_references):
            lines.append(clause)
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quoted(table.name)} (\n  {body}\n);"


def ddl(
    spec: Spec, only: set[str] | None = None, self_references: bool = True
) -> list[tuple[Table, str]]:
    """Every table (of ``only``) with its statement, in an order in which they can be run."""
    chosen = [table for table in spec if only is None or table.name in only]
    statements = []
    defined: set[str] = set()
    for table in in_order(chosen):
        statements.append((table, create_table(table, defined, self_references)))
        defined.add(table.name)
    return statements
