"""``report ranges``: killed ranges of every event, as ``casualty_ranges`` gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from caucasus_data.reports.tree import frames, table


def report(root: Path) -> str:
    """Killed, by event, affected actor and group; low–high by whose claims they are."""
    found = frames(root)
    titles = dict(zip(found["events"]["event_id"], found["events"]["title"], strict=True))
    ranges = found["casualty_ranges"]
    ranges = ranges[
        (ranges["type"] == "killed") & ranges["period_edtf"].isna() & ranges["place_id"].isna()
    ]
    rows: list[list[object]] = []
    for row in ranges.to_dict("records"):
        spans = [
            _span(row[f"{who}_low"], row[f"{who}_high"])
            for who in ("own", "opposing", "independent", "all")
        ]
        rows.append(
            [
                row["event_id"],
                titles.get(row["event_id"]),
                row["affected_actor_id"],
                row["victim_group"],
                *spans,
                row["n_claims"],
            ]
        )
    return (
        "# Killed: what is claimed\n\nLowest and highest number that live claims assert at the end of coverage. "
        "An open end means that no claim limits it.\n\n"
        + table(
            [
                "event",
                "title",
                "affected actor",
                "group",
                "own",
                "opposing",
                "independent",
                "all",
                "claims",
            ],
            rows,
        )
    )


def _span(low: Any, high: Any) -> str:
    ends = ["" if pd.isna(value) else str(value) for value in (low, high)]
    if not any(ends):
        return ""
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
