"""The command line: help, exit codes, one-line errors."""

import json
from pathlib import Path

import pytest
from cells import Run, set_cell

from caucasus_data.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_its_exit_codes(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Exit codes: 0 done; 1 the data falls short; 2 it could not run." in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["validate", "--raw", "/no/such/folder"],
        ["validate", "--no-such-option"],
        ["explain", "no-such-code"],
        ["codebook", "event"],
        ["verify", "9.9.9"],
        ["diff", "0.1.0", "/no/such/folder"],
        ["export", "event", "--to", "csv", "x.csv"],
        ["new", "war"],
        ["show", "EV-99999"],
        ["report", "gossip"],
        ["cite", "--version", "9.9.9"],
    ],
)
def test_a_users_mistake_ends_in_one_line_and_exit_2(
    run: Run, words: list[str], tmp_path: Path
) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("caucasus-data: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_findings_in_json_have_the_promised_shape(tree: Path, run: Run) -> None:
    set_cell(tree / "raw" / "events.csv", "EV-00010", "event_type", "border clash")
    done = run("validate", "--raw", tree / "raw", "--format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert set(document["summary"]) == {"errors", "warnings", "files", "rows", "shown"}
    (one,) = document["findings"]
    lines = (tree / "raw" / "events.csv").read_text(encoding="utf-8").split("\n")
    assert lines[one["line"] - 1][one["column"] - 1 :].startswith("border clash")
    assert one["file"] == "raw/events.csv"
    assert one["record"] == "EV-00010"
    assert one["field"] == "event_type"
    assert one["code"] == "type-vocabulary"
    assert one["severity"] == "error"
    assert one["value"] == "border clash"
    assert "border_clash" in one["hint"]


@pytest.mark.parametrize("kind", ["csv", "parquet", "json", "xlsx", "sqlite", "duckdb", "dta"])
def test_export_writes_the_same_rows(run: Run, kind: str, tmp_path: Path) -> None:
    import pandas as pd

    import caucasus_data as cd

    path = tmp_path / f"events.{kind}"
    done = run("export", "events", "--to", kind, path)
    assert done.returncode == 0, done.stderr
    want = cd.load("events")["event_id"].tolist()
    if kind == "csv":
        got = pd.read_csv(path)["event_id"].tolist()
    elif kind == "parquet":
        got = pd.read_parquet(path)["event_id"].tolist()
    elif kind == "json":
        got = [row["event_id"] for row in json.loads(path.read_text(encoding="utf-8"))]
    elif kind == "xlsx":
        got = pd.read_excel(path)["event_id"].tolist()
    elif kind == "dta":
        got = pd.read_stata(path)["event_id"].tolist()
    elif kind == "sqlite":
        import sqlite3

        got = [
            row[0]
            for row in sqlite3.connect(path).execute("SELECT event_id FROM events ORDER BY 1")
        ]
    else:
        import duckdb

        got = [
            row[0]
            for row in duckdb.connect(str(path))
            .execute("SELECT event_id FROM events ORDER BY 1")
            .fetchall()
        ]
    assert got == want


def test_a_whole_release_goes_into_one_database_with_its_keys(run: Run, tmp_path: Path) -> None:
    import sqlite3

    done = run("export", "all", "--to", "sqlite", tmp_path / "all.sqlite")
    assert done.returncode == 0, done.stderr
    base = sqlite3.connect(tmp_path / "all.sqlite")
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA foreign_key_list(events)").fetchall()


def test_a_pipe_that_closes_early_is_no_error(run: Run) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        f"{sys.executable} -m caucasus_data codebook | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "# Codebook\n"
    assert "Traceback" not in done.stderr
