"""Prove bytes regular and clean with a few vectorized passes, and say where that proof fails.

Two proofs, per physical line: of shape (quoted as RFC 4180 says, nothing that two CSV parsers
could read differently) and of text (no character or cell edge that ``text.faults`` could refuse).
A line that fails a proof is suspect, not at fault: exact code judges it later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from caucasus_data.read.beyond_ascii import judge as judge_beyond_ascii
from caucasus_data.read.text import NULL_WORDS

CHUNK = 512 * 1024
"""Bytes looked at in one go: few enough to stay in a core's cache over all passes."""

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_LF, _CR, _QUOTE, _COMMA, _SPACE = 10, 13, 34, 44, 32
_NONE: Places = np.empty(0, np.int64)


def _table(characters: bytes) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    table[list(characters)] = True
    return table


_NO_START = _table(b" =+-@")
"""Bytes with which a clean text cell does not begin."""
_NULL_START = _table(bytes({word.encode()[0] for word in NULL_WORDS}))
_NULL_LENGTH = max(len(word.encode()) for word in NULL_WORDS)
_PACKED_NULLS = np.array([int.from_bytes(word.encode(), "big") for word in NULL_WORDS], np.int64)
_START = _NO_START | _NULL_START | _table(b'"')
_STOP = _table(b",\n")


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
    edges: list[Places] = []
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
        space = chunk == _SPACE
        double = space[1:] & space[:-1]
        if double.any():
            texts.append(np.flatnonzero(double) + at)
        if at and space[0] and data[at - 1] == _SPACE:
            texts.append(np.array([at]))
        deleted = chunk == 127
        if deleted.any():
            texts.append(np.flatnonzero(deleted) + at)
        marks = np.flatnonzero((chunk == _COMMA) | newline) + at
        edges.append(_odd_edges(data, marks))
        blank = (
            marks[data[marks - 1] == _LF] if at else marks[(marks == 0) | (data[marks - 1] == _LF)]
        )
        if len(blank):
            shapes.append(blank)  # a blank line, or a row whose key is blank
        high = np.flatnonzero(chunk >= 128)
        if len(high):
            spoiled, odd = judge_beyond_ascii(data, high + at)
            shapes.append(spoiled)
            texts.append(odd)
        at = stop
    if len(data) and (_START[data[0]]):
        texts.append(np.zeros(1, np.int64))
    where = np.concatenate(ends) if ends else _NONE
    inside = np.concatenate(quotes) if quotes else _NONE
    edge = _outside_quotes(data, where, inside, np.concatenate(edges) if edges else _NONE)
    return Scan(
        where,
        np.unique(np.concatenate([_lines(where, shapes), _misquoted(data, where, inside)])),
        _lines(where, [*texts, edge]),
        bool(len(inside)),
    )


def _whole_character(data: Bytes, stop: int) -> int:
    """``stop``, moved so that it does not cut a character of UTF-8."""
    for _ in range(3):
        if stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop += 1
    return stop


def _odd_edges(data: Bytes, marks: Places) -> Places:
    """Places where a cell begins or ends (the mark after it) as few clean cells do."""
    last = len(data) - 1
    preceding = data[marks - 1]  # marks[0] - 1 may be -1: the final newline, which is no space
    ends = preceding == _SPACE
    closed = np.flatnonzero(preceding == _QUOTE)
    if len(closed):
        ends[closed] = data[np.maximum(marks[closed] - 2, 0)] == _SPACE
    starts = marks[_START[data[np.minimum(marks + 1, last)]]] + 1
    starts = starts[starts <= last]
    if len(starts):
        cells = np.where(data[starts] == _QUOTE, np.minimum(starts + 1, last), starts)
        first = data[cells]
        odd = _NO_START[first]
        words = np.flatnonzero(_NULL_START[first])
        if len(words):
            odd[words] |= _null_words(data, cells[words], cells[words] > starts[words])
        starts = starts[odd]
    return np.concatenate([marks[ends], starts])


def _null_words(data: Bytes, cells: Places, quoted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether the cells that begin at these places are words that stand for nothing."""
    last = len(data) - 1
    packed = np.zeros(len(cells), np.int64)
    open_ = np.ones(len(cells), bool)
    for at in range(_NULL_LENGTH + 1):
        byte = data[np.minimum(cells + at, last)]
        open_ &= ~np.where(quoted, byte == _QUOTE, _STOP[byte])
        packed = np.where(open_, packed << 8 | byte, packed)
    return np.isin(packed, _PACKED_NULLS)


def _order_in_line(ends: Places, quotes: Places, places: Places) -> tuple[Places, Places]:
    """Line of each place, and how many quotes of that line stand before it."""
    line = np.searchsorted(ends, places)
    begins = np.where(line > 0, ends[line - 1] + 1, 0)
    return line, np.searchsorted(quotes, places) - np.searchsorted(quotes, begins)


def _outside_quotes(data: Bytes, ends: Places, quotes: Places, marks: Places) -> Places:
    """Leave out places inside quotes: what stands beside a comma there is no cell's edge."""
    if not len(quotes) or not len(marks):
        return marks
    _, before = _order_in_line(ends, quotes, marks)
    return marks[(before % 2 == 0) | (data[marks] == _LF)]


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
