"""``report reliability``: how far a blind second coder agreed, by batch and field."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

from caucasus_data.reports.tree import table

FOLDER = "docs/reliability"
NOT_CODED = "not found"
KINDS = ("same", "precision", "vocabulary", "value", "missed")
LEAST = 0.95


def interval(agreed: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    z = 1.96
    p = agreed / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def batches(root: Path) -> dict[str, list[dict[str, str]]]:
    """The compared sheets: ``docs/reliability/<batch>.csv`` by batch."""
    found = {}
    for path in sorted((root / FOLDER).glob("*.csv")):
        if path.stem.endswith(("-blank", "-second")):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def uncompared(root: Path) -> dict[str, int]:
    """Batches with a blank sheet that was not compared yet, and their numbers of records."""
    done = batches(root)
    found = {}
    for path in sorted((root / FOLDER).glob("*-blank.csv")):
        batch = path.stem.removesuffix("-blank")
        if batch not in done:
            with path.open(encoding="utf-8", newline="") as file:
                found[batch] = len({row["record_id"] for row in csv.DictReader(file)})
    return found


def report(root: Path) -> str:
    """Agreement by batch and field with its interval, and what kind the errors were."""
    parts = [
        "# Coding reliability",
        "",
        "A batch is coded a second time, blind: title, place and year are given, the coded cells are blank. The sheets stand in "
        f"`{FOLDER}`: the blank one and the second values were committed before they were compared. Agreement counts cells that both "
        "coders filled; `not found` cells are listed beside. Kinds of disagreement: precision (one value is a coarser form of the other), "
        "vocabulary (another word), value (another number or date), missed (one coder left it blank). Every disagreement was resolved from the sources (`resolved`, with the page that decides). "
        "A field under 95 % was coded again for the whole batch under the rules that were missing, which are now [coding-rules.md](coding-rules.md).",
        "",
    ]
    for batch, rows in batches(root).items():
        parts += [f"## {batch}", "", *_of(rows), ""]
    if len(parts) == 4:
        parts += ["No batch has been compared yet.", ""]
    if waiting := uncompared(root):
        parts += [
            "## Waiting",
            "",
            "Coded once so far; the blank sheet is there, the second values are not: "
            + ", ".join(f"{batch} ({count:,} records)" for batch, count in waiting.items())
            + ".",
            "",
        ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _of(rows: list[dict[str, str]]) -> list[str]:
    fields = sorted({(row["table"], row["field"]) for row in rows})
    lines: list[list[object]] = []
    low = []
    for name, field in fields:
        here = [row for row in rows if (row["table"], row["field"]) == (name, field)]
        both = [row for row in here if row["kind"] != NOT_CODED]
        agreed = sum(row["kind"] == "same" for row in both)
        first, last = interval(agreed, len(both))
        kinds = Counter(row["kind"] for row in both if row["kind"] != "same")
        share = agreed / len(both) if both else 0.0
        if both and share < LEAST:
            low.append(f"{name}.{field}")
        kept = sum(row["kind"] != "same" and row["resolved"] == row["first"] for row in both)
        lines.append(
            [
                name,
                field,
                len(both),
                len(here) - len(both),
                f"{share:.1%}",
                f"{first:.1%}–{last:.1%}",
                ", ".join(f"{k} {n}" for k, n in kinds.most_common()),
                kept,
                len(both) - agreed - kept,
            ]
        )
    total = [row for row in rows if row["kind"] != NOT_CODED]
    agreed = sum(row["kind"] == "same" for row in total)
    head = (
        f"{agreed} of {len(total)} cells agree ({agreed / len(total):.1%})."
        if total
        else "No cell was coded twice."
    )
    tail = "Under 95 %: " + ", ".join(low) + "." if low else "No field is under 95 %."
    return [
        head + " " + tail, "",
        table(["table", "field", "coded twice", "not found", "agree", "95 % interval", "disagreements", "first kept", "mended"], lines),
    ]  # fmt: skip
