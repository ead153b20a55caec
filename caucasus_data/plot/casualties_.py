"""What was claimed of an event's casualties: one mark a claim, by who is counted and who counts.

``known_by_day_`` shows how the same claims came in over time.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from caucasus_data.derive.ranges import known_on, live
from caucasus_data.derive.sides import STANCES, stance_of
from caucasus_data.errors import UnknownName
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
from caucasus_data.plot.rows import HEADING, Rows

LOOKS = {
    "own": ("#005a9c", "circle", "own side"),
    "opposing": ("#c8510a", "square", "opposing side"),
    "independent": ("#1a1a1a", "diamond", "on no side"),
}
# Claims of more than this ratio are drawn on a logarithmic axis.
_SPREAD = 40
_LETTERS = 59
_TICKS = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000]
GROUPS = {
    "police_security": "police and security",
    "mixed": "of mixed groups",
    "unknown": "group not known",
}
_BEFORE = {"at_least": "at least ", "about": "about ", "up_to": "up to "}


def claims_of(tables: Frames, event: str) -> tuple[str, pd.DataFrame]:
    """Id of the event and the claims made on it, with ``stance``, ``known_on`` and ``is_live``.

    Raises ``UnknownName`` for an event that does not exist or has no claims.
    """
    titles = tables.names("events", "title")
    key = choose("event", event, {k: [title] for k, title in titles.items()})
    claims = tables["casualties"]
    mine = claims[claims["event_id"] == key]
    if mine.empty:
        with_claims = sorted(claims["event_id"].dropna().astype(str).unique())
        raise UnknownName(
            f"no casualty claims on event {key!r}; choose from {', '.join(with_claims)}"
        )
    end = tables.coverage_end
    known = known_on(mine, tables["sources"], end)
    stance = stance_of(mine, tables["event_actors"], tables["actors"])
    kept = live(mine, known, end)["casualty_id"]
    mine = mine.assign(stance=stance, known_on=known, is_live=mine["casualty_id"].isin(kept))
    return key, mine.sort_values(["known_on", "casualty_id"], kind="stable")


def of_type(claims: pd.DataFrame, wanted: str | None) -> pd.DataFrame:
    """The claims of one type, or all. Raises ``UnknownName`` with the types that there are."""
    if wanted is None:
        return claims
    present = [str(t) for t in claims["type"].cat.categories if (claims["type"] == t).any()]
    if wanted not in present:
        raise UnknownName.of("claim of the type", wanted, present)
    return claims[claims["type"] == wanted]


def figure_text(claim: Any) -> str:
    """A claim's number as it was said: "135", "more than 207", "80–90"."""
    bound = str(claim.bound)
    if bound == "words_only" or all(pd.isna(n) for n in (claim.low, claim.best, claim.high)):
        return "withdrawn" if str(claim.revision_kind) == "withdraws" else f"“{claim.value_text}”"
    if bound == "more_than":
        return f"more than {claim.low - 1:,}"
    if bound == "less_than":
        return f"less than {claim.high + 1:,}"
    if bound == "range":
        return f"{claim.low:,}–{claim.high:,}"
    number = next(n for n in (claim.best, claim.low, claim.high) if not pd.isna(n))
    return f"{_BEFORE.get(bound, '')}{number:,}"


def group_text(claim: Any, names: dict[str, str], places: dict[str, str]) -> str:
    """What a claim counts: "Killed: Armenia, military"."""
    text = f"{words(claim.type).capitalize()}: {names.get(str(claim.affected_actor_id), 'not said whose')}"
    text += (
        ""
        if str(claim.victim_group) == "all"
        else f", {GROUPS.get(str(claim.victim_group), str(claim.victim_group))}"
    )
    where = (
        [] if pd.isna(claim.place_id) else [places.get(str(claim.place_id), str(claim.place_id))]
    )
    where += [] if pd.isna(claim.period_edtf) else [str(claim.period_edtf)]
    return text + (f" ({', '.join(where)})" if where else "")


def casualties(
    event: str, type: str | None = None, version: str | None = None, frames: Given = None
) -> theme.Chart:  # fmt: skip
    """All claims on an event, in persons: a point or an interval each, under what they count.

    ``event``: id or title; ``type``: only killed, wounded, …; ``version``, a release;
    ``frames``, tables that are loaded already. Open bounds end in an arrow, claims that were
    revised later are hollow. Raises ``UnknownName``.
    """
    tables = Frames(version, frames)
    key, claims = claims_of(tables, event)
    claims = of_type(claims, type)
    title = tables.names("events", "title")[key]
    names, places = tables.names("actors", "name"), tables.names("places", "name")
    numbers = claims[["low", "best", "high"]].astype("Float64")
    most = float(numbers.max().max()) if numbers.notna().any(axis=None) else 1.0
    least = numbers.max(axis=1)
    logarithmic = (
        bool(most > _SPREAD * max(1.0, float(least[least > 0].min())))
        if (least > 0).any()
        else False
    )
    rows = Rows(step=17, letters=_LETTERS)
    marks: list[dict[str, Any]] = []
    cells = ["type", "affected_actor_id", "victim_group", "place_id", "period_edtf"]
    ordered = claims.assign(**{c: claims[c].astype("string").fillna("") for c in cells[1:]})
    for _, cell in ordered.groupby(cells, sort=True, observed=True):
        counted_ones = claims.loc[cell.index]
        rows.add(group_text(records(counted_ones)[0], names, places), HEADING)
        for claim in records(counted_ones):
            marks.append(_mark(claim, rows, names, most, logarithmic))
    return theme.finished(
        _layers(marks, rows, most, logarithmic),
        frames=tables,
        title=f"What was claimed: {title}",
        subtitle=(
            f"{counted(len(claims), 'claim')} by {counted(claims['claimant_id'].nunique(), 'body', 'bodies')}, each with "
            "the day by which it was public. Arrows: no upper (or lower) end was given; hollow: revised later by the "
            "same body."
        ),
        notes=["Claims are figures by the bodies named with them, not facts."],
        sentence=_sentence(title, claims, names),
        height=rows.height,
        width=480,
        left=345,
    )


def _beyond(number: float, way: int, most: float, logarithmic: bool) -> float:
    """How far an arrow goes from a number whose other end is open: a fixed length on the chart."""
    return number * 1.35**way if logarithmic else max(0.0, number + way * 0.05 * most)


def _mark(
    claim: Any, rows: Rows, names: dict[str, str], most: float, logarithmic: bool
) -> dict[str, Any]:
    known = [float(n) for n in (claim.low, claim.best, claim.high) if not pd.isna(n)]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    at, opens = ((low + high) / 2 if known else None), ""
    if known and str(claim.bound) not in ("about", "exact", "range"):
        if pd.isna(claim.high):
            opens, high = "up", _beyond(low, 1, most, logarithmic)
        elif pd.isna(claim.low):
            opens, low = "down", _beyond(high, -1, most, logarithmic)
    by = names.get(str(claim.claimant_id), str(claim.claimant_id))
    public = ("" if str(claim.claimed_on_precision) == "day" else "by ") + str(day(claim.known_on))
    tail = (", a part" if str(claim.scope) == "part" else "") + f", {public}"
    said = figure_text(claim)
    revised = not claim.is_live and str(claim.revision_kind) != "withdraws"
    return {
        "id": claim.casualty_id, "claimant": by, "claimed": said, "low": low, "high": high, "opens": opens,
        "at": at,
        "end": high, "side": LOOKS[str(claim.stance)][2],
        "public": public, "text": theme.shortened(said, 60) + (" (revised)" if revised else ""),
        "counts": group_text(claim, names, {}), "revised": revised,
        "said": f"{by}, {day(claim.known_on)}: {group_text(claim, names, {})}, {said}",
        "row": rows.add(f"{theme.shortened(by, _LETTERS - len(tail))}{tail}"),
    }  # fmt: skip


def _layers(marks: list[dict[str, Any]], rows: Rows, most: float, logarithmic: bool) -> list[Any]:
    if logarithmic:
        scale = alt.Scale(type="symlog", constant=1, domain=[0, most * 3])
        axis = alt.Axis(
            values=[tick for tick in _TICKS if tick <= most * 3], format=",d", labelOverlap=True
        )
    else:
        scale, axis = (
            alt.Scale(domain=[0, most * 1.25], nice=False),
            alt.Axis(format=",d", tickCount=6, tickMinStep=1),
        )
    title = "Persons (logarithmic scale)" if logarithmic else "Persons"
    at = alt.X("at:Q", title=title, scale=scale, axis=axis)
    y = rows.axis(room=340)
    present = [
        look
        for stance in STANCES
        if any(mark["side"] == (look := LOOKS[stance])[2] for mark in marks)
    ]
    legend = alt.Legend(title="Who says so, seen from those counted", columns=3)
    side = [look[2] for look in present]
    colour = alt.Color(
        "side:N", scale=alt.Scale(domain=side, range=[look[0] for look in present]), legend=legend
    )
    shape = alt.Shape(
        "side:N", scale=alt.Scale(domain=side, range=[look[1] for look in present]), legend=legend
    )
    told = [
        alt.Tooltip(f"{n}:N") for n in ("claimant", "claimed", "counts", "side", "public", "id")
    ]
    drawn = [mark for mark in marks if mark["at"] is not None]
    layers = [
        alt.Chart(theme.data([mark for mark in drawn if mark["low"] != mark["high"]]))
        .mark_rule(strokeWidth=2, aria=False)
        .encode(
            x=alt.X("low:Q", title=title, scale=scale, axis=axis), x2="high:Q", y=y, color=colour
        )
    ]
    for opens, arrow, end in (("up", "triangle-right", "high"), ("down", "triangle-left", "low")):
        arrows = [mark for mark in drawn if mark["opens"] == opens]
        if arrows:
            layers.append(
                alt.Chart(theme.data(arrows))
                .mark_point(shape=arrow, size=40, filled=True, opacity=1, aria=False)
                .encode(x=alt.X(f"{end}:Q", scale=scale, axis=axis, title=title), y=y, color=colour)
            )
    layers.append(
        alt.Chart(theme.data(drawn))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=at, y=y, color=colour, shape=shape, tooltip=told, description="said:N")
    )
    revised = [mark for mark in drawn if mark["revised"]]
    if revised:
        hollow = alt.Chart(theme.data(revised)).mark_point(
            filled=True, size=24, opacity=1, color="white", aria=False
        )
        layers.append(hollow.encode(x=at, y=y, shape=shape))
    end = alt.X("end:Q", title=title, scale=scale, axis=axis)
    beside = {"align": "left", "dx": 9, "fontSize": 10.5, "color": theme.INK}
    said = alt.Chart(theme.data(drawn)).mark_text(aria=False, **beside)
    layers.append(said.encode(x=end, y=y, text="text:N"))
    undrawn = [mark for mark in marks if mark["at"] is None]
    if undrawn:
        only = alt.Chart(theme.data(undrawn)).mark_text(**beside)
        layers.append(only.encode(x=end, y=y, text="text:N", description="said:N"))
    return layers


def _sentence(title: str, claims: pd.DataFrame, names: dict[str, str]) -> str:
    text = (
        f"{counted(len(claims), 'claim')} on casualties of: {title}; made public between "
        f"{spoken(claims['known_on'].min())} and {spoken(claims['known_on'].max())}."
    )
    dead = claims[
        (claims["type"].astype(str) == "killed")
        & claims["is_live"]
        & (claims["scope"].astype(str) == "whole")
    ]
    parts = []
    for (actor, group), cell in dead.groupby(
        [dead["affected_actor_id"].astype("string").fillna(""), dead["victim_group"].astype(str)]
    ):
        numbers = pd.concat([cell["low"], cell["best"], cell["high"]]).dropna()
        if len(numbers):
            low, high = f"{int(numbers.min()):,}", f"{int(numbers.max()):,}"
            who = names.get(str(actor), "not said whose") + (
                "" if group == "all" else f" ({GROUPS.get(str(group), str(group))})"
            )
            parts.append(f"{who} {low if low == high else f'{low} to {high}'}")
    return text + (f" Killed, by claims that stand: {listed(parts)}." if parts else "")
