"""A broken file gives its own finding; it stops no other file, and references into it are not blamed."""

from typing import Any

import pytest

from caucasus_data import locate

TABLES = [table.name for table in locate.spec().raw_tables]


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_file_is_one_finding(table: str, judge: Any) -> None:
    findings = judge([{"remove": {"file": f"{table}.csv"}}], baseline="release")
    assert [(f.code, f.file, f.line) for f in findings] == [
        ("file-missing", f"raw/{table}.csv", None)
    ]


@pytest.mark.parametrize("table", ["events", "actors", "sources", "citations", "casualties"])
def test_a_file_that_can_not_be_read_stops_no_other(table: str, judge: Any) -> None:
    elsewhere = {"set": {"table": "places", "record": "jermuk", "field": "contested", "to": "no"}}
    findings = judge(
        [{"encode": {"file": f"{table}.csv", "to": "utf-16"}}, elsewhere], baseline="release"
    )
    assert sorted((f.code, f.file) for f in findings) == [
        ("csv-utf16", f"raw/{table}.csv"), ("type-boolean", "raw/places.csv"),
    ]  # fmt: skip


@pytest.mark.parametrize("table", ["places", "events", "memberships"])
def test_a_missing_column_is_one_finding(table: str, judge: Any) -> None:
    column = locate.spec()[table].raw_columns[2].name
    findings = judge(
        [{"column": {"table": table, "name": column, "drop": True}}], baseline="release"
    )
    assert [(f.code, f.file, f.line, f.field) for f in findings] == [
        ("csv-missing-column", f"raw/{table}.csv", 1, column)
    ]


def test_every_finding_of_every_layer_comes_in_one_run_in_file_order(judge: Any) -> None:
    findings = judge(
        [
            {"set": {"table": "places", "record": "jermuk", "field": "contested", "to": "no"}},
            {"set": {"table": "places", "record": "goris", "field": "name", "to": "Goris "}},
            {
                "set": {
                    "table": "events",
                    "record": "EV-00014",
                    "field": "place_id",
                    "to": "yerewan",
                }
            },
            {
                "set": {
                    "table": "events",
                    "record": "EV-00012",
                    "field": "title",
                    "to": "Azerbaijan releases hostages",
                }
            },
            {"append": {"file": "events.csv", "text": "\n"}},
            {"remove": {"file": "gaps.csv"}},
        ],
        baseline="release",
    )
    assert [(f.file, f.line, f.code) for f in findings] == [
        ("raw/events.csv", 13, "rule-wording"),
        ("raw/events.csv", 15, "key-dangling"),
        ("raw/events.csv", 139, "csv-blank-line"),
        ("raw/gaps.csv", None, "file-missing"),
        ("raw/places.csv", 20, "text-edge-space"),
        ("raw/places.csv", 24, "type-boolean"),
    ]
