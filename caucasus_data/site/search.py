"""The index that the search page reads: a script with every record, its names and its words."""

from __future__ import annotations

import json
from collections import defaultdict

from caucasus_data.site import words
from caucasus_data.site.content import Content
from caucasus_data.site.heading import heading

ALSO = {
    "events": ("date_edtf", "description"),
    "agreements": ("title", "title_native", "signed_edtf"),
    "actors": ("abbreviation", "iso3"),
    "sources": ("publisher", "author", "published_edtf", "doi"),
    "places": ("country",),
    "casualties": ("value_text", "event_id"),
    "figures": ("value_text",),
    "exclusions": (),
}
WEIGHT = ("events", "agreements", "actors", "places", "memberships", "casualties", "sources")
"""Tables in the order in which equally good finds are shown."""


def index(content: Content) -> str:
    """The index as a script that calls one function."""
    names: dict[str, list[str]] = defaultdict(list)
    for row in content.rows("names"):
        names[row["entity_id"]].append(row["name"])
    tables = [*WEIGHT, *sorted({t for t in content.table_of.values() if t not in WEIGHT})]
    place = {table: i for i, table in enumerate(tables)}
    entries = []
    for record, table in content.table_of.items():
        row = content.by_id[record]
        also = [str(row[c]) for c in ALSO.get(table, ()) if row.get(c) is not None]
        label = heading(content, record)
        if table in ("casualties", "figures") and row["claimant_id"]:
            label += f" ({content.label(row['claimant_id'])})"
        entries.append(
            [
                record,
                place[table],
                words.shortened(label, 160),
                " ".join(also),
                *names.get(record, []),
            ]
        )
    for record in content.retired:
        if record not in content.table_of:
            entries.append([record, -1, f"{record} (retired)", ""])
    entries.sort(key=lambda entry: (entry[1], entry[0]))
    kinds = [content.spec[table].title for table in tables]
    said = json.dumps(
        {"kinds": kinds, "entries": entries}, ensure_ascii=False, separators=(",", ":")
    )
    return f"caucasusSearch({said});\n"
