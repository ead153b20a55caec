"""Complete things take the place of old ones in one step; one run at a time does so.

What is written stands aside, in ``<name>.<process>.tmp``, until it is whole. A run that was
killed leaves the last good thing in its place and at most such a scratch folder, which the next
run clears away.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from caucasus_data.errors import CaucasusDataError

PATIENCE = 120.0
"""Seconds to wait for another run before giving up."""

_AT_CURRENT_FOLDER = -100
_EXCHANGE = 2


class Busy(CaucasusDataError):
    """Another run is writing to the same place."""

    code = "busy"


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold ``folder`` (which is made if need be) against other runs; wait for them in turn.

    The folder itself is locked, so nothing is left behind. Raises :class:`Busy`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the user has to see to it
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        last = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > last:
                    raise Busy(
                        f"another run is writing to {folder}: try again when it is done"
                    ) from None
                time.sleep(0.05)
            except OSError:  # a file system without locks on folders
                break
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; gone afterwards unless it was put in place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target.parent):
        _clear(target)
    path = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(path, ignore_errors=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Swap a complete folder in for ``target``, in one step where the system can.

    Where it can't, a run that is killed between the two steps leaves the last good folder as
    ``<name>.last.tmp``, and the next run brings it back.
    """
    with alone(target.parent):
        _clear(target)
        last = _last(target)
        if not target.exists():
            made.replace(target)
        elif _exchanged(made, target):
            shutil.rmtree(made, ignore_errors=True)
        else:
            target.replace(last)
            made.replace(target)
            shutil.rmtree(last, ignore_errors=True)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file aside, on the disk for certain, and rename it into its place."""
    _clear_dead(path)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _last(target: Path) -> Path:
    return target.with_name(f"{target.name}.last.tmp")


def _clear(target: Path) -> None:
    """Bring back what a killed run had moved aside; remove what dead runs left unfinished."""
    last = _last(target)
    if last.is_dir():
        if target.exists():
            shutil.rmtree(last, ignore_errors=True)
        else:
            last.replace(target)
    _clear_dead(target)


def _clear_dead(target: Path) -> None:
    for path in target.parent.glob("*.tmp"):
        found = re.fullmatch(re.escape(target.name) + r"\.([0-9]+)\.tmp", path.name)
        if found and not _alive(int(found[1])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is no question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _exchanged(made: Path, target: Path) -> bool:
    """Exchange two folders in one step; False where the system has no such call."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, there = os.fsencode(made), os.fsencode(target)
    done: int = call(_AT_CURRENT_FOLDER, here, _AT_CURRENT_FOLDER, there, _EXCHANGE)
    return done == 0
