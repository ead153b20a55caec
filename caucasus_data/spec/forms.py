"""Match many texts against a pattern at once, by tables of bytes where the pattern allows it.

A pattern whose alternatives have a fixed number of characters (as ids have) is matched as a
matrix of bytes; texts that no such alternative takes go to a regular expression.
"""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Matrix = npt.NDArray[np.uint8]
Form = tuple[npt.NDArray[np.bool_], ...]
"""One table of allowed bytes for each place."""

_TOKEN = re.compile(r"\[([^\]^\\]+)\](?:\{([0-9]+)\})?|\(\?:([A-Za-z0-9|]+)\)|([A-Za-z0-9_-])")


def _allowed(inside: str) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    for low, high in re.findall(r"(.)(?:-(.))?", inside):
        table[ord(low) : ord(high or low) + 1] = True
    return table


def _forms_of(alternative: str) -> list[Form] | None:
    found: list[list[npt.NDArray[np.bool_]]] = [[]]
    at = 0
    while at < len(alternative):
        token = _TOKEN.match(alternative, at)
        if token is None:
            return None
        at = token.end()
        if token[1]:
            more = [[_allowed(token[1])] * int(token[2] or 1)]
        else:
            more = [[_allowed(c) for c in word] for word in (token[3] or token[4]).split("|")]
        if at < len(alternative) and alternative[at] in "*+?{":
            return None
        found = [one + other for one in found for other in more]
    return [tuple(one) for one in found]


@functools.lru_cache(maxsize=256)
def fixed_forms(pattern: str) -> tuple[tuple[Form, ...], bool]:
    """The alternatives of fixed length, and whether the pattern has others."""
    depth, start, parts = 0, 0, []
    for at, character in enumerate(pattern):
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
    parts.append(pattern[start:])
    known = [_forms_of(part) for part in parts]
    return tuple(form for forms in known if forms for form in forms), any(
        forms is None for forms in known
    )


def buffers(array: pa.Array) -> tuple[npt.NDArray[np.int64] | npt.NDArray[np.int32], Matrix]:
    """Offsets and bytes of an array of text."""
    wide = pa.types.is_large_string(array.type)
    _, offsets, data = array.buffers()
    kind = np.int64 if wide else np.int32
    if offsets is None or not len(array):
        return np.zeros(len(array) + 1, kind), np.empty(0, np.uint8)
    begin = np.frombuffer(offsets, kind)[array.offset : array.offset + len(array) + 1]
    return begin, np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)


def same_length(array: pa.Array, length: int) -> Matrix | None:
    """The bytes of the texts that are not null, one row each, if all are of this length."""
    begin, data = buffers(array)
    filled = len(array) - array.null_count
    if not filled or int(begin[-1]) - int(begin[0]) != filled * length:
        return None
    lengths = np.diff(begin)
    if array.null_count:
        if np.count_nonzero(lengths == length) != filled:
            return None
    elif not (lengths == length).all():
        return None
    return data[int(begin[0]) : int(begin[-1])].reshape(filled, length)


def _takes(matrix: Matrix, form: Form) -> bool:
    return all(_column_takes(matrix[:, at], table) for at, table in enumerate(form))


def _column_takes(column: Matrix, table: npt.NDArray[np.bool_]) -> bool:
    allowed = np.flatnonzero(table)
    low, high = int(allowed[0]), int(allowed[-1])
    if high - low + 1 == len(allowed):
        return bool(column.min() >= low and column.max() <= high)
    return bool(table[column].all())


def matches(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray | None:
    """Whether each text matches the whole pattern (null: null); None if every one does."""
    forms, _ = fixed_forms(pattern)
    for form in forms:
        if all(
            len(chunk) == chunk.null_count
            or ((matrix := same_length(chunk, len(form))) is not None and _takes(matrix, form))
            for chunk in cells.chunks
        ):
            return None
    passed = pc.match_substring_regex(cells, f"^(?:{pattern})$")
    return passed if not pc.all(passed).as_py() else None
