"""What an events batch must be complete against: the lines of ``docs/frames``, and the cells of the
claims matrix that its wars, campaigns and deadly clashes ask for.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from caucasus_data.derive.sides import SIDES, STANCES, stance_of

FRAMES = ("karabakh", "georgia-internal")
"""Frames whose wars, campaigns and deadly clashes need their cells filled."""
DEADLY = 10
"""Published dead from which a clash or attack needs them."""
FIGHTS = ("war", "campaign", "battle", "border_clash")
"""Types of events in which both sides can have losses."""
WEIGHED = ("killed",)
"""Kinds of claims whose cells are filled or searched; the others are shown where there are any."""


@dataclass(frozen=True)
class Line:
    """One line of a frame."""

    frame: str
    kind: str
    name: str
    deaths: str
    records: tuple[str, ...]
    note: str

    @property
    def deadly(self) -> bool:
        """A war or campaign, or so many published dead that its cells must be filled."""
        most = max((int(n) for n in re.findall(r"\d+", self.deaths.replace(",", ""))), default=0)
        return self.kind in ("war", "campaign") or (
            self.kind in ("clash", "attack") and most >= DEADLY
        )


def lines(root: Path, frames: tuple[str, ...] = FRAMES) -> Iterator[Line]:
    """Every line of these frames that are there."""
    for name in frames:
        path = root / "docs" / "frames" / f"{name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                records = tuple(row["record"].replace(";", " ").split())
                yield Line(name, row["kind"], row["name"], row["deaths"], records, row["note"])


def _up(actors: pd.DataFrame) -> dict[str, str]:
    parents = actors.dropna(subset=["parent_id"])
    return dict(zip(parents["actor_id"], parents["parent_id"], strict=True))


def open_cells(root: Path, found: dict[str, pd.DataFrame]) -> list[tuple[str, str, str, str]]:
    """Event, side, type and stance of each cell of the frames' deadly events that no claim fills
    and no gap says was searched.

    A side's cell is filled by a claim about any actor of that side. Who stands on no side has no
    own and opposing claimants. In a fight both sides are asked after, in an attack those hit.
    """
    events = {
        record for line in lines(root) if line.deadly for record in line.records
        if record.startswith("EV-")
    }  # fmt: skip
    roles, claims, gaps = found["event_actors"], found["casualties"], found["gaps"]
    roles = roles[roles["event_id"].isin(events) & roles["role"].isin(list(SIDES))]
    claims = claims[claims["event_id"].isin(events)]
    claims = claims.assign(stance=stance_of(claims, roles, found["actors"]))
    gaps = gaps[gaps["event_id"].isin(events)]
    side = {
        (event, actor): SIDES[role]
        for event, actor, role in zip(
            *(roles[name].astype(str) for name in ("event_id", "actor_id", "role")), strict=True
        )
    }
    up = _up(found["actors"])

    def side_of(event: str, actor: str) -> str | None:
        at: str | None = actor
        while at is not None and (event, at) not in side:
            at = up.get(at)
        return side.get((event, at)) if at is not None else None

    filled = {
        (event, side_of(event, actor), kind, stance)
        for rows, stated in ((claims, "stance"), (gaps, "stance_of_claimant"))
        for event, actor, kind, stance in zip(
            *(rows[name].astype(str) for name in ("event_id", "affected_actor_id", "type", stated)),
            strict=True,
        )
    }
    types = dict(zip(found["events"]["event_id"], found["events"]["event_type"], strict=True))
    hit = {(event, letter) for event, letter, _, _ in filled}
    sides = {(event, letter) for (event, _), letter in side.items()}
    return sorted(
        (event, f"side {letter}", kind, stance)
        for event, letter in sides
        if types[event] in FIGHTS or (event, letter) in hit
        for kind in WEIGHED
        for stance in STANCES
        if (event, letter, kind, stance) not in filled
    )
