"""The same bytes on any machine; the same content with any pyarrow; any change is seen."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cells import Run

WAYS = {
    "another time zone and locale": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"},
    "another hash seed": {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"},
}

CONTENT = """
import hashlib, json, sys
from pathlib import Path
import pyarrow
from caucasus_data.export.csv_ import csv_bytes
from caucasus_data.loading import read_parquet
folder = Path(sys.argv[1])
found = {p.stem: hashlib.sha256(csv_bytes(read_parquet(p))).hexdigest() for p in folder.glob("*.parquet")}
print(json.dumps([pyarrow.__version__, found]))
"""


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_release_made_elsewhere_has_the_same_bytes(
    released_once: Path, package: Path, tmp_path: Path, way: str
) -> None:
    tree = tmp_path / "a folder with a blank" / "ä"
    tree.mkdir(parents=True)
    for name in ("raw", "schemas"):
        shutil.copytree(released_once / name, tree / name)
    shutil.copy(released_once / "LICENSE-DATA", tree)
    for path in tree.rglob("*.csv"):
        os.utime(path, (1, 1))
    script = (
        "import os, runpy; os.umask(0o077); runpy.run_module('caucasus_data', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "release", "0.1.0", "--date", "2026-01-02"],
        cwd=tree, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "SOURCE_DATE_EPOCH": "", **WAYS[way]},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert digests(tree / "build/releases") == digests(package.parent)


def lowest(root: Path) -> Path | None:
    python = root / ".venv-lowest" / "bin" / "python"
    return python if python.is_file() else None


def contents(python: Path | str, folder: Path, root: Path) -> tuple[str, dict[str, str]]:
    done = subprocess.run(
        [str(python), "-c", CONTENT, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    version, found = json.loads(done.stdout)
    return version, found


def test_content_hashes_follow_from_the_rows_alone(root: Path, package: Path) -> None:
    """With this pyarrow, and with the lowest supported one where its environment was made."""
    index = json.loads((package.parent / "index.json").read_text())
    wanted = index["releases"]["0.1.0"]["content_sha256"]
    here, found = contents(sys.executable, package, root)
    assert found == wanted
    python = lowest(root)
    if python is not None:
        there, found = contents(python, package, root)
        assert there != here
        assert found == wanted


def test_every_committed_release_has_the_content_that_its_entry_says(root: Path) -> None:
    releases = root / "build" / "releases"
    for version, facts in json.loads((releases / "index.json").read_text())["releases"].items():
        for python in filter(None, (sys.executable, lowest(root))):
            assert contents(python, releases / version, root)[1] == facts["content_sha256"], version


def test_a_parquet_written_otherwise_has_other_bytes_and_the_same_content(
    root: Path, package: Path, tmp_path: Path
) -> None:
    import pyarrow.parquet as pq

    copy = Path(shutil.copytree(package, tmp_path / "0.1.0"))
    pq.write_table(
        pq.read_table(copy / "events.parquet"), copy / "events.parquet", compression="snappy"
    )
    assert digests(copy)["events.parquet"] != digests(package)["events.parquet"]
    assert contents(sys.executable, copy, root)[1] == contents(sys.executable, package, root)[1]


def test_the_gate_refuses_a_release_of_which_a_byte_changed(package: Path, tmp_path: Path) -> None:
    """The very steps of ``make gate``, on a copy of the releases with a history of their own."""
    from caucasus_data import gate
    from caucasus_data.immutable import rewritten

    tree = tmp_path / "tree"
    shutil.copytree(package.parent, tree / "build" / "releases")

    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=tree, check=True, capture_output=True)

    git("init", "-q")
    git("add", "--all", "--force")
    git("commit", "-q", "-m", "release")
    assert gate._releases(tree)
    assert gate._immutable(tree)
    path = tree / "build/releases/0.1.0/csv/events.csv"
    path.write_bytes(path.read_bytes().replace(b"2022", b"2023", 1))
    assert not gate._releases(tree)
    assert not gate._immutable(tree)
    # made whole again by its own lights, and committed: the first commit still tells
    index = json.loads((tree / "build/releases/index.json").read_text())
    index["releases"]["0.1.0"]["date"] = "2026-03-03"
    git("checkout", "--", "build/releases/0.1.0")
    (tree / "build/releases/index.json").write_text(json.dumps(index))
    git("add", "--all", "--force")
    git("commit", "-q", "-m", "another date")
    wrong = rewritten(tree)
    assert len(wrong) == 1
    assert "its entry is not that of" in wrong[0]


def test_the_gate_refuses_too_small_a_bump(released: Path, run: Run) -> None:
    from cells import set_cell

    from caucasus_data import gate

    set_cell(released / "raw" / "events.csv", "EV-00010", "title", "Fighting on the border")
    assert (
        run("release", "0.2.0", "--raw", released / "raw", "--date", "2026-02-01").returncode == 0
    )
    assert gate._releases(released)
    releases = released / "build/releases"
    text = (releases / "index.json").read_text().replace('"0.2.0"', '"0.1.1"')
    (releases / "index.json").write_text(text)
    (releases / "0.2.0").rename(releases / "0.1.1")
    assert not gate._releases(released)
