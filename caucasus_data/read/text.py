"""What is wrong with the text of a cell, whatever its column means.

``suspicious`` proves a whole file clean in one pass; ``faults`` judges one cell exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NULL_WORDS = frozenset(
    ["NA", "N/A", "n/a", "na", "null", "NULL", "Null", "None", "none", "NONE", "nan", "NaN", "NAN"]
    + ["-9", "-99", "-999", "-", "--", "—", "–", "?", "#N/A", "NULL"]
)

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"

_ODD_SPACE = re.compile(f"[{_SPACES}]")
_INVISIBLE_RE = re.compile(f"[{_INVISIBLE}]")
_CONTROL_RE = re.compile(f"[{_CONTROL}]")
_LATIN = "A-Za-z\u00c0-\u024f\u0259\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_OTHERS = "\u0370-\u03ff\u0531-\u0587\u10a0-\u10ff\u1c90-\u1cbf"
_SCRIPTS_MEET = re.compile(
    f"[{_LATIN}][{_CYRILLIC}{_OTHERS}]|[{_CYRILLIC}{_OTHERS}][{_LATIN}]"
    f"|[{_CYRILLIC}][{_OTHERS}]|[{_OTHERS}][{_CYRILLIC}]"
)
_WORD = re.compile(r"[^\W\d_]+")
_NULLS = "|".join(sorted((re.escape(word) for word in NULL_WORDS), key=len, reverse=True))

_SUSPECT = re.compile(
    f"[{_SPACES}{_INVISIBLE}{_CONTROL}\t\ufffd]|  "
    r"|(?:^|,|(?<=,)\"|^\")(?: |[=+@-])"
    r"| (?:,|$|\",|\"$)"
    rf"|(?:^|,)\"?(?:{_NULLS})\"?(?=,|$)",
    re.MULTILINE,
)

_SCRIPTS = (
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


def suspicious(text: str) -> Iterator[int]:
    """Offsets in a file's text at which a cell may be at fault (no fault lies elsewhere)."""
    for match in _SUSPECT.finditer(text):
        yield match.start()
    if not text.isascii():
        for match in _SCRIPTS_MEET.finditer(text):
            yield match.start()
        if not unicodedata.is_normalized("NFC", text):
            offset = 0
            for line in text.split("\n"):
                if not line.isascii() and not unicodedata.is_normalized("NFC", line):
                    yield offset
                offset += len(line) + 1


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def faults(text: str, formula: bool = True, negative: bool = False) -> Iterator[Fault]:
    """Judge one cell. ``formula``: a column of free text, in which a leading ``+`` or ``-``
    would run in a spreadsheet; ``negative``: a number column that may be below zero."""
    if not text:
        return
    if "\ufffd" in text:
        return
    if match := _CONTROL_RE.search(text):
        yield Fault("text-control", _named(match[0]))
        return
    if match := _INVISIBLE_RE.search(text):
        yield Fault("text-invisible", _named(match[0]))
        return
    if "\t" in text:
        yield Fault("text-tab", "a tab")
        return
    if match := _ODD_SPACE.search(text):
        yield Fault("text-odd-space", _named(match[0]), _ODD_SPACE.sub(" ", text))
        return
    if text != text.strip(" "):
        yield Fault("text-edge-space", "a space at the edge", text.strip(" "))
        return
    if "  " in text:
        yield Fault("text-double-space", "two spaces", re.sub(" {2,}", " ", text))
        return
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        yield Fault("text-not-nfc", "not in Unicode form NFC", unicodedata.normalize("NFC", text))
        return
    if text in NULL_WORDS and not (negative and text.startswith("-9")):
        yield Fault("text-null-word", repr(text), "")
        return
    if text[0] in "=@" or (formula and text[0] in "+-"):
        yield Fault("text-formula", f"begins with {text[0]!r}")
        return
    if not text.isascii():
        for match in _WORD.finditer(text):
            word = match[0]
            if not word.isascii():
                scripts = [name for name, letters in _SCRIPTS if letters.search(word)]
                if len(scripts) > 1:
                    yield Fault("text-mixed-script", f"{word!r} mixes {' and '.join(scripts)}")
                    return
