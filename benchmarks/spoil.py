"""Spoil a share of grown rows, one cell each, and remember what the gate must say of every one.

Only rows that stand on one line are spoiled, and only in ways that concern the cell alone, so
that each gives exactly one finding: at a known line and column, with a known code.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import numpy as np

Expected = set[tuple[str, int, int, str]]
"""File, line, column and code of each finding."""

KINDS: dict[str, list[tuple[str, str, str]]] = {
    "events": [
        ("date_edtf", "2022-02-30", "type-edtf"),
        ("event_type", "batle", "type-vocabulary"),
        ("occurrence", "yes", "type-vocabulary"),
        ("title", "{} ", "text-edge-space"),
        ("scope_rule", "9", "type-range"),
    ],
    "event_actors": [("role", "side_c", "type-vocabulary"), ("actor_id", "N/A", "text-null-word")],
    "casualties": [
        ("claimed_on_edtf", "13/09/2022", "type-edtf"),
        ("type", "kiled", "type-vocabulary"),
        ("cause", "war", "type-vocabulary"),
    ],
    "citations": [
        ("read_extent", "whole", "type-vocabulary"),
        ("source_id", "No Such Source", "type-id"),
    ],
    "figures": [("unit", " {}", "text-edge-space"), ("quantity", "sheep", "type-vocabulary")],
    "links": [("relation", "caused", "type-vocabulary")],
}
"""Column, what its cell becomes ({} is what it was) and the code of the finding, by table."""


def spoil(source: Path, target: Path, share: float, seed: int = 2) -> Expected:
    """Copy ``source`` (a folder with raw/ and schemas/) and spoil a share of its grown rows."""
    shutil.copytree(source, target)
    rng = np.random.default_rng(seed)
    expected: Expected = set()
    for name, kinds in KINDS.items():
        path = target / "raw" / f"{name}.csv"
        expected |= _spoil_file(path, kinds, share, rng)
    return expected


def _spoil_file(
    path: Path, kinds: list[tuple[str, str, str]], share: float, rng: np.random.Generator
) -> Expected:
    lines = path.read_bytes().split(b"\n")
    header = lines[0].decode().split(",")
    grown = re.compile(rb"[A-Z]{2}-0[0-9]{2}[1-9][0-9]{4},|[A-Z]{2}-0[1-9][0-9]{6},|[A-Z]{2}-[1-9]")
    chosen = np.flatnonzero(rng.random(len(lines)) < share)
    found: Expected = set()
    for at in chosen:
        line = lines[at]
        if not grown.match(line) or line.count(b'"') % 2:
            continue
        cells = next(csv.reader(io.StringIO(line.decode())))
        if len(cells) != len(header):
            continue
        column, becomes, code = kinds[int(rng.integers(len(kinds)))]
        place = header.index(column)
        if not cells[place]:
            continue
        cells[place] = becomes.format(cells[place])
        lines[at] = _line(cells).encode()
        before = _line([*cells[:place], ""])
        found.add((f"raw/{path.name}", int(at) + 1, len(before) + 1, code))
    path.write_bytes(b"\n".join(lines))
    return found


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
