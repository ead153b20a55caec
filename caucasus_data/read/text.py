"""What is wrong with the text of a cell, whatever its column means.

``faults`` judges one cell exactly. Which cells could be at fault at all is found from the bytes,
by ``scan`` and ``beyond_ascii``; ``may_be_refused`` tells them about single characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

NULL_WORDS = frozenset(
    "NA N/A n/a na null NULL Null None none NONE nan NaN NAN -9 -99 -999 - -- — – ? #N/A".split()
)

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"

_ODD_SPACE = re.compile(f"[{_SPACES}]")
_INVISIBLE_RE = re.compile(f"[{_INVISIBLE}]")
_JOINER = re.compile("(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])")
"""The zero-width non-joiner between two Arabic letters: Persian is not written without it."""
_CONTROL_RE = re.compile(f"[{_CONTROL}]")
_LATIN = "A-Za-z\u00c0-\u024f\u0259\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_FAULT = re.compile(r"[\x00-\x1f\x7f]|  |^[ =@+-]| $")
"""Matches every ASCII cell that is at fault, but for null words."""
_JAMO = range(0x1100, 0x1200)

SCRIPTS = (
    ("Latin", re.compile(f"[{_LATIN}]")),
    ("Cyrillic", re.compile(f"[{_CYRILLIC}]")),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Armenian", re.compile("[\u0531-\u0556\u0561-\u0587]")),
    ("Georgian", re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]")),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a cell's text; ``mended`` is what it should be, if that needs no judgment."""

    code: str
    detail: str
    mended: str | None = None


def may_be_refused(character: str) -> bool:
    """Whether a cell can be at fault for holding this character (past ASCII), whatever else it
    holds; letters that only meet others of another script are not meant."""
    return bool(
        character == "\ufffd"
        or _CONTROL_RE.match(character)
        or _INVISIBLE_RE.match(character)
        or _ODD_SPACE.match(character)
        or unicodedata.category(character)[0] == "M"
        or ord(character) in _JAMO
        or not unicodedata.is_normalized("NFC", character)
    )


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def faults(
    text: str, formula: bool = True, negative: bool = False, words: Collection[str] = ()
) -> Iterator[Fault]:
    """Judge one cell. ``formula``: a column of free text, in which a leading ``+`` or ``-``
    would run in a spreadsheet; ``negative``: a number column that may be below zero; ``words``:
    the column's vocabulary, whose words stand for themselves (``none`` is one)."""
    if not text or text in words:
        return
    if text.isascii() and not _ASCII_FAULT.search(text) and text not in NULL_WORDS:
        return
    if "\ufffd" in text:
        return
    if match := _CONTROL_RE.search(text):
        yield Fault("text-control", _named(match[0]))
        return
    if match := _INVISIBLE_RE.search(_JOINER.sub("", text)):
        yield Fault("text-invisible", _named(match[0]))
        return
    if "\t" in text:
        yield Fault("text-tab", "", text.replace("\t", " "))
        return
    if match := _ODD_SPACE.search(text):
        yield Fault("text-odd-space", _named(match[0]), _ODD_SPACE.sub(" ", text))
        return
    if text != text.strip(" "):
        yield Fault("text-edge-space", "", text.strip(" "))
        return
    if "  " in text:
        yield Fault("text-double-space", "", re.sub(" {2,}", " ", text))
        return
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        yield Fault("text-not-nfc", "", unicodedata.normalize("NFC", text))
        return
    misspelled = text.lower() in words  # ``None`` for the word ``none``: told as a wrong word
    if text in NULL_WORDS and not misspelled and not (negative and text.startswith("-9")):
        yield Fault("text-null-word", text, "")
        return
    if text[0] in "=@" or (formula and text[0] in "+-"):
        yield Fault("text-formula", f"begins with {text[0]!r}")
        return
    if not text.isascii():
        for match in _WORD.finditer(text):
            word = match[0]
            if not word.isascii():
                scripts = [name for name, letters in SCRIPTS if letters.search(word)]
                if len(scripts) > 1:
                    yield Fault("text-mixed-script", f"{word!r} mixes {' and '.join(scripts)}")
                    return
