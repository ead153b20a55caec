"""How a table's columns are held while it is judged: small, and made into pandas when asked for.

Ids are numbers, cells of few different texts are numbers of these texts, free text is text. A
million rows of a table take some tens of megabytes so; a rule sees pandas columns with the
dtypes of ``load`` all the same.
"""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.spec.arrow import loaded_dtypes
from caucasus_data.spec.casts import cast
from caucasus_data.spec.forms import same_length
from caucasus_data.spec.many_dates import first_and_last
from caucasus_data.spec.model import Column, Table

Rows = npt.NDArray[np.int64] | None
"""Rows that are asked for; None for all."""

WORDS = pa.dictionary(pa.int32(), pa.string())


def held_as(column: Column, table: Table) -> str:
    """ids, words, numbers or text."""
    if column.type in ("integer", "number"):
        return "numbers"
    if column.kind in ("id", "record") or (
        column.kind == "slug" and table.single_key == column.name
    ):
        return "ids"
    few = column.enum is not None or column.is_edtf or column.kind in ("slug", "lang")
    if few or column.type != "string" or (column.pattern is not None and column.kind == "text"):
        return "words"
    return "text"


def read_type(column: Column, table: Table) -> pa.DataType:
    """The Arrow type as which a parser reads the column's cells."""
    return WORDS if held_as(column, table) == "words" else pa.string()


class Held:
    """One column of all rows read so far."""

    def __init__(self) -> None:
        self.parts: list[Any] = []

    def add(self, part: Any) -> None:
        """Take over what :meth:`encode` made of the next block."""
        self.parts.append(part)

    def join(self) -> None:
        """Put the parts together."""
        self._joined()

    def _joined(self) -> Any:
        if len(self.parts) != 1:
            self.parts = [np.concatenate(self.parts) if self.parts else np.empty(0, np.int64)]
        return self.parts[0]


_PLACES = 13
"""Digits of an id that its number can hold."""


class Ids(Held):
    """Ids as 64-bit numbers: 0 is blank, prefixed ids ascend with their text, others are hashes."""

    def __init__(self) -> None:
        super().__init__()
        self.others: dict[int, str] = {}
        self._lock = threading.Lock()

    def encode(self, cells: pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """Numbers of a block's cells."""
        return np.concatenate(
            [self._encoded(chunk) for chunk in cells.chunks] or [np.empty(0, np.int64)]
        )

    def _encoded(self, chunk: pa.Array) -> npt.NDArray[np.int64]:
        found = np.zeros(len(chunk), np.int64)
        filled = len(chunk) - chunk.null_count
        if not filled:
            return found
        first = chunk[int(np.argmax(chunk.is_valid().to_numpy(zero_copy_only=False)))].as_py()
        matrix = same_length(chunk, len(first.encode()))
        numbers = None if matrix is None else _numbers(matrix)
        if numbers is None:
            words = chunk.dictionary_encode()
            table = self.codes_of(words.dictionary.to_pylist())
            numbers = table[words.indices.drop_null().to_numpy()]
        if chunk.null_count:
            found[chunk.is_valid().to_numpy(zero_copy_only=False)] = numbers
            return found
        return numbers

    def codes_of(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """Numbers of some texts."""
        found = [code_of(text) for text in texts]
        with self._lock:
            self.others.update(
                {code: text for code, text in zip(found, texts, strict=True) if code < 0}
            )
        return np.array(found, np.int64)

    def blank(self, rows: list[int]) -> None:
        """Forget cells that were refused."""
        self._joined()
        self.parts = [self.parts[0].copy()]
        self.parts[0][rows] = 0

    @property
    def codes(self) -> npt.NDArray[np.int64]:
        """The numbers of every row."""
        found: npt.NDArray[np.int64] = self._joined()
        return found

    def arrow(self, rows: Rows = None) -> pa.Array:
        """The texts."""
        codes = self.codes if rows is None else self.codes[rows]
        return texts_of(codes, self.others)


def code_of(text: str) -> int:
    """The number of one text."""
    raw = text.encode()
    found = _numbers(np.frombuffer(raw, np.uint8).reshape(1, -1)) if raw else None
    return int(found[0]) if found is not None else _hash(raw)


def _hash(raw: bytes) -> int:
    import hashlib

    return -1 - int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big") // 2


def _numbers(matrix: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64] | None:
    """Prefix and digits as one number, if every row is of the form ``XX-digits``."""
    digits = matrix.shape[1] - 3
    if not 1 <= digits <= _PLACES:
        return None
    first, second = matrix[:, 0], matrix[:, 1]
    if (
        first.min() < 65
        or first.max() > 90
        or second.min() < 65
        or second.max() > 90
        or (matrix[:, 2] != 45).any()
    ):
        return None
    tail = np.ascontiguousarray(matrix[:, 3:].T)
    if tail.min() < 48 or tail.max() > 57:
        return None
    number = np.zeros(len(matrix), np.int64)
    for place in tail:
        number *= 10
        number += place
    number -= 48 * int("1" * digits)
    prefix = (first.astype(np.int64) - 64) * 27 + (second.astype(np.int64) - 64)
    return (prefix << 48) | (digits << 44) | number


def texts_of(codes: npt.NDArray[np.int64], others: dict[int, str]) -> pa.Array:
    """The texts of numbers; null for 0."""
    prefixed = codes > 0
    widths = (codes >> 44) & 15
    if len(codes) and prefixed.all() and (widths == widths[0]).all():
        return _fixed(codes, int(widths[0]))
    parts, place = [], np.full(len(codes), -1)
    filled = 0
    for width in np.flatnonzero(np.bincount(widths[prefixed], minlength=1)):
        here = np.flatnonzero(prefixed & (widths == width))
        parts.append(_fixed(codes[here], int(width)))
        place[here] = np.arange(filled, filled + len(here))
        filled += len(here)
    here = np.flatnonzero(codes < 0)
    parts.append(pa.array([others[int(code)] for code in codes[here]], pa.large_string()))
    place[here] = np.arange(filled, filled + len(here))
    return pa.concat_arrays(parts).take(pa.array(place, mask=place < 0))


_FOUR = np.array([list(b"%04d" % number) for number in range(10_000)], np.uint8)
"""Four digits of each number up to 9999."""


def _fixed(codes: npt.NDArray[np.int64], width: int) -> pa.Array:
    matrix = np.empty((len(codes), width + 3), np.uint8)
    prefix = codes >> 48
    matrix[:, 0] = prefix // 27 + 64
    matrix[:, 1] = prefix % 27 + 64
    matrix[:, 2] = 45
    number = codes & ((1 << 44) - 1)
    if width <= 9:
        number = number.astype(np.uint32)
    place = width + 3
    while place > 3:
        number, four = np.divmod(number, number.dtype.type(10_000))
        shown = min(4, place - 3)
        matrix[:, place - shown : place] = _FOUR[four, 4 - shown :]
        place -= 4
    offsets = np.arange(len(codes) + 1, dtype=np.int64) * (width + 3)
    return pa.LargeStringArray.from_buffers(len(codes), pa.py_buffer(offsets), pa.py_buffer(matrix))


MANY_WORDS = 1000
"""Different texts from which they are looked up together."""


class Words(Held):
    """Cells of few different texts, as numbers of these texts; -1 is blank."""

    def __init__(self, column: Column, end: dt.date) -> None:
        super().__init__()
        self.column, self.end = column, end
        self.numbers: dict[str, int] = {}
        self._known: pa.Array | None = None
        """The texts with the first numbers, or None."""
        self._lock = threading.Lock()

    def encode(self, cells: pa.DictionaryArray) -> npt.NDArray[Any]:
        """Numbers of a block's cells."""
        with self._lock:
            table = np.append(self._number(cells.dictionary), np.int32(-1))
            kind = (
                np.int8
                if len(self.numbers) < 127
                else np.int16
                if len(self.numbers) < 32_000
                else np.int32
            )
        return table.astype(kind)[cells.indices.fill_null(len(table) - 1).to_numpy()]

    def _number(self, words: pa.Array) -> npt.NDArray[np.int32]:
        """Numbers of different texts, of which most were seen before in a long file."""
        if len(self.numbers) < MANY_WORDS:
            found = [self.numbers.setdefault(w, len(self.numbers)) for w in words.to_pylist()]
            return np.array(found, np.int32)
        if self._known is None or 2 * len(self._known) < len(self.numbers):
            self._known = pa.array(list(self.numbers), words.type)
        there = pc.index_in(words, self._known).fill_null(-1).to_numpy().copy()
        new = np.flatnonzero(there < 0)
        there[new] = [
            self.numbers.setdefault(w, len(self.numbers))
            for w in words.take(pa.array(new)).to_pylist()
        ]
        return there

    @property
    def codes(self) -> npt.NDArray[Any]:
        """The numbers of every row."""
        return self._joined()

    def blank(self, rows: list[int]) -> None:
        """Forget cells that were refused."""
        self._joined()
        self.parts = [self.parts[0].copy()]
        self.parts[0][rows] = -1

    @functools.cached_property
    def texts(self) -> pa.Array:
        """The different texts, by number."""
        return pa.array(list(self.numbers), pa.string())

    @functools.cached_property
    def bounds(self) -> dict[str, pa.Array]:
        """Of a date column: ``earliest``, ``latest``, ``precision`` of each different text."""
        known = first_and_last(list(self.numbers), self.column.kind == "edtf_interval", self.end)
        return dict(zip(("earliest", "latest", "precision"), known, strict=True))

    def arrow(self, rows: Rows = None, part: str | None = None) -> pa.Array:
        """The typed values, or a ``part`` of the dates."""
        codes = self.codes if rows is None else self.codes[rows]
        return self.values(part).take(pa.array(codes, mask=codes < 0))

    def values(self, part: str | None = None) -> pa.Array:
        """The different values, typed, by number; or a ``part`` of the dates."""
        if part is not None:
            values = self.bounds[part]
        else:
            (values,) = cast(pa.chunked_array([self.texts]), self.column.type).chunks or [
                self.texts
            ]
        if pa.types.is_date32(values.type):
            return values.cast(pa.timestamp("ms"))
        return values.cast(pa.large_string()) if pa.types.is_string(values.type) else values


def without(cells: pa.Array, rows: list[int]) -> pa.Array:
    """The cells, blank in these rows."""
    if not rows:
        return cells
    kept = np.ones(len(cells), bool)
    kept[rows] = False
    return pc.if_else(pa.array(kept), cells, pa.scalar(None, cells.type))


class Numbers(Held):
    """Numbers, with a mask of the blank ones."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def blank(self, rows: list[int]) -> None:
        """Forget cells that were refused."""
        self.parts = [without(self.arrow(), rows)]

    def arrow(self, rows: Rows = None) -> pa.Array:
        """The values."""
        if len(self.parts) != 1:
            self.parts = [
                pa.concat_arrays(self.parts)
                if self.parts
                else cast(pa.chunked_array([], pa.string()), self.column.type).combine_chunks()
            ]
        return self.parts[0] if rows is None else self.parts[0].take(pa.array(rows))


class Texts(Held):
    """Free text."""

    def blank(self, rows: list[int]) -> None:
        """Forget cells that were refused."""
        self.parts = [without(self.arrow(), rows)]

    def arrow(self, rows: Rows = None) -> pa.Array:
        """The texts."""
        if len(self.parts) != 1:
            self.parts = [pa.concat_arrays(self.parts) if self.parts else pa.array([], pa.string())]
        return self.parts[0] if rows is None else self.parts[0].take(pa.array(rows))


def series(values: pa.Array, index: pd.Index, name: str) -> pd.Series[Any]:
    """An Arrow array as a pandas column with the dtype of ``load``."""
    found = pa.chunked_array([values]).to_pandas(types_mapper=loaded_dtypes)
    return pd.Series(found.array, index=index, name=name, copy=False)
