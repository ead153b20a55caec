"""The bytes of one file and its physical lines by number, without holding the file.

Lines are read from the file again when a finding stands on them; that is rare, and keeps a
table of any size out of memory.
"""

from __future__ import annotations

import bisect
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt


class Source:
    """A file opened once, so that every read sees the same version of it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = threading.Lock()
        self.size = os.fstat(self._descriptor).st_size

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)

    def read(self, offset: int, size: int) -> bytes:
        """Bytes from ``offset``; fewer than ``size`` only at the end."""
        parts = []
        while size > 0:
            if hasattr(os, "pread"):
                part = os.pread(self._descriptor, size, offset)
            else:
                with self._lock:
                    os.lseek(self._descriptor, offset, os.SEEK_SET)
                    part = os.read(self._descriptor, size)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def decoded(line: bytes) -> str:
    """A line as text; what is no text becomes the replacement character."""
    text = line.decode("utf-8", errors="replace")
    return text.replace("\0", "\ufffd") if "\0" in text else text


class BlockLines(Sequence[str]):
    """Lines of a run of bytes, and those after it as far as somebody asks for them."""

    def __init__(
        self, data: bytes, ends: npt.NDArray[np.int64], more: Callable[[int], bytes]
    ) -> None:
        self._data = data
        self._ends = ends
        self._more = more
        self._later: list[bytes] = []
        self._read = 0
        self._rest = b""

    _exhausted = False

    def __len__(self) -> int:
        return len(self._ends) + len(self._later)

    def raw(self, number: int) -> bytes:
        """Bytes of a line without its end."""
        if number < len(self._ends):
            begin = int(self._ends[number - 1]) + 1 if number else 0
            return self._data[begin : int(self._ends[number])]
        return self._later[number - len(self._ends)]

    def reaches(self, number: int) -> bool:
        """Whether there is a line of this number, read from the file if need be."""
        while number >= len(self._ends) + len(self._later) and not self._exhausted:
            part = self._more(self._read)
            self._read += len(part)
            lines = (self._rest + part).split(b"\n")
            self._rest = lines.pop()
            if not part:
                self._exhausted = True
                lines += [self._rest] if self._rest else []
            self._later += lines
        return number < len(self._ends) + len(self._later)

    def __getitem__(self, number: int) -> str:  # type: ignore[override]
        return decoded(self.raw(number))


class FileLines:
    """Lines of a whole file by number, found by way of the blocks that it was read in."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._first: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self._ends: dict[int, npt.NDArray[np.uint32]] = {}
        self._last: tuple[int, str] = (-1, "")

    def add(self, first: int, offset: int, size: int) -> None:
        """Say that line ``first`` (from 0) begins at ``offset``, in a run of ``size`` bytes."""
        self._first.append(first)
        self._spans.append((offset, size))

    def reaches(self, number: int) -> bool:
        """Whether there is a line of this number."""
        try:
            self[number]
        except IndexError:
            return False
        return True

    def __getitem__(self, number: int) -> str:
        if self._last[0] == number:
            return self._last[1]
        block = bisect.bisect_right(self._first, number) - 1
        offset, size = self._spans[block]
        if block not in self._ends:
            data = np.frombuffer(self._source.read(offset, size), np.uint8)
            ends = np.flatnonzero(data == 10)
            if not len(ends) or ends[-1] != len(data) - 1:
                ends = np.append(ends, len(data))
            self._ends[block] = ends.astype(np.uint32)
        ends, at = self._ends[block], number - self._first[block]
        begin = int(ends[at - 1]) + 1 if at else 0
        line = self._source.read(offset + begin, int(ends[at]) - begin)
        text = decoded(line.removesuffix(b"\r") if ends[at] < size else line)
        self._last = (number, text)
        return text
