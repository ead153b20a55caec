"""Physical lines of ``raw/``: their text, for showing a cell; which of them a change touches."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Set
from pathlib import Path

PIECE = 1 << 16
"""Bytes read at once: a line may be endless."""
LONGEST = 1 << 20
"""Bytes of a line that are kept."""

_HUNK = re.compile(rb"@@ -\S+ \+([0-9]+)(?:,([0-9]+))? @@")


def lines_of(path: Path, wanted: Set[int]) -> dict[int, str]:
    """The wanted lines (from 1) of a file, as far as they exist, each cut at a megabyte."""
    if not wanted or path.is_symlink() or not path.is_file():
        return {}
    found: dict[int, bytearray] = {}
    number, last = 1, max(wanted)
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        while number <= last and (piece := file.readline(PIECE)):
            if number in wanted:
                line = found.setdefault(number, bytearray())
                line += piece[: LONGEST - len(line)]
            number += piece.endswith(b"\n")
    return {
        number: bytes(line).rstrip(b"\r\n").decode("utf-8", errors="replace")
        for number, line in found.items()
    }


def changed_lines(raw: Path, base: str) -> set[tuple[str, int]]:
    """File (``raw/<name>``) and line of all that differs from where the branch left ``base``;
    nothing if there is no base or no history to compare with."""
    if not base or base.startswith("-"):
        return set()
    for name in (f"origin/{base}", base):
        root = _git(raw, "merge-base", name, "HEAD")
        if root is not None:
            diff = _git(
                raw,
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                "--relative",
                root.decode().strip(),
                "--",
                ".",
            )
            return _parsed(diff or b"")
    return set()


def _git(folder: Path, *words: str) -> bytes | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _parsed(diff: bytes) -> set[tuple[str, int]]:
    """Lines of the new side of a diff without context."""
    changed: set[tuple[str, int]] = set()
    file, left = "", 0
    for line in diff.split(b"\n"):
        if left and line.startswith(b"+"):
            left -= 1
        elif line.startswith(b"+++ "):
            file = "raw/" + line[4:].decode("utf-8", "replace").strip('"\t').split("/", 1)[-1]
        elif match := _HUNK.match(line):
            first, count = int(match[1]), int(match[2]) if match[2] else 1
            changed |= {(file, number) for number in range(first, first + count)}
            left = count
    return changed
