"""Killed at each step, on a full disk, or two at once: the last good state stays whole."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cells import Run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

TEMPLATE = """\
actors:
- {actor_id: armenia, name: Armenia, actor_class: state, iso3: ARM}
places:
- {place_id: armenia-area, name: Armenia, place_type: country, country: ARM, contested: 'false'}
"""


def cut(tree: Path, mode: str, most: int, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("cutting.py")), str(tree), mode, str(most), *words],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


COMMANDS = {
    "build": ("build", "--date", "2026-05-05"),
    "release": ("release", "0.2.0", "--date", "2026-05-05"),
}


@pytest.mark.parametrize("mode", ["kill", "full"])
@pytest.mark.parametrize("name", COMMANDS)
def test_products_are_the_old_or_the_new_and_the_next_run_succeeds(
    empty: Path, name: str, mode: str
) -> None:
    whole, *outcomes = cut(empty, mode, 9 if mode == "kill" else 6, *COMMANDS[name])
    assert whole["whole"] == 0
    assert whole["left"] == []
    assert whole["before"] != whole["after"]
    assert len(outcomes) >= 6
    for found in outcomes:
        if mode == "full":
            assert found["code"] in (0, 2), found
            assert found["code"] == 0 or "No space left" in found["said"]
            assert found["cut_left"] == [], found
        else:
            assert found["code"] == 99, found
        # what stood there stands: each product is the old one or the new one, whole
        for product, was in whole["before"].items():
            assert found["cut"][product] in (was, whole["after"][product]), (found["step"], product)
        for product in set(found["cut"]) - set(whole["before"]):
            assert found["cut"][product] == whole["after"][product], (found["step"], product)
        listed = found["cut"]["index"] == whole["after"]["index"]
        if name == "release" and listed:
            assert found["again"] == 2, found
            assert "never written over" in found["told"]
        else:
            assert found["again"] == 0, found
        assert found["after"] == whole["after"], found["step"]
        assert found["left"] == [], found["step"]


@pytest.mark.parametrize("mode", ["kill", "full"])
@pytest.mark.parametrize("name", ["apply", "format"])
def test_tables_are_the_old_or_the_new_once_the_next_run_began(
    empty: Path, name: str, mode: str
) -> None:
    (empty / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    if name == "format":
        for table in ("actors", "places"):
            path = empty / "raw" / f"{table}.csv"
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    whole, *outcomes = cut(
        empty,
        mode,
        7 if mode == "kill" else 4,
        *(("apply", "t.yaml") if name == "apply" else ("format",)),
    )
    assert whole["whole"] == 0, whole
    assert whole["before"]["raw"] != whole["after"]["raw"]
    assert len(outcomes) >= 4
    for found in outcomes:
        assert found["code"] in ((0, 2) if mode == "full" else (99,)), found
        if mode == "full":
            assert found["cut"]["raw"] in (whole["before"]["raw"], whole["after"]["raw"]), found
        assert found["again"] == 0, found
        assert found["after"] == whole["after"], found["step"]
        # a folder of a killed run's own check may lie there, ignored by git and read by nobody
        assert [name for name in found["left"] if not name.startswith(".judge-")] == [], found[
            "step"
        ]


def test_a_build_finishes_what_a_killed_edit_left(empty: Path, run: Run) -> None:
    """As ``apply`` leaves it when it is killed between two files: staged, with a journal."""
    from caucasus_data.authoring import replace

    raw = empty / "raw"
    actors = raw / "actors.csv"
    row = b"armenia,Armenia,,state,,,,,ARM,,,,\n"
    new = {"actors.csv": actors.read_bytes() + row}
    seen = {name: replace.digest(raw / name) for name in new}
    folder = replace.staging(raw)
    folder.mkdir()
    (folder / "actors.csv").write_bytes(new["actors.csv"])
    (folder / replace.JOURNAL).write_text(json.dumps(seen))
    done = run("build", "--raw", raw)
    assert done.returncode == 0, done.stdout + done.stderr
    assert actors.read_bytes() == new["actors.csv"]
    assert not folder.exists()
    assert (empty / "build/dev/csv/actors.csv").read_bytes().count(b"\n") == 2


def test_a_real_full_disk_leaves_the_last_build(empty: Path) -> None:
    """The system refuses to write more than some bytes into any file."""
    import resource

    before = {p: p.read_bytes() for p in (empty / "build/dev").rglob("*") if p.is_file()}

    def limit() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    done = subprocess.run(
        [sys.executable, "-m", "caucasus_data", "build", "--raw", str(empty / "raw"), "--date", "2026-05-05"],
        capture_output=True, text=True, check=False, preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert {p: p.read_bytes() for p in (empty / "build/dev").rglob("*") if p.is_file()} == before
    assert sorted(p.name for p in (empty / "build").iterdir()) == ["dev", "releases"]


def test_where_folders_cannot_be_exchanged_the_next_run_brings_the_last_one_back(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caucasus_data.export import place

    dev = empty / "build" / "dev"
    monkeypatch.setattr(place, "_exchanged", lambda made, target: False)
    made = empty / "build" / "made"
    made.mkdir()
    (made / "new").write_text("new")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self == made:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        place.put_in_place(made, dev)
    assert not dev.exists()
    monkeypatch.setattr(Path, "replace", real)
    with place.scratch(dev):
        assert (dev / "datapackage.json").is_file()
    place.put_in_place(made, dev)
    assert [p.name for p in dev.iterdir()] == ["new"]
    assert sorted(p.name for p in (empty / "build").iterdir()) == ["dev", "releases"]


def test_two_builds_at_once_leave_one_of_the_two(empty: Path, run: Run) -> None:
    import concurrent.futures

    days = ("2026-05-05", "2026-06-06", "2026-07-07")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda day: run("build", "--raw", empty / "raw", "--date", day), days))
    assert [d.returncode for d in done] == [0, 0, 0], [d.stderr for d in done]
    assert run("verify", empty / "build/dev").returncode == 0
    created = json.loads((empty / "build/dev/datapackage.json").read_text())["created"][:10]
    assert created in days
    assert sorted(p.name for p in (empty / "build").iterdir()) == ["dev", "releases"]


def test_two_releases_at_once_do_not_mix(empty: Path, run: Run) -> None:
    import concurrent.futures

    days = ("2026-05-05", "2026-06-06")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(
                lambda day: run("release", "0.2.0", "--raw", empty / "raw", "--date", day), days
            )
        )
    assert sorted(d.returncode for d in done) == [0, 2], [d.stderr for d in done]
    index = json.loads((empty / "build/releases/index.json").read_text())
    assert list(index["releases"]) == ["0.1.0", "0.2.0"]
    assert index["releases"]["0.2.0"]["date"] == days[[d.returncode for d in done].index(0)]
    assert run("verify", empty / "build/releases/0.2.0").returncode == 0
    assert sorted(p.name for p in (empty / "build/releases").iterdir()) == [
        "0.1.0",
        "0.2.0",
        "index.json",
    ]


def test_tables_that_change_while_they_are_read_are_not_built(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caucasus_data import build, locate
    from caucasus_data.export.place import Busy

    real = build.validate

    def slow(raw: Path, *words: Any) -> Any:
        verdict = real(raw, *words)
        path = raw / "actors.csv"
        path.write_bytes(path.read_bytes())
        os.utime(path, ns=(1, 1))
        return verdict

    monkeypatch.setattr(build, "validate", slow)
    before = (empty / "build/dev/datapackage.json").read_bytes()
    with pytest.raises(Busy, match="changed while it was read"):
        build.build(
            empty / "raw",
            locate.spec(empty / "raw"),
            empty / "build/dev",
            "2026-05-05",
            "Licence\n",
        )
    assert (empty / "build/dev/datapackage.json").read_bytes() == before
