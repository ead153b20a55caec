"""What people read of a change: the diff for reviewers, the changelog, the page for downloaders."""

import json
from pathlib import Path
from types import SimpleNamespace

from cells import Run, set_cell

from caucasus_data.bump import Need
from caucasus_data.changes import Difference
from caucasus_data.reports import changelog, download
from caucasus_data.reports.differences import as_json, in_reading_order, markdown, text

STATE = SimpleNamespace(
    tables={
        "events": SimpleNamespace(
            by_name={
                "date_edtf": SimpleNamespace(is_edtf=True),
                "title": SimpleNamespace(is_edtf=False),
            }
        ),
        "casualties": SimpleNamespace(by_name={"low": SimpleNamespace(is_edtf=False)}),
        "memberships": SimpleNamespace(by_name={"status": SimpleNamespace(is_edtf=False)}),
    }
)


def changed(table: str, record: str, field: str, old: str = "a", new: str = "b") -> Difference:
    return Difference(table, record, field, "changed", old, new)


FOUND = [
    Difference("actors", "eu", "*", "added", "", ""),
    changed("events", "EV-00001", "title"),
    Difference("names", "NA-00001", "*", "removed", "", ""),
    changed("memberships", "ME-00001", "status"),
    changed("events", "EV-00001", "date_edtf", "2020", "2021"),
    changed("casualties", "CA-00002", "low", "1", "2"),
    changed("casualties", "CA-00001", "low", "", "2"),
]
NEED = Need("minor", "casualties CA-00001 low: blank → 2")


def test_figures_then_dates_then_statuses_come_first() -> None:
    order = [(d.table, d.record) for d in in_reading_order(FOUND, STATE, 100)]  # type: ignore[arg-type]
    assert order == [
        ("casualties", "CA-00001"), ("casualties", "CA-00002"), ("events", "EV-00001"), ("memberships", "ME-00001"),
        ("names", "NA-00001"), ("events", "EV-00001"), ("actors", "eu"),
    ]  # fmt: skip


def test_the_summary_is_capped_and_says_how_much_is_left_out() -> None:
    top = in_reading_order(FOUND, STATE, 2)  # type: ignore[arg-type]
    out = markdown("0.1.0", ".", FOUND, NEED, top)
    assert "| casualties | CA-00001 | low: blank → 2 |" in out
    assert "date_edtf" not in out
    assert "… and 5 more" in out
    assert "- events: 2 changed" in out
    assert "Smallest bump: **minor**" in out
    assert "… and 5 more" in text("0.1.0", ".", FOUND, NEED, top)
    assert markdown("a", "b", [], Need("none", "nothing changed"), []).startswith(
        "### a → b: nothing"
    )


def test_no_cell_of_the_data_can_write_markdown_or_steer_a_terminal() -> None:
    bad = changed(
        "events",
        "EV-00001",
        "title",
        "x|y",
        "<img src=x> `a` [b](http://c) @someone\n# d\x1b[31m\u202e" + "e" * 5000,
    )
    out = markdown("0.1.0", ".", [bad], NEED, [bad])
    row = next(line for line in out.splitlines() if line.startswith("| events | EV"))
    assert row.count(" | ") == 2
    assert "x\\|y" in row
    assert "<" not in row
    assert "](" not in row.replace("\\[b](", "")
    assert "`" not in row
    assert "@someone" not in row
    assert len(row) < 800
    plain = text("0.1.0", ".", [bad], NEED, [bad])
    assert "\x1b" not in plain
    assert "\u202e" not in plain


def test_json_has_every_difference() -> None:
    document = json.loads("".join(as_json("0.1.0", ".", FOUND, NEED)))
    assert document["bump"] == "minor"
    assert len(document["differences"]) == len(FOUND)
    assert document["differences"][-1] == {
        "table": "casualties",
        "record": "CA-00001",
        "field": "low",
        "kind": "changed",
        "old": None,
        "new": "2",
    }
    assert json.loads("".join(as_json("0.1.0", ".", [], NEED)))["differences"] == []


OLD = """# Changelog

What the versions mean.

## 0.1.0 (2026-01-02)

First release, told by hand.
"""


def test_the_data_section_is_written_and_hand_written_text_stays(released: Path, run: Run) -> None:
    path = released / "CHANGELOG.md"
    path.write_text(OLD, encoding="utf-8")
    set_cell(released / "raw" / "events.csv", "EV-00010", "title", "Fighting on the border")
    set_cell(released / "raw" / "events.csv", "EV-00010", "description", "Told otherwise.")
    assert (
        run("release", "0.2.0", "--raw", released / "raw", "--date", "2026-02-01").returncode == 0
    )
    made = path.read_text(encoding="utf-8")
    entry = json.loads((released / "build/releases/index.json").read_text())["releases"]["0.2.0"]
    assert f"## 0.2.0 (2026-02-01)\n\n{changelog.BEGIN}\n" in made
    assert f"\n- events: 1 changed ({entry['rows']['events']} rows)\n{changelog.END}\n" in made
    assert made.index("## 0.2.0") < made.index("## 0.1.0")
    assert made.endswith("## 0.1.0 (2026-01-02)\n\nFirst release, told by hand.\n")
    assert made.count(changelog.BEGIN) == 1
    # people add to the section; the tool keeps it, whatever happened to its own part
    mine = made.replace(changelog.END, changelog.END + "\n\n- Package: a new command.").replace(
        "1 changed", "99 changed"
    )
    path.write_text(mine, encoding="utf-8")
    again = changelog.changelog(released)
    assert again == made.replace(changelog.END, changelog.END + "\n\n- Package: a new command.")
    path.write_text(again, encoding="utf-8")
    assert changelog.changelog(released) == again


def test_a_section_begun_by_hand_is_completed(released: Path, run: Run) -> None:
    path = released / "CHANGELOG.md"
    begun = OLD.replace(
        "## 0.1.0", "## 0.2.0 (unreleased)\n\n- Package: a new command.\n\n## 0.1.0", 1
    )
    path.write_text(begun, encoding="utf-8")
    set_cell(released / "raw" / "events.csv", "EV-00010", "title", "Fighting on the border")
    assert (
        run("release", "0.2.0", "--raw", released / "raw", "--date", "2026-02-01").returncode == 0
    )
    made = path.read_text(encoding="utf-8")
    assert made.count("## 0.2.0") == 1
    assert "## 0.2.0 (2026-02-01)\n\n" + changelog.BEGIN in made
    assert changelog.END + "\n\n- Package: a new command.\n\n## 0.1.0 (2026-01-02)" in made


def test_the_page_for_downloaders_has_every_version_and_true_checksums(
    released: Path, run: Run, tmp_path: Path
) -> None:
    import hashlib

    page = download.report(released)
    facts = json.loads((released / "build/releases/index.json").read_text())["releases"]["0.1.0"]
    assert "`<base>/0.1.0/`" in page
    assert facts["files"]["events.parquet"]["sha256"] in page
    assert run("verify", released / "build/releases/0.1.0", "--zip", tmp_path).returncode == 0
    archive = (tmp_path / "caucasus-data-0.1.0.zip").read_bytes()
    assert hashlib.sha256(archive).hexdigest() in page
    for heading in ("## Python", "## R", "## DuckDB", "## Stata", "latest"):
        assert heading in page
    dataset = released / "schemas" / "dataset.yaml"
    dataset.write_text(
        dataset.read_text(encoding="utf-8").replace(
            "base_url: ''", "base_url: https://data.example.org/caucasus"
        ),
        encoding="utf-8",
    )
    from caucasus_data import locate

    locate._spec.cache_clear()
    assert "<base>" not in download.report(released)
    assert "https://data.example.org/caucasus/0.1.0/events.parquet" in download.report(released)


def test_the_snippets_for_python_and_duckdb_run(released: Path, root: Path) -> None:
    """With the path of a checkout's releases in the place of the base address, as the page says."""
    import re

    import pytest

    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("polars")
    page = download.report(released).replace("<base>", str(released / "build" / "releases"))
    sql = re.search(r"```sql\n(.*?)```", page, re.DOTALL)
    assert sql is not None
    query = sql[1].split("\n", 1)[1]
    assert len(duckdb.sql(query).fetchall()) > 3
    plain = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[1]
    names: dict[str, object] = {}
    exec(plain, names)
    assert len(names["events"]) > 60  # type: ignore[arg-type]
