"""Who held which status in which body, on a day and by year.

A status certainly holds on a day if start_latest ≤ day < end_earliest, and possibly if
start_earliest ≤ day < end_latest. A spell without any end holds to the end of coverage.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from caucasus_data.errors import BadValue

PAIR = ("actor_id", "organization_id", "track")
_YEARS = [
    "actor_id",
    "organization_id",
    "track",
    "year",
    "status",
    "certainty",
    "days_min",
    "days_max",
]


def spells(memberships: pd.DataFrame, coverage_end: pd.Timestamp) -> pd.DataFrame:
    """Spells with four bounds: ``from_``/``to_`` (exclusive) certainly and possibly."""
    frame = memberships[(memberships["status"].astype("string") != "never").fillna(False)]
    frame = frame[frame["start_earliest"].notna()]
    beyond = coverage_end + pd.Timedelta(days=1)
    lasts = frame["end_edtf"].isna() & frame["end_basis"].isna()
    return frame.assign(
        from_certain=frame["start_latest"],
        to_certain=frame["end_earliest"].where(~lasts, beyond),
        from_possible=frame["start_earliest"],
        to_possible=frame["end_latest"].where(~lasts, beyond),
    )


def memberships_at(
    memberships: pd.DataFrame, day: pd.Timestamp, coverage_end: pd.Timestamp
) -> pd.DataFrame:
    """Rows of ``memberships`` that hold on ``day``, with ``certainty`` {certain, possible}.

    Raises :class:`BadValue` for a day past the end of coverage: the data says nothing of it.
    """
    if day > coverage_end:
        raise BadValue(f"{day:%Y-%m-%d} lies after the end of coverage, {coverage_end:%Y-%m-%d}")
    frame = spells(memberships, coverage_end)
    certain = (frame["from_certain"] <= day) & (day < frame["to_certain"])
    possible = (frame["from_possible"] <= day) & (day < frame["to_possible"])
    kept = memberships.loc[frame.index[possible]].copy()
    words = certain[possible].map({True: "certain", False: "possible"})
    kept["certainty"] = pd.Categorical(words, categories=["certain", "possible"])
    return kept.reset_index(drop=True)


def membership_years(memberships: pd.DataFrame, coverage_end: pd.Timestamp) -> pd.DataFrame:
    """One row per pair, track and year in which a status can hold; the last year ends at the
    end of coverage. ``days_min`` counts days on which one certainly holds, ``days_max`` on
    which one can."""
    rows = []
    frame = spells(memberships, coverage_end)
    frame = frame.assign(
        track=frame["track"].astype("string"), status=frame["status"].astype("string")
    )
    for pair, group in frame.groupby(list(PAIR), sort=True):
        certain = [
            (a.date(), b.date(), s)
            for a, b, s in zip(
                group["from_certain"], group["to_certain"], group["status"], strict=True
            )
            if a < b
        ]
        possible = [
            (a.date(), b.date(), s)
            for a, b, s in zip(
                group["from_possible"], group["to_possible"], group["status"], strict=True
            )
        ]
        first = min(begin for begin, _, _ in possible).year
        last = max(end - dt.timedelta(days=1) for _, end, _ in possible).year
        for year in range(first, last + 1):
            begins, ends = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
            ends = min(ends, coverage_end.date() + dt.timedelta(days=1))
            days_max = _days(possible, begins, ends)
            if days_max == 0:
                continue
            status, certainty = _on(certain, possible, ends - dt.timedelta(days=1))
            rows.append((*pair, year, status, certainty, _days(certain, begins, ends), days_max))
    found = pd.DataFrame(rows, columns=_YEARS)
    return found.astype({"year": "Int64", "days_min": "Int64", "days_max": "Int64"})


Span = tuple[dt.date, dt.date, str]


def _on(certain: list[Span], possible: list[Span], day: dt.date) -> tuple[str | None, str | None]:
    for word, spans in (("certain", certain), ("possible", possible)):
        for begin, end, status in spans:
            if begin <= day < end:
                return status, word
    return None, None


def _days(spans: list[Span], begins: dt.date, ends: dt.date) -> int:
    """Days of [begins, ends) that at least one of the spans covers."""
    covered, reached = 0, begins
    for begin, end, _ in sorted(spans):
        low, high = max(begin, reached), min(end, ends)
        if low < high:
            covered += (high - low).days
            reached = high
    return covered
