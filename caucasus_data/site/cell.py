"""A value of the data as it stands on a page: text, a link to a record, a link to a source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from caucasus_data.site import address, words
from caucasus_data.site.content import Content, Row, refers
from caucasus_data.site.heading import heading


@dataclass(frozen=True)
class Cell:
    """What a template writes: ``text``, linked to ``record`` or ``url`` if there is one."""

    text: str = ""
    record: str | None = None
    url: str | None = None
    title: str = ""
    code: bool = False
    lang: str | None = None
    """Language of a text that is not in English."""


BLANK = Cell()


def record_cell(content: Content, record: Any, text: str | None = None) -> Cell:
    """A link to a record by its label; plain text if it has no page."""
    if record is None:
        return BLANK
    label = text if text is not None else heading(content, str(record))
    return Cell(label, record=str(record) if content.has_page(record) else None, title=str(record))


def cell_of(content: Content, table: str, column: str, value: Any) -> Cell:
    """A cell of a table by what its column is declared to hold."""
    if value is None:
        return BLANK
    declared = content.spec[table].by_name.get(column) if table in content.spec.tables else None
    if declared is None:
        return Cell(str(value))
    if refers(content.spec[table], declared) or column == "record_id":
        return record_cell(content, value)
    if declared.kind == "url":
        return Cell(str(value), url=address.outside(value))
    if declared.is_edtf:
        return Cell(words.date_words(value), title=str(value))
    if declared.enum is not None:
        return Cell(words.plain(value), title=meaning(declared.terms.get(str(value))))
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, dt.date):
        return Cell(words.day_words(value), title=value.isoformat())
    if isinstance(value, float) and column in ("latitude", "longitude"):
        return Cell(f"{value:g}")
    if (
        isinstance(value, (int, float))
        and not column.endswith("_code")
        and column not in ("year", "scope_rule", "where_precision")
    ):
        return Cell(words.number(value))
    if column == "doi":
        return Cell(str(value), url=address.outside(f"https://doi.org/{value}"))
    if column == "wikidata_qid":
        return Cell(str(value), url=address.outside(f"https://www.wikidata.org/wiki/{value}"))
    return Cell(str(value))


def meaning(term: Any) -> str:
    """What a word of a vocabulary means, as ``schemas/`` says."""
    if isinstance(term, dict):
        return str(term.get("description", ""))
    return str(term or "")


def own_lang(row: Row) -> str | None:
    """Language of a source's or agreement's own title, if it is one plain tag that is not English."""
    lang = row.get("lang")
    if lang is None or str(lang).split("-")[0] == "en" or not str(lang).replace("-", "").isalnum():
        return None
    return str(lang)
