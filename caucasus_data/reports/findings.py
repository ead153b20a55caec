"""Findings as text for a terminal, as annotations for a code host, as JSON for programs.

Whatever stands in a cell, the output steers no terminal and no log: control and format
characters are spelled out in all three.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from caucasus_data.finding import Finding
from caucasus_data.reports.lines import changed_lines, lines_of
from caucasus_data.validate import Verdict

STYLES = ("text", "github", "json")
ANNOTATIONS = 10
"""How many annotations of each severity hosts show of one step."""
SUMMARIZED = 2000
"""Rows of the table in a step's summary, which hosts cap by its size."""

_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_BEFORE, _WIDE = 24, 72
"""Characters of the line before a cell, and in all, that are shown with it."""
_CELL = re.compile(r'"(?:[^"]|"")*"?|[^,]*')


def visible(text: str) -> str:
    """Text that can't steer a terminal or a log: control and format characters spelled out."""
    if text.isprintable():
        return text
    return "".join(_spelled(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _spelled(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def render(verdict: Verdict, style: str, limit: int | None = None) -> str:
    """The whole output of ``validate``, with its final newline. As ``github`` it also adds what
    hosts would not show to the file that ``GITHUB_STEP_SUMMARY`` names."""
    found: Sequence[Finding] = verdict.findings
    if style == "github":
        found = _changed_first(found, verdict.folder.path)
        _summarize(found)
    shown = found if limit is None else found[:limit]
    if style == "json":
        return _json(verdict, shown)
    if style == "github":
        return _github(shown) + _last_line(verdict, shown)
    return _text(shown, verdict.folder.path) + _last_line(verdict, shown)


# -- JSON ------------------------------------------------------------------------------------


def _json(verdict: Verdict, shown: Sequence[Finding]) -> str:
    document = {
        "findings": [found.as_dict() for found in shown],
        "summary": {**verdict.summary, "shown": len(shown)},
    }
    return _escaped_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _escaped_json(text: str) -> str:
    """JSON with the characters that it may leave as they are, but a terminal obeys, escaped."""
    return re.sub(
        r"[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e"
        r"\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]",
        lambda match: json.dumps(match[0])[1:-1],
        text,
    )


# -- text ------------------------------------------------------------------------------------


def _last_line(verdict: Verdict, shown: Sequence[Finding]) -> str:
    counts = verdict.summary
    line = _counted(counts["errors"], "error")
    line += f", {_counted(counts['warnings'], 'warning')}" if counts["warnings"] else ""
    line += f" in {counts['rows']} rows of {counts['files']} files"
    hidden = len(verdict.findings) - len(shown)
    return line + (f" ({hidden} not shown)" if hidden else "") + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _text(shown: Sequence[Finding], raw: Path) -> str:
    parts: list[str] = []
    by_file: dict[str, list[Finding]] = {}
    for found in shown:
        by_file.setdefault(found.file, []).append(found)
    for file, findings in by_file.items():
        parts.append(f"{visible(file)}\n")
        wanted = {found.line for found in findings if found.line is not None}
        lines = lines_of(raw / Path(file).name, wanted)
        for found in findings:
            parts += _paragraph(found, lines.get(found.line or 0))
        parts.append("\n")
    return "".join(parts)


def _paragraph(found: Finding, line: str | None) -> Iterator[str]:
    place = f"{found.line}:{found.column}" if found.line is not None else "-"
    about = " ".join(visible(w) for w in (found.record, found.field) if w)
    kind = "" if found.severity == "error" else " (warning)"
    yield f"  {place:<8} {found.code}{kind}" + (f"  {about}" if about else "") + "\n"
    yield f"           {visible(found.message)}\n"
    if line is not None and found.column is not None:
        before, cell, after = _around(line, found.column - 1)
        yield f"           | {before}{cell}{after}\n"
        yield f"           | {' ' * len(before)}{'^' * max(len(cell), 1)}\n"
    if found.hint:
        yield f"           = {visible(found.hint)}\n"


def _around(line: str, start: int) -> tuple[str, str, str]:
    """A cell with what stands before and after it on its line, cut to a terminal's width."""
    match = _CELL.match(line, start)
    cell = visible(match[0][:_WIDE] if match else "")
    end = match.end() if match else start
    before = visible(line[max(start - _BEFORE, 0) : start])
    before = ("…" if start > _BEFORE else "") + before
    if len(cell) > _WIDE - _BEFORE or (match and len(match[0]) > _WIDE):
        return before, cell[: _WIDE - _BEFORE], "…"
    rest = max(_WIDE - len(before) - len(cell), 0)
    after = visible(line[end : end + rest])
    return before, cell, after + ("…" if end + rest < len(line) else "")


# -- annotations -----------------------------------------------------------------------------


def _changed_first(found: Sequence[Finding], raw: Path) -> Sequence[Finding]:
    """Findings on lines that this pull request changed before the others, else in file order."""
    changed = changed_lines(raw, os.environ.get("GITHUB_BASE_REF", ""))
    if not changed:
        return found
    return sorted(found, key=lambda one: (one.file, one.line) not in changed)


def _escaped(text: str, in_property: bool = False) -> str:
    """Escape as workflow commands ask: %, CR, LF, and in properties also : and ,."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    if in_property:
        text = text.replace(":", "%3A").replace(",", "%2C")
    return text


def _github(shown: Sequence[Finding]) -> str:
    lines = []
    for found in shown:
        place = [f"file={_escaped(visible(found.file), True)}"]
        if found.line is not None:
            place += [f"line={found.line}", f"col={found.column}"]
        place.append(f"title={_escaped(found.code, True)}")
        about = " ".join(visible(w) for w in (found.record, found.field) if w)
        text = f"{about}: " if about else ""
        text += visible(found.message) + (f" — {visible(found.hint)}" if found.hint else "")
        lines.append(f"::{found.severity} {','.join(place)}::{_escaped(text)}\n")
    return "".join(lines)


def _summarize(found: Sequence[Finding]) -> None:
    """Write what no annotation will show into the step's summary."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    shown: dict[str, int] = {}
    rest = []
    for one in found:
        shown[one.severity] = shown.get(one.severity, 0) + 1
        if shown[one.severity] > ANNOTATIONS:
            rest.append(one)
    if not path or not rest:
        return
    lines = [f"### {_counted(len(rest), 'finding')} beside the annotations", ""]
    lines += ["| place | code | record | what | do |", "|---|---|---|---|---|"]
    for one in rest[:SUMMARIZED]:
        place = one.file if one.line is None else f"{one.file}:{one.line}:{one.column}"
        cells = (place, one.code, one.record or "", one.message, one.hint)
        lines.append("| " + " | ".join(_in_table(cell) for cell in cells) + " |")
    if len(rest) > SUMMARIZED:
        lines += ["", f"… and {len(rest) - SUMMARIZED} more."]
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _in_table(text: str) -> str:
    plain = visible(text).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([|`*_\[\]~@#])", r"\\\1", plain)
