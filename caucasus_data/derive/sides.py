"""On whose side a claimant stands in an event, seen from the actor that the claim is about.

An actor's side is its own role ``side_a`` or ``side_b`` (or its support) in the event, else its
nearest ancestor's by ``parent_id``. A claimant on the affected actor's side is ``own``, on the
other ``opposing``, on none or on both ``independent``.
"""

from __future__ import annotations

import pandas as pd

SIDES = {"side_a": "a", "side_a_support": "a", "side_b": "b", "side_b_support": "b"}
STANCES = ("own", "opposing", "independent")


def _ancestors(actors: pd.DataFrame) -> dict[str, list[str]]:
    up = {
        str(actor): str(parent)
        for actor, parent in zip(actors["actor_id"], actors["parent_id"], strict=True)
        if not pd.isna(actor) and not pd.isna(parent)
    }
    chains: dict[str, list[str]] = {}
    for actor in actors["actor_id"].dropna():
        chain, at = [str(actor)], str(actor)
        while at in up and up[at] not in chain:
            at = up[at]
            chain.append(at)
        chains[str(actor)] = chain
    return chains


def stance_of(
    claims: pd.DataFrame, event_actors: pd.DataFrame, actors: pd.DataFrame
) -> pd.Series[str]:
    """``own``, ``opposing`` or ``independent`` for each claim, aligned with ``claims``."""
    chains = _ancestors(actors)
    sided = event_actors[event_actors["role"].isin(list(SIDES))]
    sides: dict[tuple[str, str], set[str]] = {}
    for event, actor, role in zip(sided["event_id"], sided["actor_id"], sided["role"], strict=True):
        sides.setdefault((str(event), str(actor)), set()).add(SIDES[str(role)])

    def side(event: str, actor: str) -> set[str]:
        for one in chains.get(actor, [actor]):
            if (event, one) in sides:
                return sides[event, one]
        return set()

    found = []
    for event, affected, claimant in zip(
        claims["event_id"], claims["affected_actor_id"], claims["claimant_id"], strict=True
    ):
        if pd.isna(event) or pd.isna(affected) or pd.isna(claimant):
            found.append("independent")
            continue
        theirs, its = side(str(event), str(affected)), side(str(event), str(claimant))
        if len(its) != 1 or len(theirs) != 1:
            found.append("independent")
        else:
            found.append("own" if its == theirs else "opposing")
    return pd.Series(found, index=claims.index, dtype="object")
