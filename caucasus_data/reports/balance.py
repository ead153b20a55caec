"""``report balance``: claims, sources and languages by side, for every contested event."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from caucasus_data.derive.sides import STANCES, stance_of
from caucasus_data.reports.tree import frames, table


def report(root: Path) -> str:
    """One row per event whose attribution is disputed or that has casualty claims."""
    found = frames(root)
    events, claims, citations, sources = (
        found[n] for n in ("events", "casualties", "citations", "sources")
    )
    stance = stance_of(claims, found["event_actors"], found["actors"])
    claims = claims.assign(stance=stance)
    side = sources.set_index("source_id")["alignment"].astype(str)
    lang = sources.set_index("source_id")["lang"].astype(str)
    contested = set(events.loc[events["attribution"] == "disputed", "event_id"]) | set(
        claims["event_id"]
    )
    rows: list[list[object]] = []
    for event in events[events["event_id"].isin(list(contested))].itertuples(index=False):
        own = claims[claims["event_id"] == event.event_id]
        records = [event.event_id, *own["casualty_id"]]
        used = pd.Index(
            pd.concat(
                [citations.loc[citations["record_id"].isin(records), "source_id"], own["source_id"]]
            ).unique()
        )
        sides = side.reindex(used).value_counts()
        rows.append(
            [
                event.event_id,
                event.title,
                *(int((own["stance"] == s).sum()) for s in STANCES),
                len(used),
                ", ".join(f"{name} {n}" for name, n in sides.items()),
                ", ".join(sorted(lang.reindex(used).dropna().unique())),
            ]
        )
    return (
        "# Balance\n\nClaims by whose they are (seen from the actor they are about), and the sources that each contested "
        "event rests on by alignment and language. A count, not a verdict: a side that said nothing can't be quoted.\n\n"
        + table(["event", "title", *STANCES, "sources", "by alignment", "languages"], rows)
    )
