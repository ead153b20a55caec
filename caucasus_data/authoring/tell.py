"""What an apply did, in a few lines for the person who ran it."""

from __future__ import annotations

from collections import Counter

from caucasus_data.authoring.apply import Outcome
from caucasus_data.spec.model import Spec

PRODUCTS = ("product", "ledger")
"""Groups of tables whose new ids are told one by one."""


def report(outcome: Outcome, spec: Spec, dry_run: bool) -> str:
    """Ids by handle and title, and counts by table."""
    merged = outcome.merged
    assert merged is not None
    if not outcome.changed:
        return "nothing changes\n"
    lines = []
    handles = {number: handle for handle, number in merged.handles.items()}
    added: Counter[str] = Counter()
    for name, row in merged.added:
        added[name] += 1
        table = spec[name]
        key = str(row.cells[table.key[0]])
        if table.owns_ids and (table.group in PRODUCTS or key in handles):
            label = " ".join(row.cells[column] or "" for column in table.label).strip()
            lines.append(
                "  " + "  ".join(part for part in (key, handles.get(key), label[:90]) if part)
            )
    updated = Counter(name for name, _, _ in merged.updated)
    removed = Counter(name for name, _ in merged.removed)
    lines += [
        f"  updated {name} {key}: {', '.join(columns)}" for name, key, columns in merged.updated
    ]
    lines += [f"  removed from {name}: {key}" for name, key in merged.removed]
    lines += [f"  source {new} is {old}: reused" for new, old in merged.reused.items()]
    for table in spec.raw_tables:
        counts = [
            f"{sign}{count[table.name]}{word}"
            for sign, count, word in (("+", added, ""), ("", updated, " updated"), ("-", removed, ""))
            if count[table.name]
        ]  # fmt: skip
        if counts:
            lines.append(f"{table.name}: {', '.join(counts)}")
    if outcome.earlier_errors:
        lines.append(
            f"errors that were there before: {outcome.earlier_errors} (see caucasus-data validate)"
        )
    lines.append(
        "dry run: nothing was written" if dry_run else "written: " + ", ".join(outcome.changed)
    )
    return "\n".join(lines) + "\n"
