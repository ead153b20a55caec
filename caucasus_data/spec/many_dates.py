"""The days that many date cells allow, at once: plain days, intervals and bounds of plain days are
read as a matrix of digits, every other text through ``dates.parse``.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from caucasus_data import dates

Days = npt.NDArray[np.int32]

_WIDEST = 24
_PLAIN = ((10, "day", 0, 0), (21, "interval", 0, 11), (24, "between", 1, 13))
"""Length, precision and where the first and last day begin of each plain form."""
_DAY_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9)
_NO_DAY = np.iinfo(np.int32).min


@functools.lru_cache(maxsize=1 << 16)
def understood(text: str, interval: bool) -> dates.Bounds | None:
    """The days that a date cell allows, None if it is outside the grammar."""
    try:
        return dates.parse(text, interval)
    except dates.NotADate:
        return None


def first_and_last(
    texts: Sequence[str], interval: bool, open_end: dt.date | None = None
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """First day, last day and precision of each text, null where it is outside the grammar.

    The last day of an open interval is ``open_end``, null without one.
    """
    first, last = np.full((2, len(texts)), _NO_DAY, np.int32)
    precision = np.full(len(texts), None, object)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    plain = np.array(texts, f"U{_WIDEST}").view(np.uint32).reshape(len(texts), _WIDEST)
    for length, name, begin, again in _PLAIN:
        rows = np.flatnonzero(lengths == length)
        if not len(rows) or (name == "interval" and not interval):
            continue
        given = plain[rows]
        one, other = _days(given[:, begin:]), _days(given[:, again:])
        good = (one != _NO_DAY) & (other != _NO_DAY) & (one <= other)
        if name == "interval":
            good &= given[:, 10] == ord("/")
        elif name == "between":
            good &= (given[:, (0, 11, 12, 23)] == [ord(c) for c in "[..]"]).all(axis=1)
        rows = rows[good]
        first[rows], last[rows], precision[rows] = one[good], other[good], name
    for row in np.flatnonzero(first == _NO_DAY).tolist():
        found = understood(texts[row], interval)
        if found is not None:
            first[row], precision[row] = _number(found.earliest), found.precision
            latest = found.latest or open_end
            if latest is not None:
                last[row] = _number(latest)
    return (
        pa.array(first, mask=first == _NO_DAY).cast(pa.date32()),
        pa.array(last, mask=last == _NO_DAY).cast(pa.date32()),
        pa.array(precision, pa.string()),
    )


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _days(given: npt.NDArray[np.uint32]) -> Days:
    """Days since 1970 of cells that begin with ``YYYY-MM-DD``, 1800 to 2100."""
    digits = given[:, _DAY_DIGITS].astype(np.int64) - ord("0")
    good = ((digits >= 0) & (digits <= 9)).all(axis=1)
    good &= (given[:, 4] == ord("-")) & (given[:, 7] == ord("-"))
    digits[~good] = 0
    year = digits[:, :4] @ (1000, 100, 10, 1)
    month, day = digits[:, 4:6] @ (10, 1), digits[:, 6:] @ (10, 1)
    good &= (year >= 1800) & (year <= 2100) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0)
    start, following = (
        (months + more).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        for more in (0, 1)
    )
    good &= day <= following - start
    return np.where(good, start + day - 1, _NO_DAY).astype(np.int32)
