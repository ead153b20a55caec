"""Replace several files of ``raw/`` so that either all of them change or none does.

New files are staged beside the folder, then a journal is written (the point of no return), then
each file is renamed into its place. A run that was cut off between is finished by the next one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from caucasus_data.errors import BrokenData, CaucasusDataError, MissingData

JOURNAL = "journal.json"


class Busy(CaucasusDataError):
    """Another run is writing to the same folder."""

    code = "busy"


def staging(raw: Path) -> Path:
    """Where new files of ``raw`` wait: beside it, so on the same filesystem."""
    raw = raw.resolve()
    return raw.parent / f".{raw.name}-staged"


@contextlib.contextmanager
def locked(raw: Path) -> Iterator[None]:
    """Hold ``raw`` alone while writing, and finish what an earlier run left behind.

    Raises :class:`Busy` if another run holds it. The lock is on a file beside the folder, which
    is taken away again at the end.
    """
    if not raw.is_dir():
        raise MissingData(f"there is no folder {raw}")
    raw = raw.resolve()
    path = raw.parent / f".{raw.name}.lock"
    with contextlib.ExitStack() as stack:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        stack.callback(os.close, handle)
        _take(handle, path)
        stack.callback(path.unlink, missing_ok=True)
        finish(raw)
        yield


def _take(handle: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the user has to see to it
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # the file may have been taken away by its last holder between opening and locking it
        gone = not path.exists() or path.stat().st_ino != os.fstat(handle).st_ino
    except OSError:
        gone = True
    if gone:
        raise Busy(f"another run is writing to this folder ({path.name} is locked): try again")


def digest(path: Path) -> str | None:
    """sha256 of a file's bytes; None if it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def replace_files(raw: Path, contents: Mapping[str, bytes], seen: Mapping[str, str | None]) -> None:
    """Write ``contents`` (file name to bytes) into ``raw``, all or none.

    ``seen``: digests of the files as the caller read them; a file that has changed since is not
    overwritten (:class:`BrokenData`). Call it under :func:`locked`.
    """
    raw = raw.resolve()
    folder = staging(raw)
    folder.mkdir()
    try:
        for name, data in contents.items():
            _write(folder / name, data)
            if (raw / name).exists():
                shutil.copymode(raw / name, folder / name)
        for name in contents:
            if digest(raw / name) != seen.get(name):
                raise BrokenData(
                    f"raw/{name} was changed by someone else meanwhile; nothing is written"
                )
        _write(folder / f"{JOURNAL}.part", json.dumps(dict(seen)).encode())
        (folder / f"{JOURNAL}.part").replace(folder / JOURNAL)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finish(raw)


def finish(raw: Path) -> None:
    """Rename what is staged into its place, if the journal says that it is complete."""
    raw = raw.resolve()
    folder = staging(raw)
    if not folder.is_dir():
        return
    if (folder / JOURNAL).is_file():
        seen = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
        waiting = sorted(path for path in folder.iterdir() if path.suffix == ".csv")
        for path in waiting:
            if digest(raw / path.name) not in (seen.get(path.name), digest(path)):
                raise BrokenData(
                    f"a run was cut off, and raw/{path.name} was changed since: take what you need "
                    f"from {folder.name}/ and delete it"
                )
        for path in waiting:
            path.replace(raw / path.name)
    shutil.rmtree(folder)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
