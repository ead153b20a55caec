"""``report coverage``: events by five years, rule of the scope and state, and what the frames name
that has no record, with why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from caucasus_data.reports.tree import frames, table, tops

START, STEP = 1988, 5
STATES = ("armenia", "azerbaijan", "georgia", "russia", "turkiye", "iran", "eu", "united-states")
DE_FACTO = ("nagorno-karabakh-authorities", "abkhazia-authorities", "south-ossetia-authorities")

INTRODUCTION = """# Coverage

How many events of each kind and period the data holds, and what is known to be missing. Numbers follow what happened and what
could be sourced: the war years and those since 2018 are dense. An event is counted for an actor if it, or a body that belongs
to it, takes part in it.
"""
MISSING = """
## Named in a frame, without a record

`docs/frames/` says what each theme is to be complete against. These lines have no record, with what was looked for or why.
"""


def _period(year: int, last: int) -> str:
    first = START + (year - START) // STEP * STEP
    return f"{first}–{min(first + STEP - 1, last)}"


def missing(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Frame, line, date and note of each frame line that has no record."""
    for path in sorted((root / "docs" / "frames").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "state" in row:  # the grid of actors and bodies
                    if row["state"] == "open":
                        pair = f"{row['actor_id']} × {row['organization_id']}"
                        yield path.stem, pair, "", row["note"]
                elif not row["record"].strip():
                    name, date = row.get("name", row.get("text")), row.get("date", row.get("year"))
                    yield path.stem, str(name), str(date), row["note"]


def report(root: Path) -> str:
    """Two tables by five years, and the open lines."""
    found = frames(root)
    events, roles = found["events"], found["event_actors"]
    year = events["date_earliest"].dt.year.astype(int)
    last = int(year.max())
    period = year.clip(lower=START).map(lambda found: _period(found, last))
    rule, sure = events["scope_rule"].astype(int), events["confidence"].astype(str) == "confirmed"
    rules = sorted(rule.unique())
    lines: list[list[object]] = []
    for name in sorted(period.unique()):
        here = period == name
        lines.append(
            [name, int(here.sum()), f"{sure[here].mean():.0%}", *(int((rule[here] == r).sum()) for r in rules)]
        )  # fmt: skip
    lines.append(
        ["all", len(events), f"{sure.mean():.0%}", *(int((rule == r).sum()) for r in rules)]
    )
    owner = tops(found["actors"], "actor_id", "parent_id")
    takes_part = set(
        zip(
            roles["event_id"].astype(str),
            roles["actor_id"].astype(str).map(lambda actor: owner.get(actor, actor)),
            strict=True,
        )
    )
    label = dict(zip(found["actors"]["actor_id"], found["actors"]["name"], strict=True))
    shown = [a for a in (*STATES, *DE_FACTO) if a in label]
    by_actor: list[list[object]] = [
        [name, *(sum((e, a) in takes_part for e in events["event_id"][period == name].astype(str)) for a in shown)]
        for name in sorted(period.unique())
    ]  # fmt: skip
    parts = [
        INTRODUCTION,
        "## Events by rule of the scope\n",
        "Rules: 1 organized violence, 2 diplomacy at the top, 3 acts of institutions, 4 legal acts and votes, 5 coercion, 6 people.\n",
        table(["years", "events", "confirmed", *(f"rule {r}" for r in rules)], lines),
        "\n## Events by actor\n",
        table(["years", *(label[a] for a in shown)], by_actor),
        MISSING,
        table(["frame", "line", "date", "why"], [list(row) for row in missing(root)]),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"
