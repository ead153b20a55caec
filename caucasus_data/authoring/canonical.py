"""The one form in which a table of ``raw/`` is written, and files brought into it.

Mends what carries no meaning: byte order mark, line ends, final newline, quoting, order of rows
and columns, plain spaces at edges or doubled, Unicode form NFC. No other value is touched, and a
file whose cells can't be told apart for certain is left as it is.
"""

from __future__ import annotations

import difflib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caucasus_data.finding import Finding
from caucasus_data.read import RawTable, read_table
from caucasus_data.read.table import finding
from caucasus_data.spec.model import Spec, Table

Row = Mapping[str, str | None]

LOSSLESS = frozenset(
    ["csv-bom", "csv-line-ends", "csv-no-final-newline", "csv-column-order", "csv-line-break"]
)
"""Findings of shape under which every cell is known all the same."""


def canonical_csv(table: Table, rows: Iterable[Row]) -> bytes:
    """The canonical bytes of a table's rows; values are written as they are."""
    names = [column.name for column in table.raw_columns]
    lines = [",".join(names)]
    lines += [
        ",".join(_quoted(row.get(name)) for name in names) for row in in_key_order(table, rows)
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def in_key_order(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows by key in code-point order, blank first; equal keys stay in their order."""
    return sorted(rows, key=lambda row: tuple(row.get(name) or "" for name in table.key))


def _quoted(text: str | None) -> str:
    if not text:
        return ""
    if any(character in text for character in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def mended(text: str | None) -> str | None:
    """A cell's text without edge and doubled plain spaces, in NFC; None if nothing is left."""
    if not text:
        return None
    text = unicodedata.normalize("NFC", text)
    return re.sub(" {2,}", " ", text.strip(" ")) or None


def unsafe(table: RawTable) -> list[Finding]:
    """Findings because of which a file can't be rewritten without risk to its values."""
    return [
        one for one in table.findings
        if one.code.startswith(("csv-", "file-")) and one.code not in LOSSLESS
    ]  # fmt: skip


@dataclass
class Formatted:
    """A file as it is and as it should be; ``after`` is None if it must be left alone."""

    path: Path
    before: bytes
    after: bytes | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether the file is to be rewritten."""
        return self.after is not None and self.after != self.before

    def diff(self) -> str:
        """The unified diff from the file as it is to what it should be."""
        if self.after is None or not self.differs:
            return ""
        name = f"raw/{self.path.name}"
        return "".join(
            line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(
                _lines(self.before), _lines(self.after), name, f"{name} (canonical)"
            )
        )


def _lines(data: bytes) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+$", data.decode("utf-8"))


def formatted(path: Path, table: Table) -> Formatted:
    """What a file should be; never raises for what is wrong inside it."""
    name = f"raw/{path.name}"
    if path.is_symlink() or (path.exists() and not path.is_file()):
        found = finding(name, None, None, "file-not-regular", "no plain file stands there")
        return Formatted(path, b"", None, [found])
    if not path.exists():
        return Formatted(
            path, b"", None, [finding(name, None, None, "file-missing", "the file is missing")]
        )
    before = path.read_bytes()
    plain, lone = _plain_ends(before)
    if lone is not None:
        found = finding(name, *lone, "csv-line-ends", "a CR that ends no line")
        return Formatted(path, before, None, [found])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(plain)
        read = read_table(copy, table)
    refused = unsafe(read)
    if read.broken or refused:
        return Formatted(path, before, None, refused or read.findings)
    rows = [{name: mended(cell) for name, cell in row.items()} for row in read.arrow.to_pylist()]
    return Formatted(path, before, canonical_csv(table, rows))


def _plain_ends(data: bytes) -> tuple[bytes, tuple[int, int] | None]:
    """Bytes with LF line ends, one at the end; and line and column of a CR that may be text.

    A file without any LF is one of old line ends (CR), unless a quoted cell could hold the CR.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or not data.strip():
        return data, None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data and b'"' not in data:
        data = data.replace(b"\r", b"\n")
    data = data.replace(b"\r\n", b"\n")
    if b"\r" in data:
        before = data[: data.index(b"\r")]
        last = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        return data, (before.count(b"\n") + 1, len(last) + 1)
    return data.rstrip(b"\n") + b"\n", None


def formatted_tables(raw: Path, spec: Spec) -> Iterator[Formatted]:
    """Each table of ``raw`` as it should be, in the order of the declaration."""
    for table in spec.raw_tables:
        yield formatted(raw / f"{table.name}.csv", table)
