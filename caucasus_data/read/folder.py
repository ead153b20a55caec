"""The folder ``raw/``: which files should be there, and each of them read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from caucasus_data.errors import MissingData
from caucasus_data.finding import Finding
from caucasus_data.read.say import finding
from caucasus_data.read.table import RawTable, TableFile
from caucasus_data.spec.model import Spec, Table

ALSO_ALLOWED = frozenset(["datapackage.json", ".gitattributes"])


@dataclass
class RawFolder:
    """Every table of ``raw/`` as read, and what is wrong with the folder itself."""

    path: Path
    tables: dict[str, RawTable]
    declared: tuple[str, ...] = ()
    """Names of every table that should be there."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def all_findings(self) -> list[Finding]:
        """Findings of the folder and of every file."""
        return self.findings + [f for table in self.tables.values() for f in table.findings]


def open_folder(
    path: Path, spec: Spec, types: Callable[[Table], Mapping[str, pa.DataType]] | None = None
) -> tuple[RawFolder, dict[str, TableFile]]:
    """The folder without its rows, and the files to read them from, by table.

    Missing, extra and non-regular files are findings. ``types``: as which Arrow types a table's
    cells are read (text, or dictionaries of text).
    """
    if not path.is_dir():
        raise MissingData(f"there is no folder {path}")
    folder = RawFolder(path, {}, tuple(table.name for table in spec.raw_tables))
    files = {}

    def say(name: str, code: str, message: str) -> None:
        folder.findings.append(finding(f"raw/{name}", None, None, code, message))

    for table in spec.raw_tables:
        file = path / f"{table.name}.csv"
        if file.is_symlink() or (file.exists() and not file.is_file()):
            kind = "a link" if file.is_symlink() else "a folder"
            say(file.name, "file-not-regular", f"{kind} stands in the file's place")
        elif not file.exists():
            say(file.name, "file-missing", "the file is missing")
        else:
            files[table.name] = TableFile(file, table, types(table) if types else None)
    expected = {f"{table.name}.csv" for table in spec.raw_tables} | ALSO_ALLOWED
    for entry in sorted(path.iterdir()):
        if entry.name not in expected:
            say(entry.name, "file-unexpected", "nothing of this name belongs in raw/")
    return folder, files


def read_folder(path: Path, spec: Spec) -> RawFolder:
    """Read every declared table as text."""
    folder, files = open_folder(path, spec)
    folder.tables.update({name: file.collect() for name, file in files.items()})
    return folder
