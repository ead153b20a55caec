"""What was known by day: the range of an event's claims as it stood on each day since it began."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from caucasus_data.derive.ranges import casualty_ranges, ranged
from caucasus_data.derive.sides import STANCES
from caucasus_data.errors import UnknownName
from caucasus_data.plot import theme
from caucasus_data.plot.casualties_ import LOOKS, claims_of, figure_text, group_text, of_type
from caucasus_data.plot.frames import Frames, Given, counted, day, records, spoken

_TICKS = [0, 1, 2, 3, 5, 7, 14, 30, 60, 120, 365, 730, 1461, 2922, 5844, 11688]
_DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 1], [1, 3], [12, 2], [6, 2, 1, 2, 1, 2])
_HEIGHT = 340


def known_by_day(
    event: str, type: str = "killed", version: str | None = None, frames: Given = None
) -> theme.Chart:  # fmt: skip
    """Lowest and highest number claimed, as known on each day, in persons: a line a group.

    ``event``: id or title; ``type``: killed, wounded, missing, …; ``version``, a release;
    ``frames``, tables that are loaded already. Only claims that ``casualty_ranges`` uses are
    drawn, one mark each. Raises ``UnknownName``.
    """
    tables = Frames(version, frames)
    key, claims = claims_of(tables, event)
    claims = ranged(of_type(claims, type))
    if claims.empty:
        raise UnknownName(f"no claim of {type} on {key} can be ranged: choose another type")
    names, places = tables.names("actors", "name"), tables.names("places", "name")
    begun = tables["events"].set_index("event_id")["date_earliest"][key]
    claims = claims.assign(
        days=(claims["known_on"] - begun).dt.days.clip(lower=0),
        group=[group_text(claim, names, places).split(": ", 1)[1] for claim in records(claims)],
    )
    last = int(claims["days"].max())
    until = last + max(2, round(0.25 * last))
    steps = _steps(tables, key, claims, names, places, begun)
    for group in {step["group"] for step in steps}:
        of_group = [step for step in steps if step["group"] == group]
        steps.append({**of_group[-1], "days": until})
    return _drawn(tables, key, type, claims, steps, begun, until, names)


def _steps(
    tables: Frames,
    key: str,
    claims: pd.DataFrame,
    names: dict[str, str],
    places: dict[str, str],
    begun: pd.Timestamp,
) -> list[dict[str, Any]]:
    """The range of each group on each day on which a claim came in."""
    events = tables["events"][tables["events"]["event_id"] == key]
    steps = []
    for known in sorted(claims["known_on"].unique()):
        found = casualty_ranges(
            claims.drop(columns=["stance", "known_on"]), tables["event_actors"], tables["actors"], tables["sources"],
            events, tables.coverage_end, "all", pd.Timestamp(known),
        )  # fmt: skip
        for row in records(found):
            low, high = row.all_low, row.all_high
            if pd.isna(low) and pd.isna(high):
                continue
            steps.append(
                {
                    "group": group_text(row, names, places).split(": ", 1)[1],
                    "days": max(0, (pd.Timestamp(known) - begun).days),
                    "low": int(high if pd.isna(low) else low), "high": int(low if pd.isna(high) else high),
                    "open": bool(pd.isna(high)), "said": _range_text(low, high),
                }
            )  # fmt: skip
    return steps


def _range_text(low: Any, high: Any) -> str:
    if pd.isna(high):
        return f"at least {low:,}"
    if pd.isna(low):
        return f"up to {high:,}"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _open_ended(steps: list[dict[str, Any]], until: int) -> list[dict[str, Any]]:
    """The stretches of days on which a range had no upper end."""
    found = []
    for step in steps:
        later = [
            s["days"] for s in steps if s["group"] == step["group"] and s["days"] > step["days"]
        ]
        if step["open"] and step["days"] < until:
            found.append({**step, "until": min(later, default=until)})
    return found


def _ends(steps: list[dict[str, Any]], groups: list[str], top: float) -> list[dict[str, Any]]:
    """A label at the end of each line, moved apart where lines end close together."""
    last = [next(step for step in reversed(steps) if step["group"] == group) for group in groups]
    ends, lowest = [], -1e9
    gap = 15 * top / _HEIGHT
    for step in sorted(last, key=lambda step: (step["low"] + step["high"]) / 2):
        at = max((step["low"] + step["high"]) / 2, lowest + gap)
        lowest = at
        ends.append(
            {
                "group": step["group"],
                "days": step["days"],
                "at": at,
                "text": f"{step['group']}: {step['said']}",
            }
        )
    return ends


def _drawn(
    tables: Frames, key: str, type: str, claims: pd.DataFrame, steps: list[dict[str, Any]], begun: pd.Timestamp,
    until: int, names: dict[str, str],
) -> theme.Chart:  # fmt: skip
    groups = sorted({str(step["group"]) for step in steps})
    marks = []
    for claim in records(claims):
        number = next(n for n in (claim.best, claim.low, claim.high) if not pd.isna(n))
        by = names.get(str(claim.claimant_id), str(claim.claimant_id))
        marks.append(
            {
                "id": claim.casualty_id, "days": int(claim.days), "number": int(number), "group": claim.group,
                "claimant": by, "claimed": figure_text(claim), "public": day(claim.known_on),
                "side": LOOKS[str(claim.stance)][2],
                "said": f"{day(claim.known_on)}, {by}: {claim.group}, {figure_text(claim)}",
            }
        )  # fmt: skip
    top = 1.12 * max([step["high"] for step in steps] + [mark["number"] for mark in marks])
    ticks = [tick for tick in _TICKS if tick <= until]
    x = alt.X(
        "days:Q",
        title=f"Days since the event began, {spoken(begun)} (the axis is logarithmic)",
        scale=alt.Scale(type="symlog", constant=1, domain=[0, until], nice=False),
        axis=alt.Axis(values=ticks, format=",d", labelOverlap=True),
    )
    y_axis = {
        "title": f"Persons {type.replace('_', ' ')}",
        "scale": alt.Scale(domain=[0, top], nice=False),
    }
    colours = alt.Scale(domain=groups, range=[theme.COLOURS[i % 8] for i in range(len(groups))])
    colour = alt.Color("group:N", scale=colours, legend=None)
    dash = alt.StrokeDash(
        "group:N",
        legend=None,
        scale=alt.Scale(domain=groups, range=[list(_DASHES[i % 8]) for i in range(len(groups))]),
    )
    sides = [
        LOOKS[stance]
        for stance in STANCES
        if any(mark["side"] == LOOKS[stance][2] for mark in marks)
    ]
    shape = alt.Shape(
        "side:N",
        scale=alt.Scale(domain=[side[2] for side in sides], range=[side[1] for side in sides]),
        legend=alt.Legend(
            title="Claims, by who says so, seen from those counted",
            symbolFillColor=theme.INK,
            symbolStrokeColor=theme.INK,
        ),
    )
    base = alt.Chart(theme.data(steps)).encode(x=x, color=colour)
    axis = alt.Axis(format=",d", tickMinStep=1)
    layers = [
        alt.Chart(theme.data(_open_ended(steps, until)))
        .mark_rect(opacity=0.07, aria=False)
        .encode(
            x=x, x2="until:Q", y=alt.Y("low:Q", axis=axis, **y_axis), y2=alt.value(0), color=colour
        ),
        base.mark_area(interpolate="step-after", opacity=0.18, line=False, aria=False).encode(
            y=alt.Y("low:Q", axis=axis, **y_axis), y2="high:Q"
        ),
        base.mark_line(interpolate="step-after", strokeWidth=1.8, aria=False).encode(
            y=alt.Y("low:Q", axis=axis, **y_axis), strokeDash=dash
        ),
        base.mark_line(interpolate="step-after", strokeWidth=1.8, aria=False).encode(
            y=alt.Y("high:Q", axis=axis, **y_axis), strokeDash=dash
        ),
        alt.Chart(theme.data(marks))
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            x=x, y=alt.Y("number:Q", axis=axis, **y_axis), color=colour, shape=shape, description="said:N",
            tooltip=[alt.Tooltip(f"{n}:N") for n in ("claimant", "claimed", "group", "side", "public", "id")],
        ),
        alt.Chart(theme.data(_ends(steps, groups, top)))
        .mark_text(align="left", dx=6, fontSize=11, aria=False)
        .encode(x=x, y=alt.Y("at:Q", axis=axis, **y_axis), text="text:N", color=colour),
    ]  # fmt: skip
    title = tables.names("events", "title")[key]
    final = [next(step for step in reversed(steps) if step["group"] == group) for group in groups]
    first = [next(step for step in steps if step["group"] == group) for group in groups]
    told = "; ".join(
        f"{group} first {a['said']} (day {a['days']}), in the end {b['said']}"
        for group, a, b in zip(groups, first, final, strict=True)
    )
    return theme.finished(
        layers,
        frames=tables,
        title=f"What was known by day, {type.replace('_', ' ')}: {title}",
        subtitle=(
            f"Lowest and highest number of {counted(len(claims), 'claim')} that stood on each day, with the claims as "
            "marks; a shade up to the top: no upper end. Parts of a total and claims of words only are left out."
        ),
        notes=["Claims are figures by the bodies named with them, not facts."],
        sentence=f"What was known by day of persons {type.replace('_', ' ')}: {title}. {counted(len(claims), 'claim')}: {told}.",
        height=_HEIGHT,
        width=560,
        left=50,
        right=250,
    )
