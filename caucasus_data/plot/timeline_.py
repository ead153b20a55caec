"""The timeline: events by type, conflict and attribution, one mark an event."""

from __future__ import annotations

import altair as alt
import pandas as pd

from caucasus_data.errors import BadValue
from caucasus_data.plot import theme
from caucasus_data.plot.frames import (
    Frames,
    Given,
    choose,
    counted,
    day,
    listed,
    records,
    spoken,
    words,
)
from caucasus_data.plot.rows import NOTE, ROW, Rows

ELSEWHERE = "no conflict named"
# How an attribution fills its mark.
FILLED = {"undisputed": 1.0, "disputed": 0.0, "unknown": 0.35}
_LANES, _GAP = 5, 9.0


def conflict_of(events: pd.DataFrame) -> pd.Series:
    """For each event the id of the conflict at the top of its tree, or missing."""
    keys = events["event_id"].astype(str)
    parents = dict(zip(keys, events["parent_event_id"].astype("string"), strict=True))
    kinds = dict(zip(keys, events["event_type"].astype(str), strict=True))
    found = []
    for key in keys:
        at, seen = key, set()
        while (
            kinds.get(at) != "conflict" and at not in seen and not pd.isna(parents.get(at, pd.NA))
        ):
            seen.add(at)
            at = str(parents[at])
        found.append(at if kinds.get(at) == "conflict" else pd.NA)
    return pd.Series(found, index=events.index, dtype="string")


def _within(events: pd.DataFrame, start: str | None, end: str | None) -> pd.DataFrame:
    try:
        first = pd.Timestamp(start) if start else events["date_earliest"].min()
        last = pd.Timestamp(end) if end else events["date_latest"].max()
    except (ValueError, TypeError):
        raise BadValue(
            f"start and end take days such as 2020-09-27, not {start!r} and {end!r}"
        ) from None
    return events[(events["date_latest"] >= first) & (events["date_earliest"] <= last)]


def _lanes(spans: list[tuple[float, float]]) -> list[int]:
    """A lane for each span (pixels, by start), so that neighbours do not cover each other."""
    ends: list[float] = []
    lanes = []
    for start, end in spans:
        free = next((i for i, last in enumerate(ends) if last + _GAP <= start), None)
        if free is None:
            free = len(ends) if len(ends) < _LANES else min(range(len(ends)), key=lambda i: ends[i])
            if free == len(ends):
                ends.append(end)
        ends[free] = max(ends[free], end)
        lanes.append(free)
    return lanes


def _sentence(
    shown: pd.DataFrame, conflicts: dict[str, str], first: pd.Timestamp, last: pd.Timestamp
) -> str:
    if shown.empty:
        return "No events."
    kinds = shown["event_type"].astype(str).value_counts(sort=False)
    kinds = kinds[kinds > 0].sort_index().sort_values(ascending=False, kind="stable")
    most = listed(f"{words(kind)} ({number})" for kind, number in kinds.head(3).items())
    text = (
        f"Timeline of {counted(len(shown), 'event')} of {counted(len(kinds), 'type')} from "
        f"{spoken(max(first, shown['date_earliest'].min()))} to {spoken(min(last, shown['date_latest'].max()))}; the most frequent are {most}."
    )
    attributed = shown["attribution"].astype(str)
    text += f" Attribution is disputed in {(attributed == 'disputed').sum()} and unknown in {(attributed == 'unknown').sum()}."
    named = shown["conflict"].value_counts()
    parts = [f"{number} belong to the {conflicts[str(key)]}" for key, number in named.items()]
    return text + (f" {listed(parts)}." if parts else "")


def timeline(
    conflict: str | None = None,
    start: str | None = None,
    end: str | None = None,
    version: str | None = None,
    frames: Given = None,
) -> theme.Chart:
    """Events over time: a row a type, colour and shape by conflict, filled by attribution.

    ``conflict``: only the events of one conflict (id or title); ``start``, ``end``: only events
    of these days; ``version``, a release; ``frames``, tables that are loaded already. In HTML
    the time axis zooms. Raises ``UnknownName`` and ``BadValue``.
    """
    tables = Frames(version, frames)
    events = tables["events"]
    events = events.assign(conflict=conflict_of(events))
    top = events[events["event_type"].astype(str) == "conflict"]
    titles = dict(zip(top["event_id"].astype(str), top["title"].astype(str), strict=True))
    if conflict is not None:
        chosen = choose("conflict", conflict, {key: [title] for key, title in titles.items()})
        events = events[events["conflict"] == chosen]
    shown = _within(events, start, end).sort_values(["date_earliest", "event_id"], kind="stable")
    first = pd.Timestamp(start) if start else shown["date_earliest"].min()
    last = pd.Timestamp(end) if end else tables.coverage_end
    if shown.empty or first >= last:
        raise BadValue(f"no events between {start or 'the first day'} and {end or 'the last day'}")
    places = tables.names("places", "name")
    scale = theme.WIDTH / (last - first).days
    rows, marks = Rows(step=11), []
    order = [
        kind for kind in shown["event_type"].cat.categories if (shown["event_type"] == kind).any()
    ]
    for kind in order:
        of_kind = shown[shown["event_type"] == kind]
        spans = [
            (
                max(0.0, (e.date_earliest - first).days * scale),
                min((e.date_latest - first).days * scale, theme.WIDTH),
            )
            for e in records(of_kind)
        ]
        lanes = _lanes(spans)
        keys = [
            rows.add(words(kind) if lane == 0 else "", ROW if lane == 0 else NOTE)
            for lane in range(max(lanes) + 1)
        ]
        for event, lane in zip(records(of_kind), lanes, strict=True):
            begins, ends = max(event.date_earliest, first), min(event.date_latest, last)
            marks.append(
                {
                    "id": event.event_id, "event": event.title, "type": words(kind), "date": event.date_edtf,
                    "said": f"{event.title}, {event.date_edtf}, {words(kind)}, attribution {event.attribution}",
                    "start": day(begins), "end": day(ends), "middle": day(begins + (ends - begins) / 2),
                    "wide": bool((ends - begins).days * scale > 6), "row": keys[lane],
                    "conflict": titles.get(str(event.conflict), ELSEWHERE), "attribution": str(event.attribution), "filled": FILLED[str(event.attribution)],
                    "place": None if pd.isna(event.place_id) else places.get(str(event.place_id)),
                }
            )  # fmt: skip
    present = [
        title for title in titles.values() if any(mark["conflict"] == title for mark in marks)
    ]
    if any(mark["conflict"] == ELSEWHERE for mark in marks):
        present.append(ELSEWHERE)
    look = theme.categories("conflict", present, "Conflict", columns=1)
    y = rows.axis(room=160)
    tooltip = [
        alt.Tooltip(f"{name}:N")
        for name in ("event", "date", "type", "place", "conflict", "attribution", "id")
    ]
    base = alt.Chart(theme.data(marks)).encode(y=y, color=look["color"], tooltip=tooltip)
    margin = pd.Timedelta(days=round(0.012 * (last - first).days))
    days = theme.Days(first - margin, last + margin)
    lasting = (
        base.mark_rule(strokeWidth=3, clip=True, aria=False)
        .transform_filter("datum.wide")
        .encode(x=days.at("start"), x2="end:T")
    )
    points = base.mark_point(size=52, strokeWidth=1.4, opacity=1, clip=True).encode(
        x=days.at("start", span=True),
        shape=look["shape"],
        fill=alt.Fill("conflict:N", scale=look["color"]["scale"], legend=look["color"]["legend"]),
        fillOpacity=alt.FillOpacity("filled:Q", scale=None),
        description="said:N",
    )
    years = f"{first.year}–{last.year}" if first.year != last.year else f"{first.year}"
    about = (
        titles[str(shown["conflict"].iloc[0])]
        if conflict is not None
        else "Events in and around the South Caucasus"
    )
    return theme.finished(
        [lasting, points],
        frames=tables,
        title=f"{about}, {years}",
        subtitle=(
            f"{counted(len(shown), 'event')} by type; a line shows how long an event lasted. Filled: who did it is "
            "undisputed; hollow: disputed; pale: unknown."
        ),
        notes=[],
        sentence=_sentence(shown, titles, first, last),
        height=rows.height,
        left=165,
        zoom=True,
    )
