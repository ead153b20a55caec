"""Prove bytes regular and clean with a few vectorized passes, and say where that proof fails.

Two proofs, per physical line: of shape (quoted as RFC 4180 says, nothing that two CSV parsers
could read differently) and of text (no character that ``text.faults`` could refuse; how a cell
begins and ends is seen by ``edges``). A line that fails a proof is suspect, not at fault: exact
code judges it later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from caucasus_data.read.beyond_ascii import judge as judge_beyond_ascii

CHUNK = 2 * 1024 * 1024
"""Bytes looked at in one go: few enough to stay in a core's cache over all passes."""

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_LF, _CR, _QUOTE, _COMMA, _SPACE, _DELETE = 10, 13, 34, 44, 32, 127
_TWO_SPACES = 0x2020
_NONE: Places = np.empty(0, np.int64)


@dataclass(slots=True)
class Scan:
    """What a run of whole lines holds.

    ``ends``: place of each newline; ``irregular``: lines (from 0) whose shape is not proved;
    ``suspects``: lines whose text is not; ``quoted``: whether there is any quote.
    """

    ends: Places
    irregular: Places
    suspects: Places
    quoted: bool


def line_ends(data: Bytes) -> Places:
    """Place of each newline."""
    parts = [np.flatnonzero(data[at : at + CHUNK] == _LF) + at for at in range(0, len(data), CHUNK)]
    return np.concatenate(parts) if parts else _NONE


def scan(data: Bytes) -> Scan:
    """Look at whole lines (``data`` ends with a newline; no CR LF)."""
    ends: list[Places] = []
    quotes: list[Places] = []
    shapes: list[Places] = []
    texts: list[Places] = []
    at = 0
    while at < len(data):
        stop = _whole_character(data, min(at + CHUNK, len(data)))
        chunk = data[at:stop]
        newline = chunk == _LF
        end = np.flatnonzero(newline)
        ends.append(end + at)
        quote = np.flatnonzero(chunk == _QUOTE)
        if len(quote):
            quotes.append(quote + at)
        control = chunk < 32
        if np.count_nonzero(control) != len(end):
            found = np.flatnonzero(control & ~newline) + at
            texts.append(found)
            shapes.append(found[np.isin(data[found], (0, _CR))])
        if _has_double_space(chunk):
            space = chunk == _SPACE
            texts.append(np.flatnonzero(space[1:] & space[:-1]) + at)
        if at and chunk[0] == _SPACE and data[at - 1] == _SPACE:
            texts.append(np.array([at]))
        following = data[np.minimum(end + (at + 1), len(data) - 1)]
        blank = end[(following == _COMMA) | (following == _LF)] + (at + 1)
        shapes.append(blank[blank < len(data)])  # a blank line, or a row whose key is blank
        if chunk.max() >= _DELETE:
            high = np.flatnonzero(chunk >= _DELETE)
            past_ascii = chunk[high] != _DELETE
            texts.append(high[~past_ascii] + at)
            spoiled, odd = judge_beyond_ascii(data, high[past_ascii] + at)
            shapes.append(spoiled)
            texts.append(odd)
        at = stop
    if len(data) and data[0] in (_COMMA, _LF):
        shapes.append(np.zeros(1, np.int64))
    where = np.concatenate(ends) if ends else _NONE
    inside = np.concatenate(quotes) if quotes else _NONE
    return Scan(
        where,
        np.unique(np.concatenate([_lines(where, shapes), _misquoted(data, where, inside)])),
        _lines(where, texts),
        bool(len(inside)),
    )


def _whole_character(data: Bytes, stop: int) -> int:
    """``stop``, moved so that it does not cut a character of UTF-8."""
    for _ in range(3):
        if stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop += 1
    return stop


def _has_double_space(chunk: Bytes) -> bool:
    """Whether two spaces stand side by side: every pair of bytes, as one number of two bytes."""
    even, odd = len(chunk) & ~1, (len(chunk) - 1) & ~1
    pairs = chunk[:even].view(np.uint16), chunk[1 : 1 + odd].view(np.uint16)
    return any(bool((pair == _TWO_SPACES).any()) for pair in pairs)


def _order_in_line(ends: Places, quotes: Places, places: Places) -> tuple[Places, Places]:
    """Line of each place, and how many quotes of that line stand before it."""
    line = np.searchsorted(ends, places)
    begins = np.where(line > 0, ends[line - 1] + 1, 0)
    return line, np.searchsorted(quotes, places) - np.searchsorted(quotes, begins)


def _misquoted(data: Bytes, ends: Places, quotes: Places) -> Places:
    """Lines whose quotes do not open at a cell's start, close at its end or stand in pairs."""
    if not len(quotes):
        return _NONE
    line, order = _order_in_line(ends, quotes, quotes)
    before = np.where(quotes > 0, data[quotes - 1], np.uint8(_LF))
    after = data[np.minimum(quotes + 1, len(data) - 1)]
    neighbour = np.where(order % 2 == 0, before, after)
    wrong = (neighbour != _COMMA) & (neighbour != _LF) & (neighbour != _QUOTE)
    final = np.flatnonzero(np.append(line[1:] != line[:-1], True))
    odd = line[final][order[final] % 2 == 0]
    return np.concatenate([line[wrong], odd])


def _lines(ends: Places, places: list[Places]) -> Places:
    """The lines on which places lie, once each."""
    parts = [part for part in places if len(part)]
    return np.unique(np.searchsorted(ends, np.concatenate(parts))) if parts else _NONE
