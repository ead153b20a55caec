"""The data section of each release in ``CHANGELOG.md``: rows added, changed, removed by table.

The tool owns what stands between its two marks in a version's section; what people write there
beside it stays, and a section without marks whose version is the first is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from caucasus_data.errors import MissingData
from caucasus_data.loading import read_parquet
from caucasus_data.release_index import as_numbers, read_index

NAME = "CHANGELOG.md"
BEGIN = "<!-- data: written by the release command -->"
END = "<!-- /data -->"

_HEADING = re.compile(r"^## +\[?v?([0-9]+\.[0-9]+\.[0-9]+)\]?(?=[\s(]|$).*$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^## ", re.MULTILINE)


def changelog(root: Path) -> str:
    """``CHANGELOG.md`` of a checkout as it should be: every release after the first has its
    data section, the newest first."""
    path = root / NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Changelog\n"
    releases = root / "build" / "releases"
    try:
        entries = read_index(releases)["releases"]
    except MissingData:
        return text
    versions = sorted(entries, key=as_numbers)
    for version in versions:
        hand_written = _section(text, version)
        if (
            version == versions[0]
            and hand_written is not None
            and BEGIN not in text[slice(*hand_written)]
        ):
            continue
        block = data_section(releases / version, version, entries[version])
        text = with_section(text, version, entries[version]["date"], block)
    return text


def data_section(folder: Path, version: str, entry: dict[str, Any]) -> str:
    """What a release changed, from its table ``changes``: one line a table."""
    rows = read_parquet(folder / "changes.parquet").to_pylist()
    counts: Counter[tuple[str, str]] = Counter()
    changed: set[tuple[str, str]] = set()
    for row in rows:
        if row["release"] != version:
            continue
        if row["kind"] == "changed":
            if (row["table"], row["record"]) not in changed:
                changed.add((row["table"], row["record"]))
                counts[row["table"], "changed"] += 1
        else:
            counts[row["table"], row["kind"]] += 1
    lines = []
    for table, total in entry["rows"].items():
        told = [
            f"{counts[table, kind]} {kind}"
            for kind in ("added", "changed", "removed")
            if counts[table, kind]
        ]
        if told:
            lines.append(f"- {table}: {', '.join(told)} ({total} rows)")
    for table in sorted({table for table, _ in counts} - set(entry["rows"])):
        lines.append(f"- {table}: no longer a table")
    body = "\n".join(lines) if lines else "- no row changed"
    return f"{BEGIN}\nData to {entry['coverage_end']}:\n\n{body}\n{END}"


def with_section(text: str, version: str, date: str, block: str) -> str:
    """The text with a version's section that holds ``block``; the rest of the section stays."""
    found = _section(text, version)
    heading = f"## {version} ({date})"
    if found is None:
        place = _place_for(text, version)
        before = text[:place].rstrip("\n") + "\n\n"
        after = text[place:]
        return f"{before}{heading}\n\n{block}\n" + (f"\n{after}" if after else "")
    start, end = found
    section = text[start:end]
    first, _, rest = section.partition("\n")
    if BEGIN in rest and END in rest.split(BEGIN, 1)[1]:
        ahead, inside = rest.split(BEGIN, 1)
        rest = ahead + block + inside.split(END, 1)[1]
    else:
        rest = f"\n{block}\n" + (rest if rest.startswith("\n") else "\n" + rest)
    del first
    return text[:start] + heading + "\n" + rest + text[end:]


def _section(text: str, version: str) -> tuple[int, int] | None:
    """Where a version's section begins and ends."""
    for match in _HEADING.finditer(text):
        if match[1] == version:
            following = _ANY_HEADING.search(text, match.end())
            return match.start(), following.start() if following else len(text)
    return None


def _place_for(text: str, version: str) -> int:
    """Before the first section of an older version; at the end if there is none."""
    for match in _HEADING.finditer(text):
        if as_numbers(match[1]) < as_numbers(version):
            return match.start()
    return len(text)
