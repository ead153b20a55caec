"""What a batch must be complete against: every line of a frame has its record, or says it is open."""

import csv
from pathlib import Path

import pytest

from caucasus_data.reports import grid

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
