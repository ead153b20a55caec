"""Wheel and sdist: built beside a folder named ``build``, complete, and alone in the world."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling")


@pytest.fixture(scope="session")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, with its folder ``build``."""
    target = tmp_path_factory.mktemp("packages") / "repository"
    ignored = shutil.ignore_patterns(
        ".git",
        ".venv*",
        ".*_cache",
        "__pycache__",
        ".hypothesis",
        "dist",
        "dev",
        "*.tmp",
        ".judge-*",
    )
    shutil.copytree(root, target, ignore=ignored)
    return target


def python(*words: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="session")
def sdist(checkout: Path) -> Path:
    """``python -m build`` in the repository itself, where ``build/`` could shadow the module."""
    pytest.importorskip("build.__main__")
    python("-m", "build", "--sdist", "--no-isolation", cwd=checkout)
    (made,) = (checkout / "dist").glob("*.tar.gz")
    return made


def test_the_sdist_has_what_a_wheel_is_built_from_and_one_release(sdist: Path, root: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    newest = json.loads((root / "build/releases/index.json").read_text())["latest"]
    assert {
        "hatch_build.py",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "LICENSE-DATA",
        "schemas/events.yaml",
        "build/releases/index.json",
    } <= names
    released = {
        name.split("/")[2]
        for name in names
        if name.startswith("build/releases/") and name.count("/") > 2
    }
    assert released == {newest}
    folder = root / "build" / "releases" / newest
    assert {
        f"build/releases/{newest}/{p.relative_to(folder).as_posix()}"
        for p in folder.rglob("*")
        if p.is_file()
    } <= names


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by pip from what the sdist unpacks to."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    python(
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder / "wheels"),
        ".",
        cwd=tree,
    )
    (made,) = (folder / "wheels").glob("*.whl")
    return made


def test_a_wheel_from_the_sdist_is_the_wheel_from_the_checkout(
    wheel: Path, checkout: Path, tmp_path: Path
) -> None:
    python(
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        ".",
        cwd=checkout,
    )
    (other,) = tmp_path.glob("*.whl")

    def contents(path: Path) -> dict[str, int]:
        with zipfile.ZipFile(path) as archive:
            return {each.filename: each.CRC for each in archive.infolist()}

    assert contents(other) == contents(wheel)


def test_a_wheel_is_not_made_of_a_release_that_was_changed(checkout: Path, tmp_path: Path) -> None:
    tree = Path(
        shutil.copytree(
            checkout, tmp_path / "repository", ignore=shutil.ignore_patterns("dist", "tests", "raw")
        )
    )
    newest = json.loads((tree / "build/releases/index.json").read_text())["latest"]
    path = tree / "build/releases" / newest / "events.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    words = (
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        ".",
    )
    done = subprocess.run(
        [sys.executable, *words], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "is not the file that was released" in done.stdout + done.stderr


SCRIPT = """
import json, socket, sys
def no(*words, **more): raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = no
import caucasus_data as cd
from caucasus_data import locate
assert str(locate.releases_folder()).startswith(sys.prefix), locate.releases_folder()
print(json.dumps({name: len(cd.load(name)) for name in cd.tables()["table"]}))
assert cd.load("casualties", join=True)["event_label"].notna().all()
cd.codebook("events"); cd.cite(); cd.memberships_at("2020-01-01"); cd.casualty_ranges()
"""


def test_installed_into_an_empty_environment_it_loads_every_table_without_a_network(
    wheel: Path, root: Path, tmp_path: Path
) -> None:
    """Only pandas, pyarrow, click and what they need are lent to it."""
    import sysconfig

    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    program = home / "bin" / "python"
    if not program.exists():
        pytest.skip("another layout of environments")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(program), "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (site,) = (home / "lib").glob("python*/site-packages")
    lent = Path(sysconfig.get_paths()["purelib"])
    for name in (
        "pandas",
        "numpy",
        "numpy.libs",
        "pyarrow",
        "pyarrow.libs",
        "dateutil",
        "six.py",
        "pytz",
        "tzdata",
        "click",
    ):
        if (lent / name).exists():
            (site / name).symlink_to(lent / name)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "CAUCASUS"))
    }
    done = subprocess.run(
        [str(program), "-c", SCRIPT],
        capture_output=True,
        text=True,
        cwd=elsewhere,
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    index = json.loads((root / "build/releases/index.json").read_text())
    assert json.loads(done.stdout) == index["releases"][index["latest"]]["rows"]
    shown = subprocess.run(
        [str(home / "bin" / "caucasus-data"), "info"],
        capture_output=True,
        text=True,
        cwd=elsewhere,
        env=env,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert index["latest"] in shown.stdout
