"""Sections of a record's page: the rows of other records that name it, with the columns that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from caucasus_data.site import words
from caucasus_data.site.cell import BLANK, Cell, cell_of, record_cell
from caucasus_data.site.content import Content, Reference, Row

MOST = 300
"""Rows that a section shows; the table's page has the rest."""

SHOWN: dict[str, tuple[str, ...]] = {
    "events": ("@", "date_edtf", "event_type", "attribution", "place_id"),
    "agreements": ("@", "signed_edtf", "instrument", "bindingness"),
    "casualties": (
        "@value",
        "event_id",
        "affected_actor_id",
        "victim_group",
        "claimant_id",
        "claimed_on_edtf",
        "source_id",
    ),
    "memberships": ("@id", "actor_id", "organization_id", "status", "start_edtf", "end_edtf"),
    "event_actors": ("@date", "event_id", "actor_id", "role", "according_to", "@id"),
    "agreement_parties": ("agreement_id", "actor_id", "role", "signed_as", "@id"),
    "membership_qualifiers": (
        "@id",
        "membership_id",
        "qualifier",
        "start_edtf",
        "end_edtf",
        "declared_by",
    ),
    "figures": (
        "@value",
        "quantity",
        "event_id",
        "agreement_id",
        "claimant_id",
        "claimed_on_edtf",
        "source_id",
    ),
    "actors": ("@", "actor_class"),
    "places": ("@", "place_type"),
    "sources": ("@", "publisher", "published_edtf", "source_type"),
    "names": ("@", "entity_id", "lang", "script", "used_by", "name_type"),
    "exclusions": ("@", "reason", "source_id"),
    "gaps": ("@id", "event_id", "affected_actor_id", "type", "stance_of_claimant", "searched"),
}
_HEADS = {"@": "Record", "@id": "Record", "@value": "Claim", "@date": "Date"}

TITLES: dict[tuple[str, str], str] = {
    ("event_actors", "event_id"): "Who took part",
    ("event_actors", "actor_id"): "Events that it took part in",
    ("event_actors", "according_to"): "Roles that it gave others",
    ("events", "parent_event_id"): "Parts of this event",
    ("events", "place_id"): "Events here",
    ("agreements", "event_id"): "Agreements in this conflict",
    ("agreements", "place_id"): "Agreements made here",
    ("agreement_parties", "agreement_id"): "Parties",
    ("agreement_parties", "actor_id"): "Agreements that it is named in",
    ("casualties", "event_id"): "All claims on casualties",
    ("casualties", "affected_actor_id"): "Claims on its losses",
    ("casualties", "claimant_id"): "Claims that it made",
    ("casualties", "place_id"): "Claims on this place",
    ("casualties", "source_id"): "Claims taken from this source",
    ("casualties", "revision_of_id"): "Later claims that revise this one",
    ("figures", "event_id"): "Other quantities",
    ("figures", "agreement_id"): "Quantities in or about it",
    ("figures", "claimant_id"): "Other quantities that it claimed",
    ("figures", "place_id"): "Quantities about this place",
    ("figures", "source_id"): "Quantities taken from this source",
    ("memberships", "actor_id"): "Spells in bodies",
    ("memberships", "organization_id"): "Spells of its members",
    ("memberships", "agreement_id"): "Memberships that rest on it",
    ("membership_qualifiers", "membership_id"): "What limited it",
    ("membership_qualifiers", "declared_by"): "Limits that it declared",
    ("actors", "parent_id"): "Bodies that belong to it",
    ("actors", "successor_id"): "What it succeeded",
    ("names", "entity_id"): "Names",
    ("names", "used_by"): "Names that it uses",
    ("sources", "origin_source_id"): "Sources that repeat it",
    ("exclusions", "source_id"): "Statements of this source that were left out",
    ("gaps", "event_id"): "Searched and not found",
    ("gaps", "affected_actor_id"): "Figures on its losses that were searched and not found",
}
ORDER = [
    ("casualties", "revision_of_id"), ("membership_qualifiers", "membership_id"), ("names", "entity_id"), ("event_actors", "event_id"),
    ("agreement_parties", "agreement_id"), ("events", "parent_event_id"), ("agreements", "event_id"), ("figures", "event_id"),
    ("figures", "agreement_id"), ("gaps", "event_id"), ("memberships", "actor_id"), ("memberships", "organization_id"),
    ("event_actors", "actor_id"), ("agreement_parties", "actor_id"), ("casualties", "claimant_id"), ("casualties", "affected_actor_id"),
]  # fmt: skip

RELATIONS = {
    "consequence_of": ("a consequence of", "had the consequence"),
    "response_to": ("a response to", "was answered by"),
    "violates": ("violates", "is violated by"),
    "implements": ("implements", "is implemented by"),
    "signed_at": ("signed at", "is where was signed"),
    "brings_about": ("brings about", "is brought about by"),
    "version_of": ("a version of", "has the version"),
    "amends": ("amends", "is amended by"),
    "extends": ("extends", "is extended by"),
    "supersedes": ("supersedes", "is superseded by"),
    "terminates": ("terminates", "is terminated by"),
    "annex_to": ("an annex to", "has the annex"),
    "clarifies": ("clarifies", "is clarified by"),
}
"""A relation said from its beginning, and from its end."""


@dataclass
class Section:
    """A table under a heading."""

    title: str
    heads: list[str]
    rows: list[list[Cell]]
    total: int
    ident: str
    more: str = ""
    """Query that shows all of them on the table's page."""
    table: str = ""
    facets: list[str] = field(default_factory=list)


def _cell(content: Content, table: str, column: str, row: Row) -> Cell:
    key = content.key_of(row, table)
    if column == "@":
        return record_cell(content, key)
    if column == "@id":
        return record_cell(content, key, key)
    if column == "@value":
        kind = (
            f" {words.plain(row['type'])}"
            if table == "casualties"
            else f" {row['unit']}"
            if row.get("unit")
            else ""
        )
        return record_cell(content, key, words.claim_value(row) + kind)
    if column == "@date":
        event = content.by_id.get(row["event_id"], {})
        return Cell(
            words.date_words(event.get("date_edtf")), title=str(event.get("date_edtf") or "")
        )
    return cell_of(content, table, column, row.get(column))


def _when(content: Content, table: str, row: Row) -> tuple[str, str]:
    event = content.by_id.get(row["event_id"], {}) if table == "event_actors" else row
    day = next(
        (
            event[c]
            for c in (
                "date_earliest",
                "start_earliest",
                "claimed_on_earliest",
                "signed_earliest",
                "published_earliest",
            )
            if event.get(c)
        ),
        None,
    )
    return (day.isoformat() if day else "9999", content.key_of(row, table))


def section(content: Content, reference: Reference, record: str) -> Section:
    """Rows of a table that name ``record``, in order of time."""
    table, column = reference.table, reference.column
    columns = [c for c in SHOWN.get(table, ("@",)) if c != column]
    rows = sorted(reference.rows, key=lambda row: _when(content, table, row))
    cells = [[_cell(content, table, c, row) for c in columns] for row in rows[:MOST]]
    kept = [i for i in range(len(columns)) if any(line[i] != BLANK for line in cells)]
    cells = [[line[i] for i in kept] for line in cells]
    heads = [
        _HEADS.get(
            columns[i],
            words.capital(words.plain(columns[i].removesuffix("_id").removesuffix("_edtf"))),
        )
        for i in kept
    ]
    title = TITLES.get((table, column), f"{content.spec[table].title}: {words.plain(column)}")
    return Section(
        title,
        heads,
        cells,
        len(rows),
        f"{table}-{column}".replace("_", "-"),
        f"{column}={record}",
        table,
    )


def sections(
    content: Content, record: str, without: Sequence[tuple[str, str]] = ()
) -> list[Section]:
    """Every section of a record's page, the most telling first."""
    found = [r for r in content.references.get(record, []) if (r.table, r.column) not in without]
    rank = {pair: i for i, pair in enumerate(ORDER)}
    found.sort(key=lambda r: (rank.get((r.table, r.column), len(ORDER)), r.table, r.column))
    return [section(content, reference, record) for reference in found]


def cited_for(content: Content, source: str, rows: list[Row]) -> Section | None:
    """What a source is cited for."""
    if not rows:
        return None
    cells = [
        [
            record_cell(content, row["record_id"]),
            Cell("the whole record" if row["field"] == "*" else words.plain(row["field"])),
            cell_of(content, "citations", "stance", row["stance"]),
            Cell(row["value"] or ""),
            Cell("" if row["locator"] == "*" else row["locator"]),
        ]
        for row in sorted(rows, key=lambda r: (r["record_id"], r["field"], r["locator"]))[:MOST]
    ]
    heads = ["Record", "For", "Stance", "Value", "Where"]
    return Section(
        "What it is cited for",
        heads,
        cells,
        len(rows),
        "cited-for",
        f"source_id={source}",
        "citations",
    )


def links(content: Content, record: str) -> list[tuple[str, Cell]]:
    """Relations to other records, each said from this one's side."""
    found = []
    for row in content.links_from.get(record, []):
        relation = str(row["relation"])
        said = RELATIONS.get(relation, (words.plain(relation), ""))[0]
        found.append((said, record_cell(content, row["to_id"])))
    for row in content.links_to.get(record, []):
        relation = str(row["relation"])
        said = RELATIONS.get(relation, ("", f"{words.plain(relation)} (from)"))[1]
        found.append((said, record_cell(content, row["from_id"])))
    return found
