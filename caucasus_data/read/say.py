"""Findings of one file, as the steps of reading it make them."""

from __future__ import annotations

from caucasus_data.codes import CODES
from caucasus_data.finding import Finding

SHOWN = 200
"""Characters of a cell that a finding repeats."""


def finding(
    file: str,
    line: int | None,
    column: int | None,
    code: str,
    message: str,
    *,
    field: str | None = None,
    record: str | None = None,
    value: str | None = None,
    hint: str | None = None,
) -> Finding:
    """Build a finding with the severity and the default hint of its code."""
    known = CODES[code]
    if value is not None and len(value) > SHOWN:
        value = value[:SHOWN] + "…"
    hint = known.hint if hint is None else hint
    return Finding(file, line, column, field, record, code, known.severity, message, value, hint)


class Say:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def __call__(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        record: str | None = None,
        value: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Add a finding; lines and columns count from 1."""
        self.findings.append(
            finding(
                self.file,
                line,
                column,
                code,
                message,
                field=field,
                record=record,
                value=value,
                hint=hint,
            )
        )
