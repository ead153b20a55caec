"""How a membership spell is drawn: the look of each status, and the days it surely held."""

from __future__ import annotations

from typing import Any

import pandas as pd

from caucasus_data.plot import theme

# Colour and shape of each status; the width of the line tells the track as well.
LOOKS = {
    "member": ("#005a9c", "circle"),
    "participating_state": ("#3d86c6", "square"),
    "associate": ("#00795c", "triangle-up"),
    "observer": ("#a84300", "diamond"),
    "partner": ("#c8510a", "triangle-down"),
    "dialogue_partner": ("#8a6d00", "cross"),
    "special_guest": ("#8a4b2a", theme.STAR),
    "perspective": ("#b0527a", "triangle-left"),
    "applicant": ("#8b3a84", "triangle-right"),
    "candidate": ("#5b2a86", theme.HEXAGON),
    "negotiating": ("#3f3f8f", theme.BAR),
    "never": ("#6b6b6b", theme.SALTIRE),
}
WIDTHS = {"tie": 8, "partnership": 5, "accession": 3, "none": 1}
FIRST = pd.Timestamp("1988-01-01")


def bounds(spell: Any, end: pd.Timestamp, first: pd.Timestamp) -> tuple[pd.Timestamp, ...]:
    """Start earliest and latest, end earliest and latest, of a spell or qualifier; cut at ``first``."""
    a = first if pd.isna(spell.start_earliest) else spell.start_earliest
    b = a if pd.isna(spell.start_latest) else spell.start_latest
    ended = not pd.isna(spell.end_edtf)
    unknown = not ended and not pd.isna(getattr(spell, "end_basis", pd.NA))
    c = spell.end_earliest if ended else (b if unknown else end)
    d = spell.end_latest if ended else end
    return tuple(min(max(stamp, first), end) for stamp in (a, b, max(c, a), max(d, a)))


def segments(a: Any, b: Any, c: Any, d: Any) -> list[tuple[str, Any, Any]]:
    """The certain and the possible stretches of a spell."""
    if b >= c:
        return [("possible", a, d)] if d > a else []
    parts = [("possible", a, b), ("certain", b, c), ("possible", c, d)]
    return [
        (kind, x, y) for kind, x, y in parts if (y - x).days > 1 or (kind == "certain" and y > x)
    ]
