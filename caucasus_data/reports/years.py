"""``report years``: the killed of each year, as the coded events add up, as research data count
them and as others claim them for the whole conflict or war, with why they differ.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from caucasus_data.derive.ranges import ranged
from caucasus_data.reports.tree import frames, table, tops

CONFLICTS = {
    "Nagorno-Karabakh and Armenia–Azerbaijan conflict": ("EV-00001",),
    "Georgian–Abkhaz conflict": ("EV-00138",),
    "Georgian–Ossetian conflict": ("EV-00139",),
    "Civil war in Georgia": ("EV-00435",),
    "Fighting inside Azerbaijan, 1993 and 1995": ("EV-00725", "EV-00728"),
}
"""Each with the events at its top, whose claims are claims on the whole."""
LARGE = ("conflict", "war", "campaign")
"""Types whose claims cover those of the events in them: they are not added up."""
RESEARCH = ("event_dataset", "expert_estimate", "media_count", "survey_or_census")
PROJECTS = {"ucdp": "UCDP", "prio": "PRIO"}
"""Projects with a number for each year of fighting."""
COUNTED = "ucdp"
"""Whose 25 battle deaths make a year one of fighting."""
ENOUGH = 2
"""Claimants that a year of fighting should have."""
WHY = Path("docs", "years-why.csv")

INTRODUCTION = """# Killed by year

By conflict and year: what the lowest and the highest claims on the single events of the year add up to (both sides
together; events without a number and events of several years add nothing, events within another are left to it if it has a
number); what the Battle-Related Deaths of UCDP (version 24.1, from 25 deaths a year on) and the Battle Deaths of PRIO
(version 3.1) count, best estimate and range; how many claimants have a number for that year of the whole conflict, or of a
war or campaign in it; and why ours and theirs differ. Other claims on a year follow under each table, then totals of several
years.

Sums of events are floors: whoever was killed outside the coded events is not in them. What the projects count: UCDP all who
die in fighting, attacks and bombardment between the parties, soldiers and civilians
([definition](https://www.humanprogress.org/dataset/battle-related-deaths-low-estimate/)); PRIO soldiers and civilians killed in
combat ([definition](https://sites.google.com/view/edopic/battle-deaths-data)); COW troops killed in combat, by war
([typology](https://es.scribd.com/document/78779591/Types-of-War)). Which events each of their numbers is made of was not
opened: what is said below of theirs follows from these definitions and from the numbers alone.
"""


@dataclass(frozen=True)
class Year:
    """One conflict in one year."""

    conflict: str
    number: int
    events: int
    low: float
    high: float | None
    """None: an event of the year has no upper number."""
    claims: pd.DataFrame
    """Claims on the killed of that year of the whole."""

    def of(self, claimant: str) -> pd.DataFrame:
        """The claims of one claimant."""
        return self.claims[self.claims["claimant_id"] == claimant]

    @property
    def counted(self) -> bool:
        """Whether research data have the year as one of fighting."""
        return not self.of(COUNTED).empty

    @property
    def claimants(self) -> int:
        """How many have a number for the year."""
        told = self.claims.dropna(subset=["low", "best", "high"], how="all")
        return int(told["claimant_id"].nunique())


def _within_counted(events: pd.DataFrame, counted: set[str]) -> set[str]:
    """Events that are part of another counted one (not of a conflict, war or campaign)."""
    up = dict(zip(events["event_id"], events["parent_event_id"], strict=True))
    return {str(e) for e in counted if not pd.isna(up.get(e)) and up[e] in counted}


def _claims(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Claims on the killed of a whole conflict, war or campaign, with ``year`` if it is one."""
    events = found["events"].set_index("event_id")
    roots = {event for every in CONFLICTS.values() for event in every}
    claims = ranged(found["casualties"][found["casualties"]["type"].astype(str) == "killed"])
    kinds = claims["event_id"].map(events["event_type"].astype(str))
    claims = claims[kinds.isin(LARGE) | claims["event_id"].isin(roots)]
    first, last = claims["period_earliest"].dt.year, claims["period_latest"].dt.year
    begun = claims["event_id"].map(events["date_earliest"].dt.year)
    ended = claims["event_id"].map(events["date_latest"].dt.year)
    year = first.where(first == last, begun.where(begun == ended).where(first.isna()))
    return claims.assign(year=year)


def years(root: Path) -> Iterator[Year]:
    """Every year of every conflict that has a number."""
    found = frames(root)
    events, wide, claims = found["events"], found["events_wide"], _claims(found)
    top = tops(events, "event_id", "parent_event_id")
    single = wide[~wide["event_type"].astype(str).isin(LARGE)].dropna(subset=["killed_low"])
    single = single[~single["event_id"].isin(_within_counted(events, set(single["event_id"])))]
    single = single[single["date_earliest"].dt.year == single["date_latest"].dt.year]
    for conflict, roots in CONFLICTS.items():
        here = single[single["event_id"].map(top).isin(roots)]
        began = here["date_earliest"].dt.year
        stated = claims[claims["event_id"].map(top).isin(roots)]
        for number in sorted({*began.dropna(), *stated["year"].dropna()}):
            these = here[began == number]
            high = these["killed_high"]
            yield Year(
                conflict, int(number), len(these), float(these["killed_low"].sum()),
                None if high.isna().any() else float(high.sum()), stated[stated["year"] == number],
            )  # fmt: skip


def why(root: Path) -> dict[tuple[str, int], str]:
    """Why ours and theirs differ, by conflict and year."""
    with (root / WHY).open(encoding="utf-8", newline="") as file:
        return {(row["conflict"], int(row["year"])): row["why"] for row in csv.DictReader(file)}


def report(root: Path) -> str:
    """Two tables a conflict, then totals of several years."""
    reasons, every = why(root), list(years(root))
    fought = [year for year in every if year.counted]
    enough = [year for year in fought if year.claimants >= ENOUGH]
    parts = [
        INTRODUCTION,
        f"{len(fought)} years of fighting by UCDP; {len(enough)} of them have claims by two or more claimants.\n",
    ]
    for conflict in CONFLICTS:
        here = [year for year in every if year.conflict == conflict]
        rows = [
            [
                year.number,
                year.events or "",
                _sum(year),
                *(", ".join(_number(c) for _, c in year.of(p).iterrows()) for p in PROJECTS),
                year.claimants or "",
                reasons.get((conflict, year.number), ""),
            ]
            for year in here
        ]
        header = ["year", "events with a number", "they add up to", *PROJECTS.values(), "claimants", "why they differ"]  # fmt: skip
        parts.append(f"## {conflict}\n\n{table(header, rows)}")
        others = [(year, year.claims[~year.claims["claimant_id"].isin(PROJECTS)]) for year in here]
        rows = [
            [year.number, *(_told(told[_research(told) == kind]) for kind in (True, False))]
            for year, told in others
            if not told.empty
        ]
        header = ["year", "further research, press and counts", "sides and bodies"]
        if rows:
            parts.append(f"### Others on the year: {conflict}\n\n{table(header, rows)}")
    parts.append(_longer(root))
    return "\n".join(parts)


def _longer(root: Path) -> str:
    """Research totals of several years."""
    found = frames(root)
    events = found["events"].set_index("event_id")
    claims = _claims(found)
    claims = claims[claims["year"].isna() & _research(claims)]
    rows = [
        [
            events.at[claim["event_id"], "title"],
            "whole" if pd.isna(claim["period_edtf"]) else claim["period_edtf"],
            _told(pd.DataFrame([claim])),
        ]
        for _, claim in claims.sort_values(["event_id", "period_edtf", "casualty_id"]).iterrows()
    ]
    header = ["conflict, war or campaign", "period", "claim"]
    return f"## Research totals of several years\n\n{table(header, rows)}"


def _research(claims: pd.DataFrame) -> pd.Series[bool]:
    return claims["method"].astype(str).isin(RESEARCH)


def _sum(year: Year) -> str:
    if not year.events:
        return ""
    if year.high is None:
        return f"{year.low:g} or more"
    return f"{year.low:g}" if year.low == year.high else f"{year.low:g}–{year.high:g}"


def _number(claim: pd.Series[Any]) -> str:
    low, high, best = claim["low"], claim["high"], claim["best"]
    if pd.isna(low) and pd.isna(high):
        return "in words" if pd.isna(best) else f"about {best:g}"
    if pd.isna(high):
        return f"{low:g} or more"
    if pd.isna(low):
        return f"up to {high:g}"
    if low == high:
        return f"{low:g}"
    return f"{low:g}–{high:g}" if pd.isna(best) else f"{best:g} ({low:g}–{high:g})"


def _told(claims: pd.DataFrame) -> str:
    return "; ".join(
        f"{_number(c)} of {c['affected_actor_id']} ({c['victim_group']}) by {c['claimant_id']}, {c['casualty_id']}"
        for _, c in claims.iterrows()
    )
