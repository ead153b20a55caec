"""How findings are shown: to a person, to a code host, to a program."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caucasus_data.__main__ import main
from caucasus_data.codes import CODES

ESCAPE = "\x1b]0;owned\x07\x1b[31m"
KEYS = ["file", "line", "column", "field", "record", "code", "severity", "message", "value", "hint"]


@pytest.fixture
def tree(bench: Any, tmp_path: Path) -> Callable[..., Path]:
    """The base tree after edits, on disk."""

    def tree(*edits: dict[str, Any]) -> Path:
        bench.lay_down(edits, tmp_path / "raw")
        return tmp_path / "raw"

    return tree


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    for name in ("GITHUB_BASE_REF", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["caucasus-data", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0), capsys.readouterr().out

    return run


def cell(table: str, record: str, field: str, to: str) -> dict[str, Any]:
    return {"set": {"table": table, "record": record, "field": field, "to": to}}


DATE = cell("events", "EV-00012", "date_edtf", "13/09/2022")
WORD = cell("events", "EV-00014", "confidence", "sure")
PLACE = cell("places", "jermuk", "contested", "no")


def test_text_is_grouped_by_file_and_shows_the_cell_with_a_caret(tree: Any, run: Any) -> None:
    code, out = run("validate", "--raw", str(tree(PLACE, DATE, WORD)), "--baseline", "none")
    assert code == 1
    lines = out.split("\n")
    assert [line for line in lines if line.startswith("raw/")] == [
        "raw/events.csv",
        "raw/places.csv",
    ]
    at = next(n for n, line in enumerate(lines) if "type-edtf" in line)
    assert lines[at].split() == ["13:197", "type-edtf", "EV-00012", "date_edtf"]
    assert lines[at + 1].strip() == "'13/09/2022' is not a date"
    shown, caret = lines[at + 2], lines[at + 3]
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "13/09/2022"
    assert lines[at + 4].strip() == "= write 2022-09-13"
    assert lines[-2] == "3 errors in 2943 rows of 19 files"


def test_a_quoted_and_a_long_cell_are_shown_where_they_stand(tree: Any, run: Any) -> None:
    raw = tree(
        cell("places", "jermuk", "name", "Jermuk,  the spa"),
        cell("events", "EV-00012", "title", "z" * 5000),
    )
    _, out = run("validate", "--raw", str(raw), "--baseline", "none")
    lines = out.split("\n")
    at = next(n for n, line in enumerate(lines) if "text-double-space" in line)
    assert lines[at + 2][lines[at + 3].index("^") :].startswith('"Jermuk,  the spa",town')
    assert all(len(line) < 120 for line in lines)


def test_the_summary_line_counts_and_says_what_is_hidden(tree: Any, run: Any) -> None:
    raw = str(tree(DATE, WORD))
    assert run("validate", "--raw", raw, "--baseline", "none", "--limit", "1")[1].endswith(
        "2 errors in 2943 rows of 19 files (1 not shown)\n"
    )
    code, out = run("validate", "--raw", str(tree()), "--baseline", "none")
    assert (code, out) == (0, "0 errors in 2943 rows of 19 files\n")


def test_warnings_alone_exit_0(tree: Any, run: Any) -> None:
    raw = tree(
        {
            "row": {
                "table": "gaps",
                "like": "GA-00001",
                "cells": {"gap_id": "GA-00099", "type": "returned"},
            }
        },
        cell("agreements", "AG-00007", "neutral_label", "x"),
    )
    assert run("validate", "--raw", str(raw), "--baseline", "none")[0] == 0
    red = Path(__file__).parent.parent / "red" / "rule" / "duplicate-agreement.yaml"
    import yaml

    raw = tree(*yaml.safe_load(red.read_text(encoding="utf-8"))["edits"])
    code, out = run("validate", "--raw", str(raw), "--baseline", "none")
    assert code == 0
    assert "rule-duplicate-agreement (warning)" in out
    assert "0 errors, 1 warning in" in out
    assert (
        "::warning file=raw/agreements.csv,"
        in run("validate", "--raw", str(raw), "--format", "github")[1]
    )


def test_json_is_one_document_with_every_key(tree: Any, run: Any) -> None:
    raw = tree(DATE, PLACE, {"remove": {"file": "links.csv"}})
    code, out = run(
        "validate", "--raw", str(raw), "--format", "json", "--baseline", "none", "--limit", "2"
    )
    document = json.loads(out)
    assert code == 1
    assert list(document) == ["findings", "summary"]
    assert document["summary"] == {
        "errors": 3,
        "warnings": 0,
        "files": 18,
        "rows": 2842,
        "shown": 2,
    }
    first, second = document["findings"]
    assert list(first) == KEYS
    assert first == {
        "file": "raw/events.csv", "line": 13, "column": 197, "field": "date_edtf", "record": "EV-00012",
        "code": "type-edtf", "severity": "error", "message": "'13/09/2022' is not a date",
        "value": "13/09/2022", "hint": "write 2022-09-13",
    }  # fmt: skip
    assert (second["file"], second["line"], second["column"]) == ("raw/links.csv", None, None)


def test_annotations_are_escaped(tree: Any, run: Any) -> None:
    raw = tree(
        cell("places", "jermuk", "contested", "50%, or:\nso"),
        {"add": {"file": "a,b:c%.csv", "text": "x"}},
    )
    code, out = run("validate", "--raw", str(raw), "--format", "github", "--baseline", "none")
    assert code == 1
    lines = out.split("\n")
    assert lines[0].startswith("::error file=raw/a%2Cb%3Ac%25.csv,title=file-unexpected::")
    assert lines[1].startswith(
        "::error file=raw/places.csv,line=24,col=42,title=csv-line-break::jermuk contested: "
    )
    assert lines[2:] == ["2 errors in 2943 rows of 19 files", ""]


def git(folder: Path, *words: str) -> None:
    named = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)


def test_annotations_of_changed_lines_come_first_and_the_rest_goes_to_the_summary(
    tree: Any, run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = [cell("events", f"EV-{n:05}", "confidence", "sure|<b>") for n in range(2, 16)]
    raw = tree(*old)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "base")
    git(tmp_path, "checkout", "--quiet", "-b", "edit")
    changed = {name: (raw / name).read_bytes() for name in ("places.csv", "events.csv")}
    assert raw == tree(*old, PLACE, cell("events", "EV-00099", "confidence", "sure"))
    assert changed != {name: (raw / name).read_bytes() for name in changed}
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "edit")

    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    code, out = run("validate", "--raw", str(raw), "--format", "github", "--baseline", "none")
    lines = out.split("\n")
    assert code == 1
    assert [line.split(",title")[0] for line in lines[:4]] == [
        f"::error file=raw/events.csv,line=100,col={column_of(raw, 100)}",
        "::error file=raw/places.csv,line=24,col=42",
        f"::error file=raw/events.csv,line=3,col={column_of(raw, 3)}",
        f"::error file=raw/events.csv,line=4,col={column_of(raw, 4)}",
    ]
    assert len([line for line in lines if line.startswith("::error")]) == 16
    page = summary.read_text(encoding="utf-8")
    assert page.count("\n| raw/events.csv:") == 16 - 10
    assert "sure\\|&lt;b>" in page
    assert "EV-00099" not in page


def column_of(raw: Path, line: int) -> int:
    return (raw / "events.csv").read_text(encoding="utf-8").split("\n")[line - 1].index("sure") + 1


def test_without_a_base_annotations_stand_in_file_order(
    tree: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = tree(PLACE, DATE)
    for base in ("", "no-such-branch", "--output=/tmp/x"):
        monkeypatch.setenv("GITHUB_BASE_REF", base)
        out = run("validate", "--raw", str(raw), "--format", "github", "--baseline", "none")[1]
        assert [line.split(",")[0] for line in out.split("\n")[:2]] == [
            "::error file=raw/events.csv", "::error file=raw/places.csv",
        ]  # fmt: skip


@pytest.mark.parametrize("style", ["text", "github", "json"])
def test_a_cell_steers_no_terminal(style: str, tree: Any, run: Any) -> None:
    raw = tree(
        cell("events", "EV-00012", "title", f"Azerbaijan {ESCAPE} releases"),
        cell("events", "EV-00013", "title", "C1 \x9b31m"),
        cell("places", "jermuk", "name", "Jer\u202emuk\u2066"),
        cell("places", "kapan", "place_id", "ka\x07pan"),
        {"add": {"file": "evil\x1b[2J.csv", "text": "x"}},
        {
            "set": {
                "table": "memberships",
                "record": "ME-00001",
                "field": "status",
                "to": "a\x08b\r\nc",
            }
        },
    )
    code, out = run("validate", "--raw", str(raw), "--format", style, "--baseline", "none")
    assert code == 1
    assert "text-control" in out
    assert "text-invisible" in out
    assert "file-unexpected" in out
    allowed = {"\n"}
    assert {c for c in out if not c.isprintable()} <= allowed
    if style == "json":
        values = {one["value"] for one in json.loads(out)["findings"]}
        assert f"Azerbaijan {ESCAPE} releases" in values


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str, run: Any) -> None:
    status, out = run("explain", code)
    assert status == 0
    known = CODES[code]
    assert out.startswith(f"{code}: {known.title}\n")
    for part in (known.why, f"wrong  {known.wrong}", f"right  {known.right}"):
        assert part in out
    assert known.wrong != known.right
    assert ("can be waived" in out) == known.waivable


def test_types_keys_and_shape_are_not_waivable() -> None:
    waivable = {name for name, code in CODES.items() if code.waivable}
    assert not [name for name in waivable if name.startswith(("type-", "file-", "csv-"))]
    assert {name for name in waivable if name.startswith("key-")} == {"key-reused"}
    assert {name for name, code in CODES.items() if code.severity == "warning"} <= waivable
