"""``report grid``: every cell of the memberships frame, with its spells or ``never``."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from caucasus_data.reports.tree import frames, table

FRAME = "docs/frames/memberships.csv"


def pairs(root: Path) -> list[tuple[str, str]]:
    """The frame's pairs of actor and body; none if there is no frame."""
    path = root / FRAME
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["actor_id"], row["organization_id"]) for row in csv.DictReader(file)]


def empty_cells(root: Path) -> list[tuple[str, str]]:
    """Pairs of the frame without a spell or ``never``."""
    spells = frames(root)["memberships"]
    have = set(zip(spells["actor_id"], spells["organization_id"], strict=True))
    return [pair for pair in pairs(root) if pair not in have]


def report(root: Path) -> str:
    """One row a pair, its spells in order."""
    spells = frames(root)["memberships"]
    wanted = pairs(root) or sorted(
        set(zip(spells["actor_id"], spells["organization_id"], strict=True))
    )
    by_pair: dict[tuple[str, str], list[str]] = {}
    for spell in spells.sort_values(["start_earliest", "membership_id"]).to_dict("records"):
        words = str(spell["status"])
        if words != "never":
            ends = "" if pd.isna(spell["end_edtf"]) else spell["end_edtf"]
            words += f" {spell['start_edtf']}–{ends}"
        by_pair.setdefault((str(spell["actor_id"]), str(spell["organization_id"])), []).append(
            words
        )
    rows: list[list[object]] = [
        [actor, body, "; ".join(by_pair.get((actor, body), [])) or "not coded yet"]
        for actor, body in wanted
    ]
    filled = sum(pair in by_pair for pair in wanted)
    return (
        f"# Memberships grid\n\n{filled} of {len(wanted)} pairs have a spell or `never`.\n\n"
        + table(["actor", "body", "spells"], rows)
    )
