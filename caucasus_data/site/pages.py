"""What stands on the pages that are not about one record."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from caucasus_data.site import words
from caucasus_data.site.cell import meaning, record_cell
from caucasus_data.site.charts.agreements import agreements_chart
from caucasus_data.site.charts.claims import Claims, claims_charts
from caucasus_data.site.charts.place import map_of_events
from caucasus_data.site.charts.spells import TRACKS, bounds, in_words, spells_chart
from caucasus_data.site.charts.timeline import timeline
from caucasus_data.site.content import Content, Row


def timeline_page(content: Content) -> dict[str, Any]:
    """The timeline and the list of the same events."""
    rows = sorted(
        content.rows("events"),
        key=lambda r: (r["date_earliest"] is None, r["date_earliest"], r["event_id"]),
    )
    events = []
    for row in rows:
        conflict = content.conflict_of(row["event_id"])
        events.append(
            {
                "record": row["event_id"], "title": row["title"], "day": words.date_words(row["date_edtf"]), "edtf": row["date_edtf"] or "",
                "type": words.plain(row["event_type"]), "attribution": words.plain(row["attribution"] or "undisputed"),
                "occurrence": words.plain(row["occurrence"]), "conflict": content.label(conflict) if conflict else "Outside the conflicts",
            }
        )  # fmt: skip
    return {"chart": timeline(content), "events": events}


def map_page(content: Content) -> dict[str, Any]:
    """The map and the list of the events on it."""
    chart = map_of_events(content)
    places: dict[str, list[Any]] = defaultdict(list)
    for point in chart.points:
        places[point.filters["place"]].append(point)
    return {
        "chart": chart,
        "places": sorted(places.items(), key=lambda item: (-len(item[1]), item[0])),
        "elsewhere": [
            (record_cell(content, event), content.by_id[event]) for event in chart.elsewhere
        ],
        "disclaimer": " ".join(str(content.spec.dataset["disclaimer"]).split()),
    }


def memberships_page(content: Content) -> dict[str, Any]:
    """Who stands in what at the end of coverage, as a table of actors by bodies."""
    rows = content.rows("memberships")
    actors = Counter(row["actor_id"] for row in rows)
    order = sorted(actors, key=lambda a: (-actors[a], a))
    bodies = sorted(
        {row["organization_id"] for row in rows}, key=lambda b: (content.label(b).casefold(), b)
    )
    now: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        shown: dict[str, Any]
        ends = bounds(row, content.coverage_end)
        limited = content.limits.get(row["membership_id"], [])
        if row["status"] == "never":
            shown = {"status": "never", "track": "none"}
        elif ends and ends[3] > content.coverage_end:
            shown = {"status": words.plain(row["status"]), "track": str(row["track"])}
        else:
            shown = {"status": "former", "track": "former"}
        still = [q for q in limited if q["end_edtf"] is None]
        shown |= {
            "record": row["membership_id"],
            "limited": bool(still) and shown["track"] not in ("former", "none"),
            "said": in_words(row, limited),
        }
        now[row["organization_id"], row["actor_id"]].append(shown)
    for cells in now.values():
        current = [c for c in cells if c["track"] != "former"]
        cells[:] = current or cells[-1:]
    return {
        "actors": [
            (
                a,
                content.label(a),
                content.by_id.get(a, {}).get("iso3") or _initials(content.label(a)),
            )
            for a in order
        ],
        "bodies": [
            (b, content.label(b), content.by_id.get(b, {}).get("abbreviation")) for b in bodies
        ],
        "now": now,
        "tracks": TRACKS,
        "spells": len(rows),
    }


def _initials(label: str) -> str:
    found = "".join(part[0] for part in label.replace("-", " ").split() if part[0].isupper())[:4]
    return found if len(found) > 1 else label[:3]


def memberships_by(content: Content, column: str) -> dict[str, Any]:
    """Charts of spells: a chart an actor (its bodies), or a chart a body (its members)."""
    other = "organization_id" if column == "actor_id" else "actor_id"
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in content.rows("memberships"):
        groups[row[column]].append(row)
    charts = []
    for name in sorted(groups, key=lambda n: (content.label(n).casefold(), n)):
        chart = spells_chart(groups[name], other, content.label(name), name, content)
        never = sorted(
            content.label(row[other]) for row in groups[name] if row["status"] == "never"
        )
        charts.append(
            {"record": name, "title": content.label(name), "chart": chart, "never": never}
        )
    return {"charts": charts, "by": column}


def casualties_page(content: Content, claims: Claims) -> dict[str, Any]:
    """Every event with numbers of casualties, the most told first."""
    events = sorted(content.claims_of, key=lambda e: (-len(content.claims_of[e]), e))
    shown: list[dict[str, Any]] = [
        {"record": e, "title": content.label(e), "day": words.date_words(content.by_id[e]["date_edtf"]), "claims": len(content.claims_of[e]),
         "charts": claims_charts(e, claims, e)}
        for e in events if e in content.by_id
    ]  # fmt: skip
    charts = [chart for event in shown for chart in event["charts"]]
    return {
        "events": shown,
        "total": len(content.rows("casualties")),
        "legend": list(dict.fromkeys(item for chart in charts for item in chart.legend)),
        "unit": charts[0].unit if charts else "",
    }


def agreements_page(content: Content) -> dict[str, Any]:
    """All agreements by process."""
    rows = content.rows("agreements")
    chart = agreements_chart(rows, content, "agreements", "Agreements and the days of their lives")
    drawn = {line.record for group in chart.groups for line in group.lines} if chart else set()
    undated = [
        record_cell(content, row["agreement_id"])
        for row in rows
        if row["agreement_id"] not in drawn
    ]
    return {"chart": chart, "undated": undated}


def actors_page(content: Content) -> dict[str, Any]:
    """All actors by class, with how much they did."""
    counted = (("event_actors", "actor_id"), ("agreement_parties", "actor_id"), ("memberships", "actor_id"),
               ("memberships", "organization_id"), ("casualties", "claimant_id"), ("casualties", "affected_actor_id"))  # fmt: skip
    rows = []
    for row in content.rows("actors"):
        found = {
            (r.table, r.column): len(r.rows) for r in content.references.get(row["actor_id"], [])
        }
        rows.append(
            {
                "record": row["actor_id"], "name": row["name"], "abbreviation": row["abbreviation"], "class": words.plain(row["actor_class"]),
                "parent": record_cell(content, row["parent_id"]), "counts": [found.get(pair, 0) for pair in counted],
            }
        )  # fmt: skip
    rows.sort(key=lambda r: (-sum(r["counts"]), r["record"]))
    heads = [
        "Events",
        "Agreements",
        "Spells in bodies",
        "Spells of its members",
        "Claims it made",
        "Claims on its losses",
    ]
    return {"rows": rows, "heads": heads}


EDITS = 200
"""Changed and removed cells of a release that its section lists; the table has all."""


def changes_page(content: Content) -> dict[str, Any]:
    """What each release added, removed and changed."""
    from caucasus_data.release_index import VERSION, as_numbers

    releases: dict[str, list[Row]] = defaultdict(list)
    for row in content.rows("changes"):
        releases[row["release"]].append(row)
    found = []
    ordered = sorted(
        releases, key=lambda v: as_numbers(v) if VERSION.fullmatch(v) else (0, 0, 0), reverse=True
    )
    for release in ordered:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for row in releases[release]:
            counts[row["table"]][str(row["kind"])] += 1
        order = [t.name for t in content.spec if t.name in counts] + sorted(
            t for t in counts if t not in content.spec.tables
        )
        edits = [row for row in releases[release] if row["kind"] != "added"]
        found.append(
            {
                "release": release,
                "tables": [(t, counts[t]) for t in order],
                "edits": edits[:EDITS],
                "more": max(0, len(edits) - EDITS),
            }
        )
    return {"releases": found, "retired": content.rows("retired")}


def codebook_page(content: Content) -> dict[str, Any]:
    """Every table, column and word."""
    from caucasus_data.spec.codebook import GROUPS, refers_to

    tables: dict[str, list[Any]] = defaultdict(list)
    for table in content.spec:
        columns = [
            {
                "name": c.name, "type": "vocabulary" if c.enum is not None else c.type, "required": c.required, "unit": c.unit,
                "derived": c.derived is not None and not table.derived, "key": c.name in table.key, "refers": refers_to(table, c),
                "description": c.description, "terms": [(w, meaning(c.terms.get(w))) for w in c.enum or ()] if c.terms else [],
            }
            for c in table.columns
        ]  # fmt: skip
        tables[table.group].append(
            {
                "name": table.name,
                "title": table.title,
                "description": " ".join(table.description.split()),
                "columns": columns,
            }
        )
    return {"groups": [(title, tables[group]) for group, title in GROUPS.items() if tables[group]]}


def cite_page(content: Content) -> dict[str, Any]:
    """How to cite, in three forms."""
    from caucasus_data.spec import papers

    licences = [
        (item["title"], item["path"], item.get("applies_to", "data"))
        for item in content.spec.dataset["licences"]
    ]
    return {
        "text": papers.citation_text(content.spec, content.version, content.date),
        "bibtex": papers.citation_bibtex(content.spec, content.version, content.date),
        "cff": papers.citation_cff(content.spec, content.version, content.date or ""),
        "licences": licences,
        "disclaimer": " ".join(str(content.spec.dataset["disclaimer"]).split()),
    }


def tables_page(content: Content) -> dict[str, Any]:
    """All tables with their number of rows."""
    from caucasus_data.spec.codebook import GROUPS

    groups: dict[str, list[Any]] = defaultdict(list)
    for table in content.spec:
        if table.name in content.tables:
            first = " ".join(table.description.split()).split(". ")[0].rstrip(".") + "."
            groups[table.group].append(
                (table.name, table.title, first, len(content.rows(table.name)))
            )
    return {"groups": [(title, groups[group]) for group, title in GROUPS.items() if groups[group]]}
