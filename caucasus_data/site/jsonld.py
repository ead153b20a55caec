"""A record as schema.org JSON-LD, for search engines and other machines."""

from __future__ import annotations

import json
from typing import Any

from caucasus_data.site import address, words
from caucasus_data.site.content import Content, Row

_ACTORS = {
    "state": "Country", "historical_state": "Country", "state_body": "GovernmentOrganization", "court": "GovernmentOrganization",
    "company": "Corporation", "party": "PoliticalParty",
}  # fmt: skip


def document(content: Content, record: str, table: str, row: Row) -> dict[str, Any]:
    """The document of one record."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": _address(content, record),
        "identifier": record,
        "name": content.label(record),
    }
    described = {"events": _event, "agreements": _agreement, "casualties": _claim, "figures": _claim, "memberships": _membership,
                 "actors": _actor, "places": _place, "sources": _source}.get(table)  # fmt: skip
    if described is not None:
        found.update(described(content, row))
    found["subjectOf" if found["@type"] != "CreativeWork" else "isPartOf"] = dataset(content)
    return {key: value for key, value in found.items() if value not in (None, "", [], {})}


def dataset(content: Content) -> dict[str, Any]:
    """The release that a record is from."""
    described = content.spec.dataset
    licence = next(
        item for item in described["licences"] if item.get("applies_to", "data") == "data"
    )
    return {
        "@type": "Dataset",
        "name": described["title"],
        "version": content.version,
        "license": licence["path"],
    }


def text(document: Any) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element."""
    said = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return said.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _address(content: Content, record: str) -> str:
    page = f"{address.folder(record)}/"
    return f"{content.base_url}/{page}" if content.base_url else f"../{page}"


def _named(content: Content, record: Any, kind: str) -> dict[str, Any] | None:
    if record is None:
        return None
    return {"@type": kind, "@id": _address(content, str(record)), "name": content.label(record)}


def _day(row: Row, stem: str, end: str = "earliest") -> str | None:
    """A day, only where it is known to the day."""
    day = row.get(f"{stem}_{end}")
    precision = row.get(f"{stem}_precision")
    if day is None or precision not in ("day", "interval", "open"):
        edtf = str(row.get(f"{stem}_edtf") or "")
        plain = edtf.replace("-XX", "")
        return plain if plain.replace("-", "").isdigit() else None
    return str(day.isoformat())


def _point(row: Row) -> dict[str, Any] | None:
    if row.get("latitude") is None or row.get("longitude") is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": row["latitude"], "longitude": row["longitude"]}


def _event(content: Content, row: Row) -> dict[str, Any]:
    place = _named(content, row["place_id"], "Place") or {
        "@type": "Place",
        "name": "South Caucasus",
    }
    return {
        "@type": "Event",
        "description": row["description"],
        "startDate": _day(row, "date"),
        "endDate": None
        if row["date_precision"] in ("open", "between")
        else _day(row, "date", "latest"),
        "location": {**place, **({"geo": _point(row)} if _point(row) else {})},
        "superEvent": _named(content, row["parent_event_id"], "Event"),
        "additionalType": words.plain(row["event_type"]),
    }


def _agreement(content: Content, row: Row) -> dict[str, Any]:
    return {
        "alternateName": row["title"],
        "dateCreated": _day(row, "signed"),
        "datePublished": _day(row, "published"),
        "url": address.outside(row["text_url"]),
        "about": _named(content, row["event_id"], "Event"),
        "additionalType": words.plain(row["instrument"]),
    }


def _claim(content: Content, row: Row) -> dict[str, Any]:
    about = row.get("event_id")
    return {
        "@type": "Claim",
        "name": words.claim_value(row),
        "author": _named(content, row["claimant_id"], "Organization"),
        "about": _named(content, about, "Event"),
        "datePublished": _day(row, "claimed_on"),
        "citation": _named(content, row["source_id"], "CreativeWork"),
    }


def _membership(content: Content, row: Row) -> dict[str, Any]:
    return {
        "@type": "OrganizationRole",
        "roleName": words.plain(row["status"]),
        "startDate": _day(row, "start"),
        "endDate": _day(row, "end"),
        "memberOf": _named(content, row["organization_id"], "Organization"),
        "member": _named(content, row["actor_id"], "Organization"),
    }


def _actor(content: Content, row: Row) -> dict[str, Any]:
    qid = row.get("wikidata_qid")
    kind = _ACTORS.get(str(row["actor_class"]), "Organization")
    found = {
        "@type": kind,
        "alternateName": row.get("abbreviation"),
        "url": address.outside(row.get("website")),
        "sameAs": f"https://www.wikidata.org/entity/{qid}" if qid else None,
    }
    if kind != "Country":
        found["foundingDate"] = _day(row, "founded")
        found["dissolutionDate"] = _day(row, "dissolved")
        found["parentOrganization"] = _named(content, row.get("parent_id"), "Organization")
    return found


def _place(content: Content, row: Row) -> dict[str, Any]:
    return {"@type": "Place", "geo": _point(row), "additionalType": words.plain(row["place_type"])}


def _source(content: Content, row: Row) -> dict[str, Any]:
    return {
        "url": address.outside(row["url"]),
        "publisher": {"@type": "Organization", "name": row["publisher"]}
        if row["publisher"]
        else None,
        "author": row["author"],
        "datePublished": _day(row, "published"),
        "inLanguage": row["lang"],
        "additionalType": words.plain(row["source_type"]),
    }
