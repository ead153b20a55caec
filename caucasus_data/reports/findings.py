"""Findings as text for a terminal, as annotations for a code host, as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

from caucasus_data.finding import Finding
from caucasus_data.validate import Verdict

STYLES = ("text", "github", "json")


def visible(text: str) -> str:
    """Text that can't steer a terminal or a log: control and format characters spelled out."""
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else f"\\u{ord(c):04x}" for c in text
    )


def render(verdict: Verdict, style: str, limit: int | None = None) -> str:
    """The whole output of ``validate``, with its final newline."""
    shown = verdict.findings if limit is None else verdict.findings[:limit]
    if style == "json":
        return _json(verdict, shown)
    if style == "github":
        return _github(shown) + _last_line(verdict, shown)
    return _text(shown) + _last_line(verdict, shown)


def _json(verdict: Verdict, shown: Sequence[Finding]) -> str:
    document = {
        "findings": [found.as_dict() for found in shown],
        "summary": {**verdict.summary, "shown": len(shown)},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _last_line(verdict: Verdict, shown: Sequence[Finding]) -> str:
    counts = verdict.summary
    warnings = f", {counts['warnings']} warning" + ("s" if counts["warnings"] != 1 else "")
    line = f"{counts['errors']} error" + ("s" if counts["errors"] != 1 else "")
    line += warnings if counts["warnings"] else ""
    line += f" in {counts['rows']} rows of {counts['files']} files"
    hidden = len(verdict.findings) - len(shown)
    return line + (f" ({hidden} not shown)" if hidden else "") + "\n"


def _text(shown: Sequence[Finding]) -> str:
    parts = []
    file = None
    for found in shown:
        if found.file != file:
            file = found.file
            parts.append(f"{file}\n")
        place = f"{found.line}:{found.column}" if found.line is not None else "-"
        about = " ".join(w for w in (found.record, found.field) if w)
        kind = "" if found.severity == "error" else " (warning)"
        parts.append(f"  {place:<8} {found.code}{kind}  {visible(found.message)}" + (f"  [{visible(about)}]" if about else "") + "\n")
        if found.value:
            value = visible(found.value)
            value = value if len(value) <= 100 else value[:100] + "…"
            parts.append(f"           | {value}\n           | ^\n")
        if found.hint:
            parts.append(f"           = {visible(found.hint)}\n")
    if parts:
        parts.append("\n")
    return "".join(parts)


def _escaped(text: str, in_property: bool = False) -> str:
    """Escape as workflow commands ask: %, CR, LF, and in properties also : and ,."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    if in_property:
        text = text.replace(":", "%3A").replace(",", "%2C")
    return text


def _github(shown: Sequence[Finding]) -> str:
    lines = []
    for found in shown:
        place = [f"file={_escaped(found.file, True)}"]
        if found.line is not None:
            place += [f"line={found.line}", f"col={found.column}"]
        place.append(f"title={_escaped(found.code, True)}")
        text = visible(found.message) + (f" ({visible(found.hint)})" if found.hint else "")
        if found.record:
            text = f"{visible(found.record)}: {text}"
        lines.append(f"::{found.severity} {','.join(place)}::{_escaped(text)}\n")
    return "".join(lines)
