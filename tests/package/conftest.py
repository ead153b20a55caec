"""A copy of the repository's data in a folder of its own, and the command line as users call it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cells import Run

from caucasus_data.build import make_package
from caucasus_data.spec.model import Spec

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def _copy(target: Path) -> Path:
    for name in ("raw", "schemas"):
        shutil.copytree(ROOT / name, target / name)
    shutil.copy(ROOT / "LICENSE-DATA", target)
    return target


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """raw/ and schemas/ as they are, without releases."""
    return _copy(tmp_path / "tree")


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
def built(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A tree whose build/dev was made by the command."""
    made = _copy(tmp_path_factory.mktemp("built") / "tree")
    done = run("build", "--raw", made / "raw")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="session")
def package_small(tmp_path_factory: pytest.TempPathFactory, base_raw: Path, spec: Spec) -> Path:
    """A package of the rows of release 0.1.0, for readers that go row by row."""
    folder = tmp_path_factory.mktemp("small")
    licence = (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    make_package(base_raw, spec, folder, "dev", "2026-06-30", licence, baseline="none")
    return folder
