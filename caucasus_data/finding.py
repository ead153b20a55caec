"""One thing that is wrong in the data, at its physical place.

A ``Hit`` is what a rule says (table, row, field); a ``Finding`` is what a person is shown
(file, line, column). ``validate`` turns the one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's refusal of one cell (``field``) or row (``field`` None) of a frame."""

    code: str
    table: str
    row: int
    field: str | None
    message: str
    hint: str = ""
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding at file, line and column; both null for a file that is missing."""

    file: str
    line: int | None
    column: int | None
    field: str | None
    record: str | None
    code: str
    severity: str
    message: str
    value: str | None
    hint: str

    def as_dict(self) -> dict[str, Any]:
        """The finding as the JSON format prints it."""
        return asdict(self)

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Sorting key: file, line, column, code."""
        return (self.file, self.line or 0, self.column or 0, self.code)


def in_file_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, line, column, code; identical findings once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.place)


def errors_in(findings: Iterable[Finding]) -> int:
    """How many of the findings make the command exit 1."""
    return sum(finding.severity == "error" for finding in findings)
