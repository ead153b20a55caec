"""Releases in folders of their own: of the real data, made once, and of tables without rows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cells import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def run() -> Run:
    """``caucasus-data WORDS`` in a process of its own."""

    def call(
        *words: object, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "caucasus_data", *map(str, words)],
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def released_once(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A tree of the real data with a release 0.1.0; read it, never write to it."""
    tree = tmp_path_factory.mktemp("released") / "tree"
    for name in ("raw", "schemas"):
        shutil.copytree(ROOT / name, tree / name)
    shutil.copy(ROOT / "LICENSE-DATA", tree)
    done = run("release", "0.1.0", "--raw", tree / "raw", "--date", "2026-01-02")
    assert done.returncode == 0, done.stdout + done.stderr
    return tree


@pytest.fixture
def released(released_once: Path, tmp_path: Path) -> Path:
    """A copy of it to write to."""
    return Path(shutil.copytree(released_once, tmp_path / "tree"))


@pytest.fixture(scope="session")
def package(released_once: Path) -> Path:
    """The folder of that release; read it, never write to it."""
    return released_once / "build" / "releases" / "0.1.0"


@pytest.fixture(scope="session")
def empty_once(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    tree = tmp_path_factory.mktemp("empty") / "tree"
    shutil.copytree(ROOT / "schemas", tree / "schemas")
    shutil.copy(ROOT / "LICENSE-DATA", tree)
    (tree / "raw").mkdir()
    for path in (ROOT / "raw").glob("*.csv"):
        header = path.read_bytes().split(b"\n", 1)[0] + b"\n"
        (tree / "raw" / path.name).write_bytes(header)
    done = run("release", "0.1.0", "--raw", tree / "raw", "--date", "2026-01-02")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("build", "--raw", tree / "raw")
    assert done.returncode == 0, done.stdout + done.stderr
    return tree


@pytest.fixture
def empty(empty_once: Path, tmp_path: Path) -> Path:
    """A tree of tables without rows, with a release 0.1.0 and a build: quick to build again."""
    return Path(shutil.copytree(empty_once, tmp_path / "empty"))
