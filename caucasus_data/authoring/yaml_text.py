"""Write a text as a YAML scalar: plain where that is safe, quoted where it must be."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[^\W_](?:[^\n:#,\[\]{}]|:(?! |$)|(?<! )#|,(?! ))*", re.UNICODE)
_READ_OTHERWISE = re.compile(r"(?i)(?:true|false|yes|no|on|off|null|~|y|n)")
_UNPRINTABLE = re.compile(
    "[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\x85\u2028\u2029]"
)


def scalar(text: str | None) -> str:
    """The text as a block-style YAML value; nothing for a blank one."""
    if not text:
        return ""
    if _UNPRINTABLE.search(text) or "\t" in text:
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if _PLAIN.fullmatch(text) and text == text.strip() and not _READ_OTHERWISE.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == " " or (character.isprintable() and not _UNPRINTABLE.match(character)):
        return character
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 256
        else f"\\u{number:04x}"
        if number < 65536
        else f"\\U{number:08x}"
    )


def comment(text: str, longest: int = 70) -> str:
    """A text that can stand after a hash on one line."""
    plain = _UNPRINTABLE.sub(" ", text).replace("\t", " ")
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
