"""What can be wrong with a template, and at which place of which file.

What a template's cells say is judged by ``validate`` under its own codes; here stands only what a
template can get wrong by itself: its YAML, its keys, its handles.
"""

from __future__ import annotations

from dataclasses import dataclass

from caucasus_data.codes import CODES, Code
from caucasus_data.finding import Finding

TEMPLATE_CODES = {
    code.name: code
    for code in (
        Code("template-not-utf8", "A template that is not UTF-8", "Names saved in another encoding turn into garbage.", "Şuşa saved as windows-1254", "Şuşa saved as UTF-8", "save the file as UTF-8"),
        Code("template-syntax", "A template that is not YAML", "What can't be read can't be checked.", "title: a: b", "title: 'a: b'", "put a text with a colon, a hash or a bracket in single quotes"),
        Code("template-alias", "A YAML alias", "A few aliases of aliases unfold into gigabytes; a template has no need of them.", "title: *t", "title: Fighting near Jermuk", "write the value itself"),
        Code("template-shape", "Another shape than the key takes", "A record is a mapping, what hangs on it is a list of mappings, a cell is one text.", "event_actors: armenia", "event_actors: [{actor_id: armenia, role: side_a}]", "see caucasus-data new for the shape"),
        Code("template-unknown-key", "A key that the template does not have", "A misspelled key would be a silently lost value.", "event_types: battle", "event_type: battle", "see caucasus-data new for the keys"),
        Code("template-duplicate-key", "A key that stands twice in one mapping", "Which of the two is meant can't be known.", "title: a, title: b", "title: a", "delete one of the two"),
        Code("template-handle", "A handle that can't be used", "A handle stands for one record that the templates of one call define.", "place_id: new:jermuk", "place_id: jermuk", "define it once, in the id column of a record"),
        Code("template-conflict", "One row given twice with other cells", "Which of the two is meant can't be known.", "two citations of one place, supports and contradicts", "one of them", "delete one of the two, or make them equal"),
        Code("template-missing-row", "A row that the list no longer has", "A row with an id never vanishes in silence: users may have cited it.", "event_actors without EA-00007", "a line in retired", "retire it (a row in retired), or delete it in the CSV if it was never published"),
    )
}  # fmt: skip
"""Codes of this step, by name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a template; line and column are 1-based, column in code points."""

    file: str
    line: int
    column: int


def problem(
    place: Place,
    code: str,
    message: str,
    *,
    field: str | None = None,
    value: str | None = None,
    hint: str | None = None,
) -> Finding:
    """A finding at a place of a template, with the default hint of its code."""
    known = TEMPLATE_CODES.get(code) or CODES[code]
    return Finding(
        place.file, place.line, place.column, field, None,
        code, "error", message, value, known.hint if hint is None else hint,
    )  # fmt: skip


def as_text(finding: Finding) -> str:
    """One line: ``file:line:column: code: message (hint)``."""
    where = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
    hint = f" ({finding.hint})" if finding.hint else ""
    grade = "warning: " if finding.severity == "warning" else ""
    return f"{where}: {grade}{finding.code}: {finding.message}{hint}"
