"""Releases: made once, never written over, refused when too small a bump."""

import json
from pathlib import Path

import pytest
from cells import Run, set_cell


@pytest.fixture
def released(tree: Path, run: Run) -> Path:
    done = run("release", "0.1.0", "--raw", tree / "raw", "--date", "2026-01-02")
    assert done.returncode == 0, done.stdout + done.stderr
    return tree


def test_the_index_says_what_the_folder_holds(released: Path, run: Run) -> None:
    index = json.loads((released / "build" / "releases" / "index.json").read_text())
    assert index["latest"] == "0.1.0"
    facts = index["releases"]["0.1.0"]
    assert facts["date"] == "2026-01-02"
    folder = released / "build" / "releases" / "0.1.0"
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(facts["files"]) == present
    assert facts["rows"]["events"] > 60
    assert run("verify", folder).returncode == 0


def test_a_release_is_never_written_over(released: Path, run: Run) -> None:
    done = run("release", "0.1.0", "--raw", released / "raw", "--date", "2026-01-03")
    assert done.returncode == 2
    assert "never written over" in done.stderr
    assert (
        run("release", "0.0.9", "--raw", released / "raw", "--date", "2026-01-03").returncode == 2
    )
    assert run("release", "one", "--raw", released / "raw", "--date", "2026-01-03").returncode == 2


@pytest.mark.parametrize(
    ("table", "record", "column", "value", "level", "least"),
    [
        ("events", "EV-00010", "description", "Said otherwise.", "patch", "0.1.1"),
        ("events", "EV-00010", "coder_note", "Noted.", "patch", "0.1.1"),
        ("events", "EV-00010", "date_edtf", "2022-09-13/2022-09-15", "minor", "0.2.0"),
        ("events", "EV-00010", "title", "Fighting, 13–14 September 2022", "minor", "0.2.0"),
        ("casualties", "CA-00001", "method", "official_statement", "minor", "0.2.0"),
    ],
)
def test_diff_names_the_smallest_bump_and_release_asks_for_it(
    released: Path,
    run: Run,
    table: str,
    record: str,
    column: str,
    value: str,
    level: str,
    least: str,
) -> None:
    path = released / "raw" / f"{table}.csv"
    before = path.read_text(encoding="utf-8")
    set_cell(path, record, column, value)
    if path.read_text(encoding="utf-8") == before:
        set_cell(path, record, column, "unknown")
    out = json.loads(
        run("diff", released / "build/releases/0.1.0", released, "--format", "json").stdout
    )
    assert out["bump"] == level
    assert [(d["table"], d["record"], d["field"]) for d in out["differences"]] == [
        (table, record, column)
    ]
    if level == "minor":
        refused = run("release", "0.1.1", "--raw", released / "raw", "--date", "2026-02-01")
        assert refused.returncode == 2
        assert f"asks for {least}" in refused.stderr
        assert column in refused.stderr
    done = run("release", least, "--raw", released / "raw", "--date", "2026-02-01")
    assert done.returncode == 0, done.stdout + done.stderr
    changes = (released / "build/releases" / least / "csv/changes.csv").read_text(encoding="utf-8")
    assert f"{least},{table},{record},{column},changed" in changes


def test_nothing_differs_between_a_release_and_its_tree(released: Path, run: Run) -> None:
    out = json.loads(
        run("diff", released / "build/releases/0.1.0", released, "--format", "json").stdout
    )
    assert out["differences"] == []
    assert out["bump"] == "none"


def test_a_published_record_leaves_only_through_retired(released: Path, run: Run) -> None:
    path = released / "raw" / "gaps.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lost = lines.pop(1).split(",")[0]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    found = json.loads(run("validate", "--raw", released / "raw", "--format", "json").stdout)[
        "findings"
    ]
    assert [(f["code"], f["record"]) for f in found] == [("key-disappeared", lost)]
    retired = released / "raw" / "retired.csv"
    retired.write_text(
        retired.read_text() + f"{lost},0.2.0,A claim was found,\n", encoding="utf-8", newline=""
    )
    assert run("validate", "--raw", released / "raw").returncode == 0


def test_markdown_for_reviewers_puts_figures_first(released: Path, run: Run) -> None:
    set_cell(released / "raw" / "events.csv", "EV-00010", "title", "Fighting on the border")
    claims = released / "raw" / "casualties.csv"
    first = claims.read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    set_cell(claims, first, "low", "1")
    out = run("diff", released / "build/releases/0.1.0", released, "--format", "markdown").stdout
    rows = [line for line in out.splitlines() if line.startswith(("| casualties", "| events"))]
    assert rows[0].startswith(f"| casualties | {first} | low:")
    assert rows[-1].startswith("| events | EV-00010 | title:")
