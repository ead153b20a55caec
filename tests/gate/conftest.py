"""A clone of the repository as it stands, and the environment in which ``make`` runs there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


def git(folder: Path, *words: str) -> str:
    """One git command, with a name of its own and no settings of this machine."""
    named = (
        "-c",
        "user.name=gate",
        "-c",
        "user.email=gate@example.org",
        "-c",
        "commit.gpgsign=false",
    )
    done = subprocess.run(
        ["git", *named, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with all its history and, on top, one commit with what is not committed yet."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("clone") / "repository"
    git(ROOT, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    names = set(
        git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    ) - {""}
    for name in names:
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        else:
            target.unlink(missing_ok=True)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "as it stands")
    return folder


@pytest.fixture(scope="session")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``.venv/`` would be, with this interpreter: nothing is installed for the tests."""
    venv = tmp_path_factory.mktemp("venv")
    (venv / "bin").mkdir()
    for name, words in (("python", ""), ("caucasus-data", "-m caucasus_data ")):
        script = venv / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        script.chmod(0o755)
    return venv / "bin"


@pytest.fixture(scope="session")
def make(clone: Path, bin_folder: Path) -> Run:
    """``make TARGET`` in the clone, its virtual environment taken for made."""

    def make(target: str, folder: Path = clone) -> subprocess.CompletedProcess[str]:
        (bin_folder.parent / ".stamp").touch()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "GITHUB_"))}
        return subprocess.run(
            ["make", "--no-print-directory", target, f"VENV={bin_folder.parent}"],
            cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    return make
