"""Rows whose cells begin or end as few clean cells do, from the parsed columns.

A column of words is judged by its different words, a column of text by the first and last byte
of each cell, reached through Arrow's offsets. What is found is suspect, not at fault: exact code
judges it later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from caucasus_data.read.text import NULL_WORDS

Places = npt.NDArray[np.int64]

_SPACE = 32


def _table(characters: bytes) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    table[list(characters)] = True
    return table


_ODD = _table(b" =+-@")
"""Bytes with which a clean cell does not begin."""
_NULLS = frozenset(word.encode() for word in NULL_WORDS)
_NULL_START = _table(bytes({word[0] for word in _NULLS}))
_NULL_LENGTH = max(map(len, _NULLS))
_START = _ODD | _NULL_START
_NONE: Places = np.empty(0, np.int64)


def odd_rows(cells: pa.Table, words: Mapping[str, Collection[str]]) -> Places:
    """Rows of which a cell begins or ends with a space, begins as a formula does, or is a word
    that stands for nothing. ``words``: the vocabularies of columns, whose words are never odd."""
    found = [
        odd
        for name, column in zip(cells.column_names, cells.columns, strict=True)
        if len(odd := _of_column(column, words.get(name, ())))
    ]
    return np.unique(np.concatenate(found)) if found else _NONE


def _of_column(column: pa.ChunkedArray, allowed: Collection[str]) -> Places:
    found, first = [], 0
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            odd = _odd_cells(chunk.dictionary)
            words = [word for word in odd.tolist() if chunk.dictionary[word].as_py() not in allowed]
            if words:
                indices = chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
                found.append(np.flatnonzero(np.isin(indices, words)) + first)
        elif pa.types.is_string(chunk.type) and len(odd := _odd_cells(chunk)):
            found.append(odd + first)
        first += len(chunk)
    return np.concatenate(found) if found else _NONE


def _odd_cells(texts: pa.StringArray) -> Places:
    _, placed, held = texts.buffers()
    if held is None or not held.size or not len(texts):
        return _NONE
    data = np.frombuffer(held, np.uint8)
    offsets = np.frombuffer(placed, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    starts, stops = offsets[:-1], offsets[1:]
    # of a blank cell these are bytes of its neighbours: looked at again below
    first = data.take(starts, mode="clip")
    seen = np.flatnonzero(_START[first] | (data[stops - 1] == _SPACE))
    if not len(seen):
        return _NONE
    starts, stops, first = starts[seen], stops[seen], first[seen]
    size = stops - starts
    odd = (size > 0) & (_ODD[first] | (data[stops - 1] == _SPACE))
    for at in np.flatnonzero(~odd & (size > 0) & (size <= _NULL_LENGTH)):
        odd[at] = data[starts[at] : stops[at]].tobytes() in _NULLS
    found: Places = seen[odd]
    return found
