"""What a batch must be complete against: every line of a frame has its record, or says it is open."""

import csv
from pathlib import Path

from caucasus_data.reports import grid


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_pair_of_the_memberships_frame_has_a_spell_or_says_that_it_is_open(root: Path) -> None:
    frame = rows(root / "docs" / "frames" / "memberships.csv")
    empty = set(grid.empty_cells(root))
    assert len({(row["actor_id"], row["organization_id"]) for row in frame}) == len(frame) > 400
    for row in frame:
        pair = (row["actor_id"], row["organization_id"])
        assert row["state"] == ("open" if pair in empty else "coded"), pair
        assert row["note"] or row["state"] == "coded", pair
