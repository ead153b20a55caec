"""``report years``: the killed of each year, as the coded events add up and as claims on the whole
conflict or war give them, research totals among them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from caucasus_data.derive.ranges import ranged
from caucasus_data.reports.tree import frames, table, tops

CONFLICTS = ("EV-00001", "EV-00138", "EV-00139")
LARGE = ("conflict", "war", "campaign")
"""Types whose claims cover those of the events in them: they are not added up."""
RESEARCH = ("event_dataset", "expert_estimate", "media_count", "survey_or_census")

INTRODUCTION = """# Killed by year

By conflict and year: what the lowest and the highest claims on the single events of the year add up to (both sides
together; events without a number add nothing, events within another are left to it if it has a number), and what claims on the
whole conflict, or on a war or campaign in it, say of that year alone.

The two differ for reasons that are always the same. Sums of events are floors: whoever was killed outside the coded events is
not in them, least of all in 1992–1994 and 2020, when most died in fighting that nobody counted by battle. Claims on a year are
by their owner's definition: one side's soldiers, civilians in one place, or all. Research totals count battle deaths, or all
deaths in events known to the press, and leave out the missing.

Yearly totals of research datasets (UCDP, PRIO, COW) were looked for by conflict and year, in pages and in public code, and
were not found with their numbers, except those below. They are to be added from the datasets themselves, each with its version.
"""


def _within_counted(events: pd.DataFrame, counted: set[str]) -> set[str]:
    """Events that are part of another counted one (not of a conflict, war or campaign)."""
    up = dict(zip(events["event_id"], events["parent_event_id"], strict=True))
    return {str(e) for e in counted if not pd.isna(up.get(e)) and up[e] in counted}


def report(root: Path) -> str:
    """One table a conflict."""
    found = frames(root)
    events, wide, claims = found["events"], found["events_wide"], found["casualties"]
    titles = dict(zip(events["event_id"], events["title"], strict=True))
    kinds = dict(zip(events["event_id"], events["event_type"].astype(str), strict=True))
    top = tops(events, "event_id", "parent_event_id")
    single = wide[~wide["event_type"].astype(str).isin(LARGE)].dropna(subset=["killed_low"])
    single = single[~single["event_id"].isin(_within_counted(events, set(single["event_id"])))]
    single = single.assign(year=single["date_earliest"].dt.year, top=single["event_id"].map(top))
    claims = ranged(claims[(claims["type"].astype(str) == "killed")])
    of = claims["event_id"].map(kinds).isin(LARGE)
    first, last = claims["period_earliest"].dt.year, claims["period_latest"].dt.year
    events_by_id = events.set_index("event_id")
    begun = claims["event_id"].map(events_by_id["date_earliest"].dt.year)
    ended = claims["event_id"].map(events_by_id["date_latest"].dt.year)
    year = first.where(first == last, begun.where(begun == ended).where(first.isna()))
    claims = claims.assign(year=year, top=claims["event_id"].map(top))[of & year.notna()]
    parts = [INTRODUCTION]
    for conflict in CONFLICTS:
        rows: list[list[object]] = []
        here = single[single["top"] == conflict]
        stated = claims[claims["top"] == conflict]
        for number in sorted({*here["year"].dropna(), *stated["year"].dropna()}):
            these = here[here["year"] == number]
            low, high = these["killed_low"].sum(), these["killed_high"]
            said = stated[stated["year"] == number]
            rows.append(
                [
                    int(number),
                    len(these),
                    int(low) if len(these) else "",
                    "" if not len(these) or high.isna().any() else int(high.sum()),
                    *(
                        "; ".join(_told(claim) for _, claim in part.iterrows())
                        for part in (
                            said[said["method"].astype(str).isin(RESEARCH)],
                            said[~said["method"].astype(str).isin(RESEARCH)],
                        )
                    ),
                ]
            )
        header = ["year", "events with a number", "lowest", "highest", "research", "sides and bodies"]  # fmt: skip
        parts.append(f"## {titles.get(conflict, conflict)}\n\n{table(header, rows)}")
    return "\n".join(parts)


def _told(claim: pd.Series) -> str:
    ends = [claim["low"], claim["high"]]
    if pd.isna(claim["low"]) and pd.isna(claim["high"]):
        number = f"about {claim['best']:g}"
    elif pd.isna(ends[1]):
        number = f"{ends[0]:g} or more"
    elif pd.isna(ends[0]):
        number = f"up to {ends[1]:g}"
    else:
        number = f"{ends[0]:g}" if ends[0] == ends[1] else f"{ends[0]:g}–{ends[1]:g}"
    return f"{number} of {claim['affected_actor_id']} ({claim['victim_group']}) by {claim['claimant_id']}, {claim['casualty_id']}"
