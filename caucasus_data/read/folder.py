"""The folder ``raw/``: which files should be there, and each of them read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from caucasus_data.errors import MissingData
from caucasus_data.finding import Finding
from caucasus_data.read.table import RawTable, finding, read_table
from caucasus_data.spec.model import Spec

ALSO_ALLOWED = frozenset(["datapackage.json", ".gitattributes"])


@dataclass
class RawFolder:
    """Every table of ``raw/`` as read, and what is wrong with the folder itself."""

    path: Path
    tables: dict[str, RawTable]
    findings: list[Finding] = field(default_factory=list)

    @property
    def all_findings(self) -> list[Finding]:
        """Findings of the folder and of every file."""
        return self.findings + [f for table in self.tables.values() for f in table.findings]


def read_folder(path: Path, spec: Spec) -> RawFolder:
    """Read every declared table; missing, extra and non-regular files are findings."""
    if not path.is_dir():
        raise MissingData(f"there is no folder {path}")
    folder = RawFolder(path, {})
    for table in spec.raw_tables:
        file = path / f"{table.name}.csv"
        name = f"raw/{file.name}"
        if file.is_symlink() or (file.exists() and not file.is_file()):
            kind = "a link" if file.is_symlink() else "a folder"
            folder.findings.append(finding(name, None, None, "file-not-regular", f"{kind} stands in the file's place"))
        elif not file.exists():
            folder.findings.append(finding(name, None, None, "file-missing", "the file is missing"))
        else:
            folder.tables[table.name] = read_table(file, table)
    expected = {f"{table.name}.csv" for table in spec.raw_tables} | ALSO_ALLOWED
    for entry in sorted(path.iterdir()):
        if entry.name not in expected:
            folder.findings.append(
                finding(f"raw/{entry.name}", None, None, "file-unexpected", "nothing of this name belongs in raw/")
            )
    return folder
