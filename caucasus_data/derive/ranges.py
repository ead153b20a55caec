"""Ranges over casualty claims: what was claimed, by whom, as known on a day.

A claim is live on a day if it had been made by then and no live claim revises it. Only claims
on the whole of a cell are ranged; increments, sums by reporters, accidents and indirect deaths
never are. The lowest and the highest number are those that some claim asserts; a bound that
every number asserted leaves open stays blank.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from caucasus_data.derive.sides import STANCES, stance_of
from caucasus_data.errors import BadValue, UnknownName

CELL = ("event_id", "period_edtf", "place_id", "affected_actor_id", "victim_group", "type")
RULES = ("all", "independent", "own_side", "latest_per_claimant")
CUMULATIVE = ("killed", "wounded")
STOCKS = ("missing", "captured")
NEVER_CAUSES = ("accident", "indirect")

Rule = str | Callable[[pd.DataFrame], pd.DataFrame]


def known_on(claims: pd.DataFrame, sources: pd.DataFrame, coverage_end: pd.Timestamp) -> pd.Series:
    """Day by which each claim was certainly public: claimed_on_latest, else its source's
    publication, and at the latest the end of coverage (a claim of "2026" lies before it)."""
    published = (
        sources.dropna(subset=["source_id"])
        .drop_duplicates("source_id")
        .set_index("source_id")["published_latest"]
    )
    by_source = published.reindex(pd.Index(claims["source_id"].array))
    by_source.index = claims.index
    known = claims["claimed_on_latest"].fillna(by_source).fillna(coverage_end)
    return known.where(known <= coverage_end, coverage_end)


def live(claims: pd.DataFrame, known: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """Claims made by ``as_of`` that no claim made by then revises; withdrawals themselves left out."""
    made = claims[(known <= as_of).fillna(False)]
    revised = made["revision_of_id"].dropna()
    kept = ~made["casualty_id"].isin(revised) & (
        made["revision_kind"].astype("string") != "withdraws"
    ).fillna(True)
    return made[kept]


def ranged(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims that may enter a range: whole, of the right tally, of violence, with a number."""
    tally, kind = claims["tally"].astype("string"), claims["type"].astype("string")
    right = (tally == "cumulative") & ~kind.isin(STOCKS)
    right |= (tally == "stock") & ~kind.isin(CUMULATIVE)
    right &= claims["scope"].astype("string") == "whole"
    right &= claims["method"].astype("string") != "reporter_arithmetic"
    right &= ~claims["cause"].astype("string").isin(NEVER_CAUSES)
    right &= claims[["low", "best", "high"]].notna().any(axis=1)
    return claims[right.fillna(False).astype(bool)]


@dataclass(frozen=True, slots=True)
class _Claim:
    """What of a claim its cell's range needs."""

    row: int
    stance: str
    claimant: str
    known: pd.Timestamp
    id: str
    least: int | None
    most: int | None


def _bounds(cell: list[_Claim]) -> tuple[int | None, int | None]:
    """Lowest and highest number asserted; None where the claims leave that end open."""
    leasts = [claim.least for claim in cell if claim.least is not None]
    mosts = [claim.most for claim in cell if claim.most is not None]
    low, high = min(leasts, default=None), max(mosts, default=None)
    # a number that is asserted past an end that another claim leaves open leaves it open
    if low is not None and any(
        c.least is None and c.most is not None and c.most < low for c in cell
    ):
        low = None
    if high is not None and any(
        c.most is None and c.least is not None and c.least > high for c in cell
    ):
        high = None
    return low, high


def _choose(cell: list[_Claim], rule: str) -> list[_Claim]:
    if rule == "independent":
        return [claim for claim in cell if claim.stance == "independent"]
    if rule == "own_side":
        return [claim for claim in cell if claim.stance == "own"]
    if rule == "latest_per_claimant":
        newest = {c.claimant: c for c in sorted(cell, key=lambda c: (c.known, c.id))}
        return list(newest.values())
    return cell


def _as_claims(marked: pd.DataFrame) -> list[_Claim]:
    def numbers(column: pd.Series) -> list[int | None]:
        return [None if pd.isna(n) else int(n) for n in column.tolist()]

    return [
        _Claim(row, str(stance), str(claimant), known, str(claim), least, most)
        for row, (stance, claimant, known, claim, least, most) in enumerate(
            zip(
                marked["stance"], marked["claimant_id"], marked["known_on"], marked["casualty_id"],
                numbers(marked["low"].fillna(marked["best"])),
                numbers(marked["high"].fillna(marked["best"])),
                strict=True,
            )
        )
    ]  # fmt: skip


def casualty_ranges(
    claims: pd.DataFrame,
    event_actors: pd.DataFrame,
    actors: pd.DataFrame,
    sources: pd.DataFrame,
    events: pd.DataFrame,
    coverage_end: pd.Timestamp,
    rule: Rule = "all",
    as_of: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """One row per event × period × place × affected actor × victim group × type.

    Columns: the cell, ``own_low`` … ``all_high`` (Int64 persons), ``n_claims``,
    ``children_floor`` (sum of the direct children's ``all_low``; beside, never added).
    ``rule`` is a name of :data:`RULES` or a callable on the cell's claims, which carry
    ``stance`` and ``known_on`` too. Raises :class:`UnknownName`, or :class:`BadValue` for an
    ``as_of`` past the end of coverage.
    """
    if not callable(rule) and rule not in RULES:
        raise UnknownName.of("rule", rule, RULES)
    day = coverage_end if as_of is None else as_of
    if day > coverage_end:
        raise BadValue(
            f"as_of {day:%Y-%m-%d} lies after the end of coverage, {coverage_end:%Y-%m-%d}"
        )
    known = known_on(claims, sources, coverage_end)
    marked = claims.assign(known_on=known, stance=stance_of(claims, event_actors, actors))
    chosen = ranged(live(marked, known, day))
    keys = list(
        zip(*(chosen[column].astype("string").fillna("").tolist() for column in CELL), strict=True)
    )
    cells: dict[tuple[str, ...], list[_Claim]] = {}
    for key, claim in zip(keys, _as_claims(chosen), strict=True):
        cells.setdefault(key, []).append(claim)
    rows = []
    for names in sorted(cells):
        cell = cells[names]
        if callable(rule):
            kept = set(rule(chosen.iloc[[claim.row for claim in cell]])["casualty_id"].astype(str))
            used = [claim for claim in cell if claim.id in kept]
        else:
            used = _choose(cell, rule)
        if not used:
            continue
        row: dict[str, object] = {c: n or pd.NA for c, n in zip(CELL, names, strict=True)}
        for stance in STANCES:
            row[f"{stance}_low"], row[f"{stance}_high"] = _bounds(
                [claim for claim in used if claim.stance == stance]
            )
        row["all_low"], row["all_high"] = _bounds(used)
        row["n_claims"] = len(used)
        rows.append(row)
    numbers = [f"{stance}_{end}" for stance in (*STANCES, "all") for end in ("low", "high")]
    frame = pd.DataFrame(rows, columns=[*CELL, *numbers, "n_claims"])
    frame = frame.astype(
        dict.fromkeys(CELL, "string") | dict.fromkeys([*numbers, "n_claims"], "Int64")
    )
    frame["children_floor"] = _children_floor(frame, events)
    return frame


def _children_floor(frame: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Sum of the direct children's lowest numbers for the same actor, group and type."""
    parent = events.dropna(subset=["parent_event_id"]).set_index("event_id")["parent_event_id"]
    whole = frame[frame["period_edtf"].isna() & frame["place_id"].isna()]
    upper = parent.reindex(pd.Index(whole["event_id"].array))
    upper.index = whole.index
    same = ["affected_actor_id", "victim_group", "type"]
    below = whole.assign(event_id=upper.astype("string")).dropna(subset=["event_id", "all_low"])
    sums = below.groupby(["event_id", *same])["all_low"].sum()
    is_whole = frame["period_edtf"].isna() & frame["place_id"].isna()
    wanted = pd.MultiIndex.from_frame(frame[["event_id", *same]])
    found = pd.Series(sums.reindex(wanted).array, index=frame.index, dtype="Int64")
    return found.where(is_whole)
