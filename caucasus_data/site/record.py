"""What stands on the page of one record."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from caucasus_data.site import address, jsonld, related, words
from caucasus_data.site.cell import Cell, cell_of, own_lang, record_cell
from caucasus_data.site.charts.claims import STANCES, Claims, claims_charts
from caucasus_data.site.charts.known import known_by_day
from caucasus_data.site.charts.shape import Chart
from caucasus_data.site.charts.spells import spells_chart
from caucasus_data.site.content import Content, Reference, Row
from caucasus_data.site.heading import harmed, heading

LEADS = ("description", "statement", "searched")
BADGES = (
    "event_type",
    "occurrence",
    "attribution",
    "instrument",
    "bindingness",
    "status",
    "actor_class",
    "place_type",
    "source_type",
    "confidence",
)


class Records:
    """Pages of all records of a release; holds what is looked up for each of them."""

    def __init__(self, content: Content, claims: Claims) -> None:
        self.content = content
        self.claims = claims
        self.by_source: dict[str, list[Row]] = defaultdict(list)
        for row in content.rows("citations"):
            self.by_source[row["source_id"]].append(row)
        self.beside = self._neighbours()
        self.pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in content.rows("memberships"):
            self.pairs[row["actor_id"], row["organization_id"]].append(row)

    def _neighbours(self) -> dict[str, tuple[str | None, str | None]]:
        """The records before and after each in its table."""
        by_table: dict[str, list[str]] = defaultdict(list)
        for record, table in self.content.table_of.items():
            by_table[table].append(record)
        found: dict[str, tuple[str | None, str | None]] = {}
        for ids in by_table.values():
            ids.sort()
            for record, before, after in zip(ids, [None, *ids[:-1]], [*ids[1:], None], strict=True):
                found[record] = (before, after)
        return found

    def page(self, record: str) -> dict[str, Any]:
        """Everything that the template of a record needs."""
        content = self.content
        table = content.table_of[record]
        row = content.by_id[record]
        declared = content.spec[table]
        title = heading(content, record)
        before, after = self.beside[record]
        return {
            "record": record,
            "table": table,
            "kind": declared.title,
            "title": title,
            "lang": own_lang(row) if table == "sources" else None,
            "lead": next((row[c] for c in LEADS if row.get(c)), None),
            "note": row.get("coder_note"),
            "badges": [
                (words.plain(c), cell_of(content, table, c, row[c]))
                for c in BADGES
                if row.get(c) is not None
            ],
            "facts": self._facts(table, row),
            "parents": self._parents(row),
            "matrix": self._matrix(record) if table == "events" else [],
            "drawings": self._charts(record, table, row),
            "known": known_by_day(record, self.claims)
            if table == "events" and record in content.claims_of
            else [],
            "sections": self._sections(record, table, row),
            "links": related.links(content, record),
            "codes": content.external_ids.get(record, []),
            "citations": self._citations(record, row),
            "history": content.changes.get(record, []),
            "before": before,
            "after": after,
            "cite": self._cite(record, title),
            "jsonld": jsonld.text(jsonld.document(content, record, table, row)),
        }

    def _facts(self, table: str, row: Row) -> list[tuple[str, Cell, str]]:
        found = []
        label = self.content.label(self.content.key_of(row, table))
        for name in self.content.shown_columns(table):
            value = row.get(name)
            if (
                value is None
                or name in LEADS
                or name == "coder_note"
                or (name in ("title", "name", "neutral_label") and value == label)
                or name == self.content.spec[table].single_key
            ):
                continue
            declared = self.content.spec[table].by_name.get(name)
            cell = cell_of(self.content, table, name, value)
            if name in ("title", "title_native") and (lang := own_lang(row)):
                cell = Cell(cell.text, lang=lang)
            said = words.capital(words.plain(name.removesuffix("_edtf").removesuffix("_id")))
            found.append((said, cell, declared.description if declared else ""))
        return found

    def _parents(self, row: Row) -> list[str]:
        """Ids from the top of the tree down to the direct parent."""
        found: list[str] = []
        at = (
            row.get("parent_event_id")
            or row.get("parent_id")
            or row.get("event_id")
            or row.get("agreement_id")
        )
        if row.get("event_id") == at and "event_type" in row and not row.get("parent_event_id"):
            return []
        if "agreement_id" in row and "instrument" in row:
            at = row.get("event_id")
        while at is not None and at not in found:
            found.append(at)
            above = self.content.by_id.get(at, {})
            at = above.get("parent_event_id") or above.get("parent_id")
        return found[::-1]

    def _matrix(self, event: str) -> list[dict[str, Any]]:
        """Claims side by side: a row for each who, what; a column for each side that speaks."""
        cells: dict[str, dict[str, list[dict[str, Any]]]] = {}
        content, claims = self.content, self.claims
        rows = [r for r in content.claims_of.get(event, []) if r["revision_kind"] != "withdraws"]
        for row in sorted(
            rows,
            key=lambda r: (
                harmed(r, content, whole=True),
                claims.known[r["casualty_id"]],
                r["casualty_id"],
            ),
        ):
            cell = cells.setdefault(
                harmed(row, content, whole=True), {stance: [] for stance in STANCES}
            )
            cell[claims.side(row)].append(
                {
                    "record": row["casualty_id"],
                    "value": words.claim_value(row),
                    "claimant": content.label(row["claimant_id"])
                    if row["claimant_id"]
                    else "unnamed",
                    "day": claims.since(row).removeprefix("known by "),
                    "revised": row["casualty_id"] in claims.revised,
                    "part": row["scope"] == "part",
                }
            )
        return [{"title": title, "sides": sides} for title, sides in cells.items()]

    def _charts(self, record: str, table: str, row: Row) -> list[Chart]:
        content = self.content
        found: list[Chart | None] = []
        if table == "events" and record in content.claims_of:
            found += claims_charts(record, self.claims)
        elif table == "actors":
            spells = {(r.table, r.column): r.rows for r in content.references.get(record, [])}
            held = spells.get(("memberships", "actor_id"))
            members = spells.get(("memberships", "organization_id"))
            if held:
                found.append(
                    spells_chart(
                        held,
                        "organization_id",
                        f"Where {content.label(record)} stood",
                        "spells",
                        content,
                    )
                )
            if members:
                found.append(
                    spells_chart(
                        members,
                        "actor_id",
                        f"Who stood in {content.label(record)}",
                        "members",
                        content,
                    )
                )
        elif table == "memberships":
            pair = self.pairs[row["actor_id"], row["organization_id"]]
            found.append(
                spells_chart(pair, "organization_id", "All spells of this pair", "spells", content)
            )
        return [chart for chart in found if chart is not None]

    def _sections(self, record: str, table: str, row: Row) -> list[related.Section]:
        found = related.sections(self.content, record)
        if table == "sources":
            cited = related.cited_for(self.content, record, self.by_source.get(record, []))
            found = ([cited] if cited else []) + found
        if table == "casualties":
            event = row["event_id"]
            same = ("period_edtf", "place_id", "affected_actor_id", "victim_group", "type")
            others = [
                r
                for r in self.content.claims_of.get(event, [])
                if r is not row and all(r[c] == row[c] for c in same)
            ]
            if others:
                section = related.section(
                    self.content, Reference("casualties", "event_id", others), event
                )
                section.title, section.ident = "Other claims on the same", "same-cell"
                found.insert(0, section)
        return found

    def _citations(self, record: str, row: Row) -> list[dict[str, Any]]:
        """The record's own source, then its citations, each with what is known of the source."""
        content = self.content
        rows = list(content.citations.get(record, []))
        if row.get("claimant_id") is not None and row.get("source_id") is not None:
            own = {"field": "*", "source_id": row["source_id"], "locator": row.get("locator") or "*", "stance": "supports",
                   "value": None, "read_extent": None, "note": "the source of the claim"}  # fmt: skip
            rows.insert(0, own)
        found = []
        for cited in rows:
            source = content.by_id.get(cited["source_id"], {})
            found.append(
                {
                    "source": record_cell(content, cited["source_id"]),
                    "lang": own_lang(source),
                    "publisher": source.get("publisher"),
                    "day": words.date_words(source.get("published_edtf")),
                    "url": address.outside(source.get("url")),
                    "archive": address.outside(source.get("archive_url")),
                    "field": ""
                    if cited["field"] == "*"
                    else words.plain(cited["field"].removesuffix("_edtf")),
                    "locator": "" if cited["locator"] == "*" else cited["locator"],
                    "stance": str(cited["stance"]),
                    "value": cited["value"],
                    "extent": cited["read_extent"],
                    "note": cited["note"],
                }
            )
        return found

    def _cite(self, record: str, title: str) -> dict[str, str]:
        content = self.content
        people = "; ".join(str(person["title"]) for person in content.spec.dataset["contributors"])
        year = f" ({content.date[:4]})" if content.date else ""
        where = f" {content.base_url}/{record}/" if content.base_url else ""
        whole = content.spec.dataset["title"]
        return {
            "text": f"{people}{year}. {record}: {title}. In: {whole}, version {content.version}.{where} CC-BY-4.0.",
            "python": f'import caucasus_data as cd; cd.sources_of("{record}", version="{content.version}")',
        }


def retired_page(content: Content, record: str) -> dict[str, Any]:
    """What stands on the page of an id that is no longer used."""
    row = content.retired[record]
    return {
        "record": record,
        "title": f"{record} is retired",
        "retired_in": row["retired_in"],
        "reason": row["reason"],
        "successor": record_cell(content, row["successor_id"]) if row["successor_id"] else None,
        "history": content.changes.get(record, []),
    }
