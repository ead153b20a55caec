"""Values of the data in words: dates, claims, numbers, vocabulary words. Plain text only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_END = re.compile(r"(\d{4})(?:-(\d{2}|XX))?(?:-(\d{2}|XX))?([~?%]?)")
_MARKS = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}
_CASES = {
    "Pre": "pre-negotiation",
    "Cea": "ceasefire",
    "SubPar": "partial framework",
    "SubComp": "comprehensive framework",
    "Imp": "implementation",
    "Ren": "renewal",
    "Oth": "other",
}
_KEPT = {
    "ucdp": "UCDP", "cow": "COW", "pax": "PA-X", "un": "UN", "ngo": "NGO", "igo": "IGO", "ied": "IED", "km2": "km²",
    "nk": "NK", "iso3": "ISO code", "gw": "GW", "qid": "id", "unts": "UNTS",
}  # fmt: skip


def plain(word: object) -> str:
    """A word of a vocabulary or the name of a column, as one says it."""
    text = str(word)
    if text in _CASES:
        return _CASES[text]
    return " ".join(_KEPT.get(part, part) for part in text.split("_"))


def number(value: object) -> str:
    """A number with thousands apart; no decimals that say nothing."""
    if value is None:
        return "—"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6g}"
    return f"{int(value):,}"  # type: ignore[call-overload]


def day_words(day: dt.date) -> str:
    """A day, in full."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _end(text: str) -> str | None:
    match = _END.fullmatch(text)
    if match is None:
        return None
    year, month, day, mark = match.groups()
    words = year
    if month and month != "XX":
        if not 1 <= int(month) <= 12:
            return None
        words = f"{MONTHS[int(month) - 1]} {year}"
        if day and day != "XX":
            words = f"{int(day)} {words}"
    return _MARKS[mark] + words


def date_words(edtf: object) -> str:
    """A date of the dataset's grammar in words; what does not fit it, unchanged."""
    if edtf is None:
        return ""
    text = str(edtf)
    if text.startswith("[") and text.endswith("]") and ".." in text:
        first, last = (_end(part) for part in text[1:-1].split("..", 1))
        return f"between {first} and {last}" if first and last else text
    if "/" in text:
        begin, end = text.split("/", 1)
        first = _end(begin)
        if first and end == "..":
            return f"since {first}"
        last = _end(end)
        return f"{first} – {last}" if first and last else text
    return _end(text) or text


def claim_value(row: Mapping[str, Any]) -> str:
    """A claim's or figure's number as it was said: bound and numbers."""
    low, best, high = row.get("low"), row.get("best"), row.get("high")
    bound = row.get("bound")
    if bound == "words_only" or (low is None and best is None and high is None):
        said = row.get("value_text")
        return f"“{said}”" if said else "no number"
    if bound == "at_least":
        return f"at least {number(low)}"
    if bound == "more_than" and low is not None:
        whole = float(low).is_integer() and not isinstance(low, float)
        return f"more than {number(low - 1 if whole else low)}"
    if bound == "up_to":
        return f"up to {number(high)}"
    if bound == "less_than" and high is not None:
        whole = float(high).is_integer() and not isinstance(high, float)
        return f"fewer than {number(high + 1)}" if whole else f"less than {number(high)}"
    if bound == "about":
        return f"about {number(best)}"
    return span(low, high, best)


def span(low: Any, high: Any, best: Any = None) -> str:
    """Two ends of a range, either of which may be open."""
    if low is not None and high is not None:
        return number(low) if low == high else f"{number(low)}–{number(high)}"
    if low is not None:
        return f"{number(low)} or more"
    if high is not None:
        return f"up to {number(high)}"
    return number(best)


def capital(text: str) -> str:
    """A text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def count(many: int, one: str, more: str | None = None) -> str:
    """``3 events``, ``1 event``."""
    return f"{number(many)} {one if many == 1 else more or one + 's'}"


def shortened(text: object, length: int = 70) -> str:
    """The beginning of a text, cut at a word."""
    whole = " ".join(str(text).split())
    if len(whole) <= length:
        return whole
    cut = whole[: length - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > length // 2 else cut).rstrip(",;:–- ") + "…"


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
