"""Whether a text is of a column's pattern, in time that grows with its length only.

Python's ``re`` backtracks: against a pattern such as ``(a+)+b`` one cell can keep it busy for
years. RE2, which Arrow brings along, can't be made to; schemas may come from anybody.
"""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.errors import BrokenData


def whole(pattern: str) -> str:
    """The pattern anchored at both ends."""
    return f"^(?:{pattern})$"


class Pattern:
    """A pattern that a whole text must match. Raises BrokenData for one that RE2 does not have."""

    def __init__(self, pattern: str) -> None:
        self._whole = whole(pattern)
        try:
            self.fullmatch("")
        except pa.ArrowInvalid as error:
            raise BrokenData(
                f"a schema has a pattern that can't be used: {pattern!r} ({error})"
            ) from error

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches; a text with a line break does not."""
        if "\n" in text:
            return False
        return bool(pc.match_substring_regex(pa.scalar(text), self._whole).as_py())


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """The pattern, compiled once."""
    return Pattern(pattern)
