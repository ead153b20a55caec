"""Free text for grown rows: words of the real titles and descriptions in a random order.

Lengths follow the real cells; a share holds commas (so it is quoted) and a few hold quotes and
letters of other scripts, as the real ones do.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FALLBACK = (
    "talks between ministers on the border section near the village road fighting with artillery"
    " statement after the summit in the capital delegation of observers returned bodies ceasefire"
    " held for the first time since spring Şuşa Türkiye Գյումրի Ереван მშვიდობა"
).split()


class Words:
    """Words that the naming rules let stand, and cells made of them."""

    def __init__(self, cells: list[str], refused: list[str], rng: np.random.Generator) -> None:
        self.rng = rng
        parts = {word.casefold() for phrase in refused for word in re.split(r"[ -]", phrase)}
        found = {word for cell in cells for word in re.findall(r"[^\W\d_]{2,}", cell)}
        kept = sorted(word for word in found | set(FALLBACK) if word.casefold() not in parts)
        self.words = pa.array(kept)

    def cells(
        self, count: int, low: int, high: int, commas: float, quotes: float = 0.0
    ) -> pa.Array:
        """``count`` texts of ``low`` to ``high`` words; shares of them hold commas or quotes."""
        lengths = self.rng.integers(low, high + 1, count)
        flat = self.words.take(pa.array(self.rng.integers(0, len(self.words), int(lengths.sum()))))
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
        joined = pc.binary_join(pa.ListArray.from_arrays(offsets, flat), " ")
        chosen = self.rng.random(count)
        joined = pc.if_else(
            pa.array(chosen < commas),
            pc.replace_substring(joined, " ", ", ", max_replacements=1),
            joined,
        )
        quoted = pc.replace_substring_regex(joined, r"^(\S+) (\S+)", r'\1 "\2"', max_replacements=1)
        return pc.if_else(pa.array(chosen > 1 - quotes), quoted, joined)

    def some(self, count: int, share: float, low: int, high: int, commas: float) -> pa.Array:
        """The same, blank but for a share."""
        full = self.cells(count, low, high, commas)
        return pc.if_else(
            pa.array(self.rng.random(count) < share), full, pa.scalar(None, pa.string())
        )
