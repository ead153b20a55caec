"""``report matrix``: the claims matrix, event × side × type × own, opposing, independent, and what
of it the frames of the batches still ask for."""

from __future__ import annotations

from pathlib import Path

from caucasus_data.derive.sides import STANCES, stance_of
from caucasus_data.reports.frame import DEADLY, open_cells
from caucasus_data.reports.tree import frames, table

TYPES = ("killed", "wounded", "missing", "captured")


def report(root: Path) -> str:
    """For wars, campaigns and events with sides and claims: how many claims fill each cell, or
    that it was searched and is empty."""
    found = frames(root)
    events, claims, gaps = found["events"], found["casualties"], found["gaps"]
    claims = claims.assign(stance=stance_of(claims, found["event_actors"], found["actors"]))
    filled = claims.groupby(
        ["event_id", "affected_actor_id", "type", "stance"], observed=True
    ).size()
    searched = {
        (g.event_id, g.affected_actor_id, g.type, g.stance_of_claimant)
        for g in gaps.itertuples(index=False)
    }
    pairs = claims[["event_id", "affected_actor_id"]].drop_duplicates()
    titles = dict(zip(events["event_id"], events["title"], strict=True))
    rows: list[list[object]] = []
    for event, actor in pairs.sort_values(["event_id", "affected_actor_id"]).itertuples(
        index=False
    ):
        for kind in TYPES:
            cells: list[object] = []
            for stance in STANCES:
                count = filled.get((event, actor, kind, stance), 0)
                gap = (event, actor, kind, stance) in searched
                cells.append(int(count) if count else "searched" if gap else "")
            if any(cells):
                rows.append([event, titles.get(event), actor, kind, *cells])
    missing = [[event, titles.get(event), *rest] for event, *rest in open_cells(root, found)]
    return (
        "# Claims matrix\n\nNumber of claims in each cell; `searched`: looked for and not found (`gaps`); blank: not looked for yet.\n\n"
        + table(["event", "title", "affected actor", "type", *STANCES], rows)
        + f"\n## What the frames still ask for\n\nCells on the killed of either side in the wars, campaigns and clashes with {DEADLY} or more published "
        f"dead of `docs/frames/`: {len(missing)} neither filled nor searched.\n\n"
        + (table(["event", "title", "side", "type", "stance"], missing) if missing else "")
    )
