"""One random edit of the real data: the grammar of edits says what must be found, and where.

``CAUCASUS_FUZZ_EXAMPLES`` edits (200 in CI, 2,000 in ``make fuzz``), all in one process. In CI
the same edits every time; on a larger run others each time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caucasus_data.spec.model import Column, Spec, Table

EXAMPLES = int(os.environ.get("CAUCASUS_FUZZ_EXAMPLES", "200"))
CELL = re.compile(r'"(?:[^"]|"")*"|[^",]*')


@dataclass(frozen=True)
class Outcome:
    """What must be found; ``None`` as code: nothing."""

    code: str | None
    file: str = ""
    line: int | None = None
    column: int | None = None
    field: str | None = None
    record: str | None = None


@dataclass(frozen=True)
class Edited:
    """One edit: the file's bytes after it, and what the gate must say."""

    what: str
    file: str
    data: bytes = field(repr=False)
    outcome: Outcome


class Sheet:
    """A table's lines and where each cell stands, by a reading that is not the package's."""

    def __init__(self, table: Table, data: bytes) -> None:
        self.table = table
        self.file = f"{table.name}.csv"
        self.lines = data.decode().removesuffix("\n").split("\n")
        self.names = self.lines[0].split(",")
        assert self.names == [column.name for column in table.raw_columns]

    def __repr__(self) -> str:
        return self.table.name

    def spans(self, line: int) -> list[tuple[int, int]]:
        text, at, found = self.lines[line - 1], 0, []
        while True:
            end = at + len(CELL.match(text, at)[0])  # type: ignore[index]
            found.append((at, end))
            if end == len(text):
                return found
            at = end + 1

    def cells(self, line: int) -> list[str]:
        raw = [self.lines[line - 1][start:end] for start, end in self.spans(line)]
        return [cell[1:-1].replace('""', '"') if cell.startswith('"') else cell for cell in raw]

    def record(self, line: int) -> str:
        cells = dict(zip(self.names, self.cells(line), strict=True))
        return cells.get("record_id", cells[self.names[0]])

    def with_cell(self, line: int, at: int, raw: str) -> list[str]:
        start, end = self.spans(line)[at]
        lines = list(self.lines)
        lines[line - 1] = lines[line - 1][:start] + raw + lines[line - 1][end:]
        return lines

    def edited(self, what: str, lines: list[str], outcome: Outcome) -> Edited:
        return Edited(what, self.file, ("\n".join(lines) + "\n").encode(), outcome)

    def at_cell(self, line: int, at: int, raw: str, code: str | None, what: str) -> Edited:
        """An edit of one cell, refused where the cell begins."""
        lines = self.with_cell(line, at, raw)
        if code is None:
            return self.edited(what, lines, Outcome(None))
        record = self.record(line)
        name = self.names[at]
        if name == ("record_id" if "record_id" in self.names else self.names[0]):
            record = unquoted(raw) or None  # type: ignore[assignment]
        place = Outcome(code, f"raw/{self.file}", line, self.spans(line)[at][0] + 1, name, record)
        return self.edited(f"{what}: {self.table.name} line {line}, {name}", lines, place)

    def at_row(
        self, line: int, lines: list[str], code: str, record: str | None, what: str
    ) -> Edited:
        place = Outcome(code, f"raw/{self.file}", line, 1, None, record)
        return self.edited(f"{what}: {self.table.name} line {line}", lines, place)


def unquoted(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search('[",\n]', text) else text


Draw = Callable[..., Any]

# -- what can be done to a text, whatever its column -----------------------------------------

TEXTS: dict[str, tuple[str, Callable[[str, int], str]]] = {
    "space before": ("text-edge-space", lambda text, _: " " + text),
    "space after": ("text-edge-space", lambda text, _: text + " "),
    "doubled space": ("text-double-space", lambda text, at: f"{text[:at]}x  x{text[at:]}"),
    "no-break space": ("text-odd-space", lambda text, at: f"{text[:at]}x\u00a0x{text[at:]}"),
    "zero-width space": ("text-invisible", lambda text, at: f"{text[:at]}\u200b{text[at:]}"),
    "right-to-left mark": ("text-invisible", lambda text, at: f"{text[:at]}\u202e{text[at:]}"),
    "soft hyphen": ("text-invisible", lambda text, at: f"{text[:at]}\u00ad{text[at:]}"),
    "tab": ("text-tab", lambda text, at: f"{text[:at]}x\tx{text[at:]}"),
    "escape": ("text-control", lambda text, at: f"{text[:at]}\x1b{text[at:]}"),
    "decomposed letter": ("text-not-nfc", lambda text, at: f"{text[:at]}o\u0308{text[at:]}"),
    "null word": (
        "text-null-word",
        lambda _, at: ("NA", "null", "None", "nan", "N/A", "-")[at % 6],
    ),
}
PROSE = {
    "formula": ("text-formula", lambda text, _: "=" + text),
    "two scripts": ("text-mixed-script", lambda text, at: f"{text[:at]} Jerm\u0443k {text[at:]}".strip().replace("  ", " ")),
}  # fmt: skip


def is_prose(column: Column) -> bool:
    return (
        column.type == "string" and column.kind == "text" and not column.pattern and not column.enum
    )


def text_faults(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    column, text = sheet.table.raw_columns[at], sheet.cells(line)[at]
    kinds = TEXTS | (PROSE if is_prose(column) else {})
    what = draw(st.sampled_from(sorted(kinds)))
    code, change = kinds[what]
    if not text and what in ("space before", "space after"):
        return None
    if what == "null word" and column.enum is not None and {"none", "None"} & set(column.enum):
        return None
    # between two letters, so that nothing else is wrong with it
    places = [
        n
        for n in range(1, len(text))
        if text[n - 1 : n + 1].isalnum() and text[n].isascii() and text[n - 1].isascii()
    ]
    place = draw(st.sampled_from(places)) if places else 0
    return sheet.at_cell(line, at, quoted(change(text, place)), code, what)


# -- what can be done to a value of a type ---------------------------------------------------

BAD = {
    "integer": ("type-integer", ["1,234", "5.0", "+7", "1e3", "٢٤", "inf", "five", "40–45", "007"]),
    "number": ("type-number", ["39,84", "1e3", "inf", "+7", "1 000", "½", ".5", "5.", "٢٤"]),
    "boolean": ("type-boolean", ["yes", "TRUE", "1", "True"]),
    "date": (
        "type-date",
        ["13/09/2022", "Sep 13 2022", "44817", "2022–09–13", "2022-02-30", "2022-9-13"],
    ),
}
BAD_EDTF = ["13/09/2022", "Sep 13 2022", "44817", "2022–09–13", "2022-02-30", "2022-13", "199X",
            "2022-09-13/2022-09-12", "2022-XX-13", "2022-21", "1799", "[2022..2021]", "2022-09-13T10:00", "spring 2022"]  # fmt: skip
BAD_KIND = {
    "id": ("type-id", ["EV-7", "ev-00007", "ZZ-00007", "EV-000077"]),
    "slug": ("type-id", ["Armenia", "armenia_x", "-armenia", "армения", "armenia--x"]),
    "record": ("type-id", ["EV-7", "Armenia", "армения"]),
    "url": (
        "type-url",
        ["www.example.org", "example", "https//example.org", "https://example.org/a b"],
    ),
    "lang": ("type-lang", ["English", "EN", "en_US", "e"]),
}


def type_faults(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    column = sheet.table.raw_columns[at]
    if column.type in BAD:
        code, words = BAD[column.type]
    elif column.is_edtf:
        code, words = "type-edtf", BAD_EDTF
    elif column.enum is not None:
        code, words = (
            "type-vocabulary",
            [column.enum[0] + "x", column.enum[-1].upper(), "something else", "Другое"],
        )
    elif column.kind in BAD_KIND:
        code, words = BAD_KIND[column.kind]
    else:
        return None
    word = draw(st.sampled_from([w for w in words if column.enum is None or w not in column.enum]))
    if column.kind == "record" and re.fullmatch(column.pattern or "", word):
        return None
    return sheet.at_cell(line, at, quoted(word), code, f"{word!r}")


def ranges(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    column = sheet.table.raw_columns[at]
    limits = [x for x in (column.minimum, column.maximum) if x is not None]
    if not limits:
        return None
    limit = draw(st.sampled_from(limits))
    beyond = int(limit) - 1 if limit == column.minimum else int(limit) + 1
    if beyond in (-9, -99, -999):
        return None
    return sheet.at_cell(line, at, str(beyond), "type-range", "out of range")


def blanks(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    del draw
    if not sheet.table.raw_columns[at].required:
        return None
    return sheet.at_cell(line, at, "", "type-required", "blank")


def too_long(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    column = sheet.table.raw_columns[at]
    if column.max_length is None or column.pattern:
        return None
    more = draw(st.sampled_from([1, 100_000]))
    return sheet.at_cell(line, at, "y" * (column.max_length + more), "text-too-long", "too long")


def danglings(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    column = sheet.table.raw_columns[at]
    if not (column.name in sheet.table.foreign_keys or column.references):
        return None
    del draw
    text = sheet.cells(line)[at]
    if re.fullmatch("[A-Z]{2}-[0-9]{5}", text):
        other = text[:3] + "99998"
    elif text:
        other = text + "-zz"
    else:
        return None
    return sheet.at_cell(line, at, other, "key-dangling", "a reference to nothing")


def quotes(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    start, end = sheet.spans(line)[at]
    raw = sheet.lines[line - 1][start:end]
    if raw.startswith('"') or not raw:
        return None
    what = draw(
        st.sampled_from(
            ["csv-stray-quote", "csv-text-after-quote", "csv-line-break", "csv-unclosed-quote"]
        )
    )
    new = {
        "csv-stray-quote": raw + '"',
        "csv-text-after-quote": f'"{raw}"x',
        "csv-line-break": f'"{raw}\nmore"',
        "csv-unclosed-quote": '"' + raw,
    }[what]
    edited = sheet.at_cell(line, at, new, what, "a quote")
    if at == 0 or sheet.names[at] == "record_id":
        return None  # then the name of the row, or of what it is about, is in doubt: the corpus has these
    return edited


def harmless(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    """What changes nothing that the gate judges."""
    column, text = sheet.table.raw_columns[at], sheet.cells(line)[at]
    if column.name in ("coder_note", "note", "searched", "signed_as"):
        word = draw(
            st.sampled_from(
                ["Աղբյուր", "მშვიდობა", "Səs", "Слово", "“so”, they said", "0", "½–¾", 'a "b"']
            )
        )
        return sheet.at_cell(line, at, quoted(word), None, "another note")
    if text and '"' not in text:
        return sheet.at_cell(line, at, f'"{text}"', None, "quoted without need")
    return None


# -- what can be done to a row or a file -----------------------------------------------------


def rows(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    del at
    what = draw(st.sampled_from(["short", "long", "blank", "commas", "twice", "comma"]))
    lines, text, key = list(sheet.lines), sheet.lines[line - 1], sheet.cells(line)[0]
    if what == "short":
        lines[line - 1] = text[: sheet.spans(line)[-2][1]]
        return sheet.at_row(line, lines, "csv-short-row", key, what)
    if what in ("long", "comma"):
        lines[line - 1] = text + ",x" if what == "long" else text.replace(",", ",,", 1)
        return sheet.at_row(line, lines, "csv-long-row", key, what)
    if what == "twice":
        lines.insert(line, text)
        return sheet.at_row(line + 1, lines, "key-duplicate", sheet.record(line), what)
    lines.insert(line - 1, "" if what == "blank" else "," * (len(sheet.names) - 1))
    return sheet.at_row(
        line, lines, "csv-blank-line" if what == "blank" else "csv-empty-row", None, what
    )


def bytes_(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    start, end = sheet.spans(line)[at]
    if end - start < 2:
        return None
    code, byte = draw(st.sampled_from([("csv-not-utf8", b"\xe9"), ("csv-nul", b"\0")]))
    mark = "\ue000"
    raw = sheet.lines[line - 1][start:end]
    edited = sheet.at_cell(
        line, at, raw[: len(raw) // 2] + mark + raw[len(raw) // 2 :], code, "a bad byte"
    )
    outcome = edited.outcome
    if outcome.record and mark in outcome.record:
        outcome = Outcome(
            code,
            outcome.file,
            line,
            outcome.column,
            outcome.field,
            outcome.record.replace(mark, "\ufffd"),
        )
    return Edited(edited.what, edited.file, edited.data.replace(mark.encode(), byte), outcome)


def files(draw: Draw, sheet: Sheet, line: int, at: int) -> Edited | None:
    del line
    what = draw(st.sampled_from(["mark", "crlf", "cut", "unknown column", "utf-16", "empty"]))
    data, file = ("\n".join(sheet.lines) + "\n").encode(), f"raw/{sheet.file}"
    first = Outcome("csv-bom", file, 1, 1)
    if what == "mark":
        return Edited(what, sheet.file, b"\xef\xbb\xbf" + data, first)
    if what == "crlf":
        place = Outcome("csv-line-ends", file, 1, len(sheet.lines[0]) + 1)
        return Edited(what, sheet.file, data.replace(b"\n", b"\r\n"), place)
    if what == "cut":
        place = Outcome("csv-no-final-newline", file, len(sheet.lines), len(sheet.lines[-1]) + 1)
        return Edited(what, sheet.file, data[:-1], place)
    if what == "utf-16":
        return Edited(
            what, sheet.file, data.decode().encode("utf-16"), Outcome("csv-utf16", file, 1, 1)
        )
    if what == "empty":
        return Edited(what, sheet.file, b"", Outcome("csv-empty", file, 1, 1))
    name = sheet.names[at]
    lines = [
        sheet.lines[0].replace(name, name.upper(), 1)
        if at == 0
        else sheet.lines[0].replace("," + name, "," + name.upper(), 1),
        *sheet.lines[1:],
    ]
    if ",".join([*sheet.names[:at], name.upper(), *sheet.names[at + 1 :]]) != lines[0]:
        return None
    place = Outcome("csv-renamed-column", file, 1, sheet.spans(1)[at][0] + 1)
    return Edited(f"column {name.upper()}", sheet.file, ("\n".join(lines) + "\n").encode(), place)


KINDS = [
    text_faults,
    type_faults,
    ranges,
    blanks,
    too_long,
    danglings,
    quotes,
    harmless,
    rows,
    bytes_,
    files,
]


@pytest.fixture(scope="module")
def sheets(spec: Spec, real_files: dict[str, bytes]) -> list[Sheet]:
    """Every table of ``raw/`` that has rows."""
    found = [Sheet(table, real_files[f"{table.name}.csv"]) for table in spec.raw_tables]
    return [sheet for sheet in found if len(sheet.lines) > 1]


@st.composite
def edits(draw: Draw, sheets: list[Sheet]) -> Edited:
    """Draw one edit that the grammar knows the outcome of."""
    kind = draw(st.sampled_from(KINDS))
    sheet = draw(st.sampled_from(sheets))
    line = draw(st.integers(2, len(sheet.lines)))
    start = draw(st.integers(0, len(sheet.names) - 1))
    # the next column on which this kind can be done
    for step in range(len(sheet.names)):
        edited = kind(draw, sheet, line, (start + step) % len(sheet.names))
        if edited is not None:
            return edited  # type: ignore[no-any-return]
    return sheet.edited("nothing", sheet.lines, Outcome(None))


def test_the_outcome_of_a_random_edit_is_what_the_grammar_says(
    sheets: list[Sheet], judge_raw: Callable[[dict[str, bytes]], list[Any]]
) -> None:
    untouched = judge_raw({})
    assert not [found for found in untouched if found.severity == "error"]
    known = {(found.code, found.record, found.message) for found in untouched}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES <= 200,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(edits(sheets))
    def holds(edited: Edited) -> None:
        findings = judge_raw({edited.file: edited.data})
        told = [
            Outcome(one.code, one.file, one.line, one.column, one.field, one.record)
            for one in findings
            if (one.code, one.record, one.message) not in known
        ]
        assert told == ([edited.outcome] if edited.outcome.code else []), edited.what

    holds()
