"""Commented templates to fill in, made from the declaration of the tables."""

from __future__ import annotations

import textwrap

from caucasus_data.authoring.template import CHILDREN, ELSEWHERE, MAINS, TIES
from caucasus_data.errors import UnknownName
from caucasus_data.spec.model import Column, Spec, Table

KINDS = ("event", "agreement", "casualty", "membership", "source")
WIDTH = 96

HANGING = {
    "event": (
        *CHILDREN["events"][:3],
        "links",
        "names",
        "external_ids",
        "sources",
        "actors",
        "places",
    ),
    "agreement": (
        *CHILDREN["agreements"],
        "links",
        "names",
        "external_ids",
        "sources",
        "actors",
        "places",
    ),
    "casualty": ("sources", "actors", "places"),
    "membership": (*CHILDREN["memberships"], "sources", "actors"),
    "source": (),
}
"""Lists that a kind's template offers, besides the citations inside its rows."""


def template_of(kind: str, spec: Spec) -> str:
    """A commented template; unfilled it is refused, and blank rows of its lists are passed over."""
    if kind not in KINDS:
        raise UnknownName(f"no kind {kind!r}; choose from {', '.join(KINDS)}")
    main = spec[MAINS[kind]]
    lines = _comment(
        f"A new {kind}. Fill in, then: caucasus-data apply FILE. Every value is text; a blank value is a "
        "blank cell, and blank rows of lists are passed over. Copy a row of a list for each further one. "
        "A text with a colon and a space, or a hash, goes in single quotes.",
        "",
    )
    lines.append(f"{kind}:")
    for column in main.raw_columns:
        lines += _cell(column, main, "  ", "  ")
    if kind != "source":
        lines += _list(spec["citations"], "  ", "record_id")
    for name in HANGING[kind]:
        table = spec[name]
        child = name in CHILDREN.get(main.name, ())
        # what hangs on the main record does not name it, nor anything else that it could hang on
        lines += _list(
            table, "", main.single_key if child else TIES.get(name), *ELSEWHERE.get(name, ())
        )
        if table.owns_ids and (child or name == "names"):
            lines += _list(spec["citations"], "    ", "record_id")
    return "\n".join(lines) + "\n"


def _list(table: Table, indent: str, *skipped: str | None) -> list[str]:
    lines = [*_comment(f"{table.title}. {table.description}", indent), f"{indent}{table.name}:"]
    at = f"{indent}  - "
    for column in table.raw_columns:
        if column.name not in skipped:
            lines += _cell(column, table, indent + "    ", at)
            at = indent + "    "
    return lines


def _cell(column: Column, table: Table, indent: str, at: str) -> list[str]:
    """A column: what it means and takes, and its blank key."""
    own = column.name == table.single_key
    told = column.description
    if own and table.id_prefix is not None:
        told = "Leave blank: an id is allotted. Or a handle, such as new:first, to refer to it elsewhere."
    elif column.name in table.foreign_keys:
        told += f" (a key of {table.foreign_keys[column.name][0]})"
    elif column.references:
        told += f" (an id of {', '.join(column.references)})"
    if column.required and not (own and table.id_prefix is not None):
        told = f"REQUIRED. {told}"
    if column.enum is not None:
        told += " One of: " + ", ".join(column.enum)
    return [*_comment(told, indent), f"{at}{column.name}:"]


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
