"""Pages of the tables: static rows to read, and the same rows as a script to search and sort."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from caucasus_data.site import address, words
from caucasus_data.site.cell import cell_of
from caucasus_data.site.content import Content, refers

PAGE = 100
"""Rows of one static page."""
LONG = 60
"""Characters from which a cell is given room."""


def kinds(content: Content, table: str) -> list[str]:
    """How each column is shown: key, record, url, number, word or text."""
    found = []
    declared = content.spec[table]
    for name in content.shown_columns(table):
        column = declared.by_name.get(name)
        if column is None:
            found.append("text")
        elif name in declared.key and (declared.owns_ids or name == "record_id" or name in PAGES):
            found.append("key")
        elif refers(declared, column) or name in ("record_id", "according_to", "used_by"):
            found.append("record")
        elif column.kind == "url":
            found.append("url")
        elif column.type in ("integer", "number"):
            found.append("number")
        elif column.enum is not None or name in ("country", "lang", "table"):
            found.append("word")
        else:
            found.append("text")
    return found


PAGES = ("event_id", "organization_id")
"""Keys of derived tables that are ids of records."""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _note(content: Content, record: Any) -> str:
    """The label beside an id that says nothing by itself."""
    opaque = str(record)[:2].isupper() and str(record)[2:3] == "-"
    return words.shortened(content.label(record), LONG) if opaque else ""


def data(content: Content, table: str) -> str:
    """The rows as a script: it calls one function with them, so that a folder on disk can load it."""
    columns, shown = content.shown_columns(table), kinds(content, table)
    rows = [[_plain(row.get(c)) for c in columns] for row in content.rows(table)]
    labels: dict[str, str] = {}
    for at, kind in enumerate(shown):
        if kind in ("record", "key"):
            for row in rows:
                if row[at] is not None and content.has_page(row[at]) and not labels.get(row[at]):
                    labels[row[at]] = _note(content, row[at]) if kind == "record" else ""
    found = {
        "table": table,
        "version": content.version,
        "columns": columns,
        "kinds": shown,
        "labels": labels,
        "rows": rows,
    }
    said = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return f"caucasusTable({said});\n"


def _cell(content: Content, table: str, name: str, kind: str, value: Any) -> dict[str, Any]:
    """A cell as the template writes it: ``text`` is the raw value, except for numbers."""
    found = {"text": "", "record": None, "label": "", "url": None, "kind": kind, "long": False}
    if value is None:
        return found
    if kind in ("record", "key") and content.has_page(value):
        label = _note(content, value) if kind == "record" else ""
        return found | {"text": str(value), "record": value, "label": label}
    cell = cell_of(content, table, name, value)
    text = str(value).lower() if isinstance(value, bool) else str(_plain(value))
    text = cell.text if kind == "number" else text
    return found | {"text": text, "url": cell.url, "long": kind == "text" and len(text) > LONG}


def pages(content: Content, table: str) -> Iterator[dict[str, Any]]:
    """The static pages of a table, each with its rows as cells."""
    declared = content.spec[table]
    columns, shown = content.shown_columns(table), kinds(content, table)
    rows = content.rows(table)
    many = max(1, -(-len(rows) // PAGE))
    heads = []
    for name, kind in zip(columns, shown, strict=True):
        column = declared.by_name.get(name)
        heads.append({"name": name, "kind": kind, "meaning": column.description if column else ""})
    for number in range(1, many + 1):
        part = rows[(number - 1) * PAGE : number * PAGE]
        yield {
            "table": table,
            "heading": declared.title,
            "description": " ".join(declared.description.split()),
            "heads": heads,
            "lines": [
                [
                    _cell(content, table, n, k, row.get(n))
                    for n, k in zip(columns, shown, strict=True)
                ]
                for row in part
            ],
            "first": (number - 1) * PAGE + 1 if rows else 0,
            "last": (number - 1) * PAGE + len(part),
            "total": len(rows),
            "number": number,
            "numbers": _around(number, many),
            "many": many,
            "path": address.table_page(table, number),
        }


def _around(number: int, many: int) -> list[int | None]:
    """Page numbers to offer: the ends, those near; None for a gap."""
    wanted = sorted({1, many, *range(max(1, number - 2), min(many, number + 2) + 1)})
    found: list[int | None] = []
    for page in wanted:
        if found and found[-1] is not None and page - found[-1] > 1:
            found.append(None)
        found.append(page)
    return found
