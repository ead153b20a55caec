"""What can be wrong with a template, and at which place of which file.

What a template's cells say is judged by ``validate`` under its own codes; here stands only what a
template can get wrong by itself: its YAML, its keys, its handles.
"""

from __future__ import annotations

from dataclasses import dataclass

from caucasus_data.codes import CODES
from caucasus_data.finding import Finding


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
    known = CODES[code]
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
