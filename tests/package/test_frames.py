"""What a batch must be complete against: every line of a frame has its record, or says it is open."""

import csv
from pathlib import Path

import pytest

from caucasus_data.reports import coverage, frame, grid, years
from caucasus_data.reports.frame import open_cells
from caucasus_data.reports.tree import frames

ROOT = Path(__file__).parents[2]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_pair_of_the_memberships_frame_has_a_spell_or_says_that_it_is_open(
    root: Path,
) -> None:
    frame = rows(root / "docs" / "frames" / "memberships.csv")
    empty = set(grid.empty_cells(root))
    assert len({(row["actor_id"], row["organization_id"]) for row in frame}) == len(frame) > 400
    for row in frame:
        pair = (row["actor_id"], row["organization_id"])
        assert row["state"] == ("open" if pair in empty else "coded"), pair
        assert row["note"] or row["state"] == "coded", pair


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "frames").glob("agreements-*.csv")), ids=lambda p: p.stem
)
def test_every_text_of_an_agreements_frame_has_its_record_or_what_was_looked_for(
    root: Path, path: Path
) -> None:
    known = {
        row[key]
        for name, key in (("agreements", "agreement_id"), ("events", "event_id"))
        for row in rows(root / "raw" / f"{name}.csv")
    }
    frame = rows(path)
    assert len(frame) > 50
    for row in frame:
        if row["found"] == "yes":
            records = row["record"].replace(";", " ").split()
            assert records, row
            assert set(records) <= known, row
        else:
            assert row["note"], row


@pytest.mark.parametrize("name", ["karabakh", "georgia-internal", "diplomacy"])
def test_every_line_of_an_events_frame_has_its_record_or_what_was_looked_for(
    root: Path, name: str
) -> None:
    known = {
        row[key]
        for table, key in (("events", "event_id"), ("agreements", "agreement_id"))
        for row in rows(root / "raw" / f"{table}.csv")
    }
    known |= {row["exclusion_id"] for row in rows(root / "raw" / "exclusions.csv")}
    lines = list(frame.lines(root, (name,)))
    assert len(lines) > 80
    for line in lines:
        assert line.records or line.note, line
        assert set(line.records) <= known, line


def test_every_deadly_event_of_the_frames_has_its_cells_filled_or_searched(root: Path) -> None:
    deadly = [line for line in frame.lines(root) if line.deadly and line.records]
    assert len(deadly) > 50
    assert open_cells(root, frames(root)) == []


def test_a_cell_that_nobody_filled_is_told(root: Path) -> None:
    found = dict(frames(root))
    record = next(
        record for line in frame.lines(root) if line.kind == "war" for record in line.records
    )
    found["casualties"] = found["casualties"][found["casualties"]["event_id"] != record]
    found["gaps"] = found["gaps"][found["gaps"]["event_id"] != record]
    assert record in {event for event, *_ in open_cells(root, found)}


def test_coverage_counts_every_event_once_and_names_every_open_line(root: Path) -> None:
    events, text = rows(root / "raw" / "events.csv"), coverage.report(root)
    by_rule = text.split("## Events by rule")[1].split("## Events by actor")[0].splitlines()
    periods = [[c.strip() for c in line.split("|")[2:-1]] for line in by_rule if "–" in line]
    assert sum(int(row[0]) for row in periods) == len(events)
    for at, rule in enumerate("123456"):
        of_rule = sum(event["scope_rule"] == rule for event in events)
        assert sum(int(row[2 + at]) for row in periods) == of_rule
    told, open_lines = text.split("## Named in a frame")[1], list(coverage.missing(root))
    assert all(f"| {name} | {line} |" in told for name, line, _, _ in open_lines)
    for path in (root / "docs" / "frames").glob("*.csv"):
        lines = rows(path)
        if "record" in lines[0]:
            unmet = sum(not line["record"] for line in lines)
            assert sum(name == path.stem for name, *_ in open_lines) == unmet


UNCLAIMED = {1997, 1998}
"""Years of the Karabakh front for which no claimant but UCDP was found."""


def test_every_year_of_fighting_has_two_claimants_and_says_why_numbers_differ(root: Path) -> None:
    fought = [year for year in years.years(root) if year.counted]
    assert len(fought) >= 28
    reasons = years.why(root)
    for year in fought:
        alone = year.number in UNCLAIMED and year.conflict.startswith("Nagorno-Karabakh")
        assert (year.claimants < years.ENOUGH) == alone, (year.conflict, year.number)
        assert reasons.pop((year.conflict, year.number))
    assert not reasons, "a reason is for a year that research data count"


def test_sums_of_a_year_leave_out_events_of_several_years_and_those_within_others(
    root: Path,
) -> None:
    counted = {(year.conflict, year.number): year for year in years.years(root)}
    tables = frames(root)
    events = tables["events"].set_index("event_id")
    wide = tables["events_wide"].set_index("event_id")
    ganja = counted["Fighting inside Azerbaijan, 1993 and 1995", 1993]
    assert ganja.low == wide.at["EV-00725", "killed_low"]
    coup = events.loc["EV-00436"]  # December 1991 to January 1992
    assert coup["date_earliest"].year != coup["date_latest"].year
    assert counted["Civil war in Georgia", 1991].events == 0
