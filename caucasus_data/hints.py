"""What to tell a person whose cell is not of its column's type: what is wrong, what to write."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata

from caucasus_data import dates
from caucasus_data.spec.model import Column
from caucasus_data.spec.patterns import compiled

FEW = 12
"""Vocabularies up to this size are listed whole."""

_FORMS = {
    "type-id": "is not an id of this column",
    "type-url": "is not a whole address",
    "type-lang": "is not a language tag",
    "type-pattern": "is not of this column's form",
}
_EXAMPLES = {
    "iso3": "three capital letters, such as ARM",
    "country": "three capital letters, such as ARM",
    "wikidata_qid": "Q and a number, such as Q399",
    "doi": "10., a number, a slash and the rest, such as 10.1000/182",
    "retired_in": "a version, such as 0.2.0",
    "field": "the name of a column, or *",
    "code": "a code, such as text-formula",
}
_TAGS = {
    "armenian": "hy", "azerbaijani": "az", "azeri": "az", "georgian": "ka", "russian": "ru",
    "english": "en", "turkish": "tr", "persian": "fa", "farsi": "fa", "french": "fr",
    "german": "de", "arabic": "ar", "ukrainian": "uk", "abkhaz": "ab", "ossetian": "os",
    "hye": "hy", "arm": "hy", "aze": "az", "kat": "ka", "geo": "ka", "rus": "ru", "eng": "en",
    "tur": "tr", "am": "hy", "ge": "ka",
}  # fmt: skip


def told(code: str, column: Column, value: str | None) -> tuple[str, str | None]:
    """Message and hint of a failed column check; hint None: the code's own will do."""
    text = value or ""
    shown = repr(text if len(text) <= 60 else text[:60] + "…")
    if code == "type-required":
        return f"{column.name} is blank", None
    if code == "type-edtf":
        try:
            dates.parse(text, column.kind == "edtf_interval")
        except dates.NotADate as wrong:
            return str(wrong), _written(wrong.hint)
    if code == "type-date":
        meant = dates.suggestion(text)
        return f"{shown} is not a day", None if "YYYY" in meant else _written(meant)
    if code == "type-vocabulary":
        return f"{shown} is not a word of {column.name}", _nearest_word(text, column)
    if code == "type-integer":
        return f"{shown} is not a whole number", _plain_number(text, whole=True)
    if code == "type-number":
        return f"{shown} is not a number", _plain_number(text, whole=False)
    if code == "type-boolean":
        return f"{shown} is neither true nor false", _true_or_false(text)
    if code == "type-range":
        return f"{shown} is out of range", _range(column)
    if code == "text-too-long":
        return f"{len(text)} characters; {column.name} takes {column.max_length}", None
    if code == "key-duplicate":
        return f"{shown} is already the key of an earlier row", None
    hints = {"type-id": _id, "type-url": _url, "type-lang": _tag, "type-pattern": _form}
    return f"{shown} {_FORMS[code]}", hints[code](text, column)


def _written(hint: str) -> str | None:
    return f"write {hint}" if hint[:1].isdigit() or hint.startswith("[") else hint or None


def _nearest_word(value: str, column: Column) -> str:
    return _nearest(value, tuple(column.enum or ()))


@functools.lru_cache(maxsize=4096)
def _nearest(value: str, words: tuple[str, ...]) -> str:
    """A word that is wrong in one row is often wrong in many."""
    plain = value.strip().lower().replace(" ", "_").replace("-", "_")
    by_case = {word.lower(): word for word in words}
    if plain in by_case:
        return f"write {by_case[plain]}"
    near = difflib.get_close_matches(plain, words, n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]}?"
    if len(words) <= FEW:
        return "choose from " + ", ".join(words)
    return f"see caucasus-data codebook for the {len(words)} words"


def _range(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"write a number from {low:g} to {high:g}"
    return f"write {low:g} or more" if low is not None else f"write {high:g} or less"


def _true_or_false(value: str) -> str | None:
    plain = value.strip().lower()
    if plain in ("true", "yes", "y", "1", "t"):
        return "write true"
    return "write false" if plain in ("false", "no", "n", "0", "f") else None


def _id(value: str, column: Column) -> str:
    if column.kind == "id" and column.pattern:
        prefix = column.pattern[:2]
        number = re.fullmatch(rf"(?:{prefix})?[-_ ]?0*([0-9]{{1,5}})", value.strip(), re.IGNORECASE)
        if number:
            return f"write {prefix}-{int(number[1]):05}"
        return f"{prefix}- and five digits, such as {prefix}-00012"
    plain = unicodedata.normalize("NFKD", value.strip().lower().replace("ə", "a").replace("ı", "i"))
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c)))
    slug = slug.strip("-")
    if slug and slug != value and column.pattern and compiled(column.pattern).fullmatch(slug):
        return f"write {slug}"
    return "small letters, digits and single hyphens, such as ganja-city"


def _url(value: str, column: Column) -> str | None:
    whole = (
        "https://" + re.sub(r"^(?:https?:?)?/*", "", value)
        if "://" not in value
        else value.replace(" ", "%20")
    )
    return (
        f"write {whole}"
        if compiled(column.pattern or "").fullmatch(whole) and whole != value
        else None
    )


def _tag(value: str, column: Column) -> str | None:
    del column
    tag = _TAGS.get(value.strip().lower()) or _TAGS.get(value.strip().lower().split("-")[0])
    return f"write {tag}" if tag else None


def _form(value: str, column: Column) -> str | None:
    if column.name == "doi" and (found := re.search(r"10\.[0-9]{4,9}/\S+", value)):
        return f"write {found[0]}"
    if column.pattern and compiled(column.pattern).fullmatch(value.strip().upper()):
        return f"write {value.strip().upper()}"
    return _EXAMPLES.get(column.name)


def _plain_number(value: str, whole: bool) -> str | None:
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in value)
    text = digits.strip().lstrip("+").replace("\u2212", "-")
    if re.fullmatch(r"-?[0-9]{1,3}(?:[,  '][0-9]{3})+", text) and (whole or text.count(",") > 1):
        return "write " + re.sub(r"[,  ']", "", text)
    if whole and re.fullmatch(r"-?[0-9]+\.0+", text):
        return "write " + text.split(".")[0]
    if not whole and re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return "write " + text.replace(",", ".")
    if re.fullmatch(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?[eE][+-]?[0-9]{1,2}", text):
        number = float(text)
        return f"write {number:.0f}" if number == int(number) else f"write {number}"
    if re.fullmatch(r"-?0+[0-9]+", text):
        return "write " + str(int(text))
    if text != value and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        return f"write {text}"
    if re.fullmatch(r"[0-9.]+ *[-–—] *[0-9.]+", text):
        return "one number a cell: use low and high for a range"
    return None
