"""The wheel carries schemas and the newest release, and works alone, offline, from any folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from caucasus_data import locate
from caucasus_data.release_index import read_index

pytest.importorskip("hatchling")


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_what_a_user_needs_and_no_more(wheel: Path) -> None:
    newest = read_index(locate.releases_folder())["latest"]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        index = json.loads(archive.read("caucasus_data/_carried/releases/index.json"))
    assert list(index["releases"]) == [newest]
    for table in locate.spec():
        assert f"caucasus_data/_carried/releases/{newest}/{table.name}.parquet" in names
        assert f"caucasus_data/_carried/schemas/{table.name}.json" in names
    assert "caucasus_data/py.typed" in names
    assert "caucasus_data/__init__.pyi" in names
    assert not [
        n
        for n in names
        if n.startswith(("tests/", "raw/", "benchmarks/")) or n.endswith((".yaml", ".csv"))
    ]
    assert wheel.stat().st_size < 2_000_000


def test_an_installed_wheel_loads_every_table_offline_from_any_folder(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    script = (
        "import socket\n"
        "def no(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = no\n"
        "import caucasus_data as cd, json\n"
        "assert '_carried' in str(__import__('caucasus_data.locate').locate.releases_folder())\n"
        "print(json.dumps({name: len(cd.load(name)) for name in cd.tables()['table']}))\n"
        "cd.codebook('events'); cd.cite(); cd.memberships_at('2020-01-01'); cd.casualty_ranges()\n"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n" + script],
        capture_output=True, text=True, cwd=elsewhere, env=env, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    index = read_index(locate.releases_folder())
    assert json.loads(done.stdout) == index["releases"][index["latest"]]["rows"]
