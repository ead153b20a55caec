"""``report seed``: what became of every statement of the seed article."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from caucasus_data.reports.tree import frames, table

SEED = "zugzwang-2025"
STATEMENTS = "docs/seed-statements.csv"
OUTCOMES = ("coded", "contradicted", "qualified", "excluded", "none")


def statements(root: Path) -> list[dict[str, str]]:
    """The rows of ``docs/seed-statements.csv``; none if it is not there."""
    path = root / STATEMENTS
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def report(root: Path) -> str:
    """Counts by outcome and kind, evidence of the records, and every statement that sources deny or limit."""
    rows = statements(root)
    found = frames(root)
    citations, sources = found["citations"], found["sources"]
    lines = {int(row["line"]) for row in rows}
    checkable = [row for row in rows if row["outcome"] != "none"]
    coded = {
        row["record_id"]
        for row in rows
        if row["record_id"] and not row["record_id"].startswith("EX-")
    }
    cited = citations[citations["record_id"].isin(list(coded)) & (citations["source_id"] != SEED)]
    used = sources[sources["source_id"].isin(cited["source_id"])]
    counts = Counter(row["outcome"] for row in rows)
    kinds = Counter((row["kind"], row["outcome"]) for row in rows)
    all_independent = citations[citations["source_id"] != SEED]
    languages = sources[sources["source_id"] != SEED]["lang"].astype(str).value_counts()
    parts = [
        "# The seed article, statement by statement",
        "",
        f"{len(rows)} statements in {len(lines)} numbered lines; {len(checkable)} of them can be checked. "
        f"They stand in `{STATEMENTS}`; locators are line numbers (`para 13`).",
        "",
        table(
            ["outcome", *sorted({kind for kind, _ in kinds}), "all"],
            [
                [o, *(kinds[k, o] for k in sorted({kind for kind, _ in kinds})), counts[o]]
                for o in OUTCOMES
            ],
        ),
        "coded: our row agrees; contradicted, qualified: our row has what independent sources say, the article's value is a citation; "
        "excluded: looked at and left out, with the reason; none: opinion.",
        "",
        f"Records that statements lead to: {len(coded)}, with {len(cited)} citations to {len(used)} independent sources. "
        f"The whole dataset has {len(all_independent)} citations to {all_independent['source_id'].nunique()} sources other than the article, in "
        + ", ".join(f"{lang} ({n})" for lang, n in languages.items())
        + ".",
        "",
        "## Where sources say otherwise",
        "",
    ]
    against = [row for row in rows if row["outcome"] in ("contradicted", "qualified")]
    parts.append(
        table(
            ["line", "statement", "outcome", "record", "field"],
            [
                [r["line"], r["statement"], r["outcome"], r["record_id"], r["field"]]
                for r in against
            ],
        )
    )
    return "\n".join(parts)
