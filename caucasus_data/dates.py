"""The closed EDTF grammar of the dataset's date cells, and the days that a cell allows.

``YYYY[-MM[-DD]]`` with ``XX`` for an unknown part, a trailing ``~ ? %`` on each end,
``[A..B]`` for one day between two bounds; where intervals are allowed also ``A/B`` (lasted
from A to B) and ``A/..`` (still lasts). A subset of EDTF level 1 and 2 (ISO 8601-2:2019),
kept closed so that two coders write one date one way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

PRECISIONS = ("day", "month", "year", "between", "interval", "open")

_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>XX|[0-9]{2})(?:-(?P<day>XX|[0-9]{2}))?)?(?P<mark>[~?%]?)"
)
_YEARS = range(1800, 2101)


class NotADate(ValueError):
    """A cell outside the grammar; ``hint`` says what to write instead, if that is plain."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last day that a cell allows; ``latest`` None for an open interval."""

    earliest: dt.date
    latest: dt.date | None
    precision: str


def _last_day(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def _simple(text: str) -> tuple[dt.date, dt.date, str]:
    match = _DATE.fullmatch(text)
    if match is None or not text.isascii():
        raise NotADate(f"{text!r} is not a date", suggestion(text))
    year, month, day = match["year"], match["month"], match["day"]
    number = int(year)
    if number not in _YEARS:
        raise NotADate(f"the year {year} is outside 1800–2100")
    if month in (None, "XX"):
        if day not in (None, "XX"):
            raise NotADate(
                f"{text!r} has a day without a month", f"{year}-XX-XX if the month is not known"
            )
        return dt.date(number, 1, 1), dt.date(number, 12, 31), "year"
    if not 1 <= int(month) <= 12:
        raise NotADate(f"there is no month {month}", suggestion(text))
    if day in (None, "XX"):
        return dt.date(number, int(month), 1), _last_day(number, int(month)), "month"
    try:
        exact = dt.date(number, int(month), int(day))
    except ValueError:
        raise NotADate(
            f"{year}-{month} has no day {day}", f"{year}-{month} if the day is not known"
        ) from None
    return exact, exact, "day"


def parse(text: str, interval: bool = False) -> Bounds:
    """Read one cell; ``interval`` allows ``A/B`` and ``A/..``. Raises :class:`NotADate`."""
    if text.startswith("[") and text.endswith("]") and text.count("..") == 1:
        left, right = text[1:-1].split("..")
        (first, _, _), (_, last, _) = _simple(left), _simple(right)
        return Bounds(*_in_order(text, first, last), "between")
    if _looks_like_interval(text):
        if not interval:
            raise NotADate(
                "this column takes one date, not a period",
                f"[{text.replace('/', '..')}] if it is one day between the two",
            )
        left, right = text.split("/")
        first = _simple(left)[0]
        if right == "..":
            return Bounds(first, None, "open")
        return Bounds(*_in_order(text, first, _simple(right)[1]), "interval")
    first, last, precision = _simple(text)
    return Bounds(first, last, precision)


def _looks_like_interval(text: str) -> bool:
    left, slash, right = text.partition("/")
    return bool(slash and _DATE.fullmatch(left) and (right == ".." or _DATE.fullmatch(right)))


def _in_order(text: str, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    if first > last:
        raise NotADate(f"{text!r} ends before it begins", "swap the two dates")
    return first, last


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SPREADSHEET_EPOCH = dt.date(1899, 12, 30)


def suggestion(text: str) -> str:
    """What a person who wrote ``text`` probably meant, as our grammar writes it; may be ''."""
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text.strip())
    plain = digits.translate(str.maketrans("–—−‐‑.", "-----.", ""))
    if plain != digits and _DATE.fullmatch(plain):
        return f"write {plain}, with plain hyphens"
    if plain != text and _DATE.fullmatch(plain):
        return f"write {plain}"
    if re.fullmatch(r"[0-9]{5}", plain):
        day = _SPREADSHEET_EPOCH + dt.timedelta(days=int(plain))
        return f"a spreadsheet's serial number? {day.isoformat()}"
    numbers = re.fullmatch(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})", plain)
    if numbers:
        a, b, year = int(numbers[1]), int(numbers[2]), numbers[3]
        if a > 12 >= b:
            return f"{year}-{b:02}-{a:02}"
        if b > 12 >= a:
            return f"{year}-{a:02}-{b:02}"
        return f"{year}-{b:02}-{a:02} or {year}-{a:02}-{b:02}? write year, month, day"
    words = re.findall(r"[A-Za-z]+|[0-9]+", plain)
    months = [w for w in words if w[:3].lower() in _MONTHS]
    years = [w for w in words if len(w) == 4 and w.isdigit()]
    days = [w for w in words if len(w) <= 2 and w.isdigit()]
    if len(months) == 1 and len(years) == 1:
        month = _MONTHS.index(months[0][:3].lower()) + 1
        return f"{years[0]}-{month:02}" + (f"-{int(days[0]):02}" if len(days) == 1 else "")
    loose = re.fullmatch(r"([0-9]{4})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{1,2}))?", plain)
    if loose:
        parts = [loose[1]] + [f"{int(p):02}" for p in loose.groups()[1:] if p]
        candidate = "-".join(parts)
        if _DATE.fullmatch(candidate) and candidate != text:
            return candidate
    return "write YYYY-MM-DD, YYYY-MM or YYYY"
