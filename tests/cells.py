"""Edits of single cells, and what the command line is called by, for tests in every folder."""

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]


def set_cell(path: Path, record: str, column: str, value: str) -> None:
    """Write one cell of the first row that begins with ``record``, keeping the file canonical."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    at = rows[0].index(column)
    row = next(row for row in rows[1:] if row[0] == record)
    row[at] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
