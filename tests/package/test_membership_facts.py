"""Dated facts on memberships, written from their sources before the table was queried."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from caucasus_data import locate
from caucasus_data.derive.memberships import memberships_at
from caucasus_data.reports.tree import frames

ROOT = Path(__file__).parents[2]
TIE = {"member", "participating_state", "associate"}
SAME = {
    ("pfp", "partner"): "participating_state",
    ("eastern-partnership", "partner"): "participating_state",
    ("eu-association", "member"): "associate",
}
"""The facts name these statuses by the body's own word; the table by its vocabulary."""


def facts() -> list[dict[str, str]]:
    with (ROOT / "tests" / "facts" / "memberships.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def open_pairs() -> set[tuple[str, str]]:
    with (ROOT / "docs" / "frames" / "memberships.csv").open(encoding="utf-8", newline="") as file:
        return {
            (r["actor_id"], r["organization_id"])
            for r in csv.DictReader(file)
            if r["state"] == "open"
        }


def test_the_facts_are_many_and_hard_enough() -> None:
    found = facts()
    assert len(found) >= 80
    assert sum(row["holds"] == "no" for row in found) >= 20
    assert sum(row["kind"] == "boundary" for row in found) >= 15


@pytest.mark.parametrize(
    "fact",
    facts(),
    ids=lambda f: f"{f['actor_id']}-{f['organization_id']}-{f['status']}-{f['day']}",
)
def test_the_table_says_what_the_source_says(fact: dict[str, str]) -> None:
    if (fact["actor_id"], fact["organization_id"]) in open_pairs():
        pytest.skip("the frame says that this pair is open")
    spec = locate.spec(ROOT / "raw")
    on = memberships_at(
        frames(ROOT)["memberships"], pd.Timestamp(fact["day"]), pd.Timestamp(spec.coverage_end)
    )
    here = on[
        (on["actor_id"] == fact["actor_id"]) & (on["organization_id"] == fact["organization_id"])
    ]
    held = dict(zip(here["status"].astype(str), here["certainty"].astype(str), strict=True))
    wanted = SAME.get((fact["organization_id"], fact["status"]), fact["status"])
    if wanted == "none":
        assert (not set(held) & TIE) == (fact["holds"] == "yes"), held
    elif fact["holds"] == "yes":
        assert wanted in held
    else:
        assert held.get(wanted) != "certain"
