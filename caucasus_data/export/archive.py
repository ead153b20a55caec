"""One file of a whole release, for download: the same bytes wherever and whenever it is made."""

from __future__ import annotations

import zipfile
from pathlib import Path

from caucasus_data.export.folder import SUMS
from caucasus_data.export.place import replace_file

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644
_UNIX = 3


def zip_name(version: str) -> str:
    """``caucasus-data-<version>.zip``."""
    return f"caucasus-data-{version}.zip"


def zip_bytes(folder: Path, version: str) -> bytes:
    """The files of a release under ``caucasus-data-<version>/``, sorted by name.

    Stored, not compressed: what a compressor writes depends on its version, and the Parquet
    inside is compressed already. No time, owner or mode of the machine gets in.
    """
    import io

    out = io.BytesIO()
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert SUMS in names
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            facts = zipfile.ZipInfo(f"caucasus-data-{version}/{name}", _LONG_AGO)
            facts.create_system = _UNIX
            facts.external_attr = _PLAIN_FILE << 16
            archive.writestr(facts, (folder / name).read_bytes())
    return out.getvalue()


def write_zip(folder: Path, version: str, where: Path) -> Path:
    """Write the archive into the folder ``where`` (made if need be); returns its path."""
    where.mkdir(parents=True, exist_ok=True)
    path = where / zip_name(version)
    replace_file(path, zip_bytes(folder, version))
    return path
