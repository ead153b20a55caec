"""From raw/ to a folder, all or nothing; what a mistake does, and does not do."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from cells import Run, set_cell


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_real_data_builds(built: Path) -> None:
    names = {path.name for path in (built / "build" / "dev").iterdir()}
    assert {
        "datapackage.json",
        "SHA256SUMS",
        "codebook.md",
        "CITATION.cff",
        "DISCLAIMER.md",
        "LICENSE-DATA",
        "csv",
    } <= names


def test_two_builds_are_the_same_bytes_whatever_the_machine_says(
    built: Path, run: Run, tmp_path: Path
) -> None:
    done = run(
        "build", "--raw", built / "raw", "--out", tmp_path / "elsewhere",
        TZ="Asia/Kamchatka", LC_ALL="C", PYTHONHASHSEED="7",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "elsewhere") == digests(built / "build" / "dev")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda raw: (raw / "links.csv").unlink(), "file-missing"),
        (lambda raw: (raw / "links.csv").write_bytes(b""), "csv-empty"),
        (
            lambda raw: set_cell(raw / "events.csv", "EV-00010", "date_edtf", "13/09/2022"),
            "type-edtf",
        ),
        (
            lambda raw: set_cell(raw / "events.csv", "EV-00010", "place_id", "nowhere"),
            "key-dangling",
        ),
        (
            lambda raw: (raw / "actors.csv").write_bytes(
                (raw / "actors.csv").read_bytes() + b"\xff\xfe\n"
            ),
            "csv-not-utf8",
        ),
    ],
)
def test_a_mistake_is_a_finding_and_the_last_good_build_stays(
    tree: Path, run: Run, built: Path, spoil, code: str
) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(built / "build" / "dev", tree / "build" / "dev")
    before = digests(tree / "build" / "dev")
    spoil(tree / "raw")
    done = run("build", "--raw", tree / "raw")
    assert done.returncode == 1
    assert code in done.stdout
    assert "Traceback" not in done.stderr
    assert digests(tree / "build" / "dev") == before
    assert [p.name for p in (tree / "build").iterdir()] == ["dev"]


def test_the_date_comes_from_the_option_or_the_environment_never_the_clock(
    tree: Path, run: Run
) -> None:
    def created(**env: str) -> str:
        words = ["build", "--raw", tree / "raw", "--out", tree / "out"]
        if "option" in env:
            words += ["--date", env.pop("option")]
        assert run(*words, **env).returncode == 0
        return str(json.loads((tree / "out" / "datapackage.json").read_text())["created"])[:10]

    assert created(option="2024-05-06") == "2024-05-06"
    assert created(SOURCE_DATE_EPOCH="86400") == "1970-01-02"
    import caucasus_data.locate as locate

    assert created() == locate.spec().coverage_end
    bad = run("build", "--raw", tree / "raw", "--date", "yesterday")
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1


def test_a_release_without_a_date_is_refused(tree: Path, run: Run) -> None:
    done = run("release", "0.0.1", "--raw", tree / "raw", SOURCE_DATE_EPOCH="")
    assert done.returncode == 2
    assert "needs its date" in done.stderr


def test_derived_columns_follow_from_raw(built: Path) -> None:
    import pyarrow.parquet as pq

    folder = built / "build" / "dev"
    events = {row["event_id"]: row for row in pq.read_table(folder / "events.parquet").to_pylist()}
    places = {row["place_id"]: row for row in pq.read_table(folder / "places.parquet").to_pylist()}
    for row in events.values():
        if row["coordinates_from"] == "place":
            assert row["latitude"] == places[row["place_id"]]["latitude"]
        if row["place_id"]:
            assert row["country"] == places[row["place_id"]]["country"]
    records = {row["record_id"] for row in pq.read_table(folder / "records.parquet").to_pylist()}
    assert set(events) <= records
    years = pq.read_table(folder / "membership_years.parquet").to_pylist()
    armenia = {
        r["year"]: r["status"]
        for r in years
        if (r["actor_id"], r["organization_id"], r["track"]) == ("armenia", "csto", "tie")
    }
    assert armenia[2010] == "member"
    assert all(r["days_min"] <= r["days_max"] <= 366 for r in years)


def test_a_column_declared_in_yaml_alone_reaches_every_product(tree: Path, run: Run) -> None:
    """One YAML and one CSV, no Python: validate, build, load, codebook, descriptor, SQLite."""
    import csv
    import io
    import sqlite3

    path = tree / "schemas" / "events.yaml"
    text = path.read_text(encoding="utf-8")
    field = (
        "  - name: rain_mm\n    type: integer\n    description: Rain on the day, in millimetres.\n"
        "    constraints:\n      minimum: 0\n    caucasus_data:\n      unit: mm\n"
    )
    path.write_text(text.replace("primaryKey:", field + "primaryKey:", 1), encoding="utf-8")
    rows = list(csv.reader(io.StringIO((tree / "raw" / "events.csv").read_text(encoding="utf-8"))))
    for number, row in enumerate(rows):
        row.append("rain_mm" if number == 0 else "12" if row[0] == "EV-00010" else "")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    (tree / "raw" / "events.csv").write_text(out.getvalue(), encoding="utf-8", newline="")

    assert run("validate", "--raw", tree / "raw").returncode == 0
    assert run("build", "--raw", tree / "raw").returncode == 0
    dev = tree / "build" / "dev"
    resources = {
        r["name"]: r for r in json.loads((dev / "datapackage.json").read_text())["resources"]
    }
    assert "rain_mm" in [f["name"] for f in resources["events"]["schema"]["fields"]]
    assert "`rain_mm`" in (dev / "codebook.md").read_text(encoding="utf-8")
    script = "import caucasus_data as cd; f = cd.load('events', version='dev').set_index('event_id')['rain_mm']; print(f.dtype, f['EV-00010'])"
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tree,
        env=os.environ,
        check=False,
    )
    assert done.stdout.split() == ["Int64", "12"], done.stderr
    done = run(
        "export", "events", "--to", "sqlite", tree / "e.sqlite", "--version", "dev", cwd=tree
    )
    assert done.returncode == 0, done.stderr
    assert sqlite3.connect(tree / "e.sqlite").execute(
        "SELECT rain_mm FROM events WHERE event_id = 'EV-00010'"
    ).fetchone() == (12,)
    assert "rain_mm" in run("codebook", "events", cwd=tree).stdout
    set_cell(tree / "raw" / "events.csv", "EV-00010", "rain_mm", "-1")
    found = run("validate", "--raw", tree / "raw", "--format", "json")
    assert found.returncode == 1
    (one,) = json.loads(found.stdout)["findings"]
    assert (one["field"], one["code"], one["record"]) == ("rain_mm", "type-range", "EV-00010")
