"""Releases are append-only: each is still what the commit that first added it held."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from caucasus_data.errors import CaucasusDataError
from caucasus_data.release_index import digest, read_index

INDEX = "build/releases/index.json"


class NoHistory(CaucasusDataError):
    """The history is not there to compare with."""

    code = "no-history"


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NoHistory(f"git {words[0]}: {done.stderr.strip() or 'failed'}")
    return done.stdout


def rewritten(root: Path) -> list[str]:
    """What differs from the commit that first added each release, one line each.

    Compares the entry in the index and every file's sha256. Raises :class:`NoHistory` outside a
    git checkout or in a shallow one.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise NoHistory("the clone is shallow: run git fetch --unshallow first")
    index = read_index(root / "build" / "releases")
    wrong = []
    commits = _git(root, "log", "--reverse", "--format=%H", "--", INDEX).split()
    first: dict[str, tuple[str, dict[str, object]]] = {}
    for commit in commits:
        shown = subprocess.run(
            ["git", "-C", str(root), "show", f"{commit}:{INDEX}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if shown.returncode != 0:
            continue
        for version, facts in json.loads(shown.stdout)["releases"].items():
            first.setdefault(version, (commit, facts))
    for version, (commit, facts) in first.items():
        now = index["releases"].get(version)
        if now is None:
            wrong.append(f"{version}: was in the index of {commit[:10]} and is gone")
        elif now != facts:
            wrong.append(f"{version}: its entry is not that of {commit[:10]}, which first added it")
        folder = root / "build" / "releases" / version
        files = facts["files"]
        assert isinstance(files, dict)
        for name, known in files.items():
            path = folder / name
            if not path.is_file() or digest(path) != known["sha256"]:
                wrong.append(f"{version}/{name}: not as {commit[:10]} added it")
    return wrong
