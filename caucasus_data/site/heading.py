"""What a record is headed with: its label, or for claims and roles a line that says it whole."""

from __future__ import annotations

from caucasus_data.site import words
from caucasus_data.site.content import Content, Row


def harmed(claim: Row, content: Content, whole: bool = False) -> str:
    """Who was harmed: side, group, and where or when if the claim is narrower than the event."""
    said = (
        content.label(claim["affected_actor_id"]) if claim["affected_actor_id"] else "Nobody named"
    )
    said += f", {words.plain(claim['victim_group'])}"
    if claim["place_id"]:
        said += f", at {content.label(claim['place_id'])}"
    if claim["period_edtf"]:
        said += f", {words.date_words(claim['period_edtf'])}"
    return f"{said}: {words.plain(claim['type'])}" if whole else said


def heading(content: Content, record: str) -> str:
    """The heading of a record's page; also what search and neighbours call it."""
    table = content.table_of.get(record)
    row = content.by_id.get(record)
    if table is None or row is None:
        return content.label(record)
    label = content.label
    if table == "casualties":
        return f"{words.claim_value(row)} {words.plain(row['type'])}: {harmed(row, content)}"
    if table == "figures":
        unit = f" {row['unit']}" if row["unit"] else ""
        return f"{words.claim_value(row)}{unit}: {words.plain(row['quantity'])}"
    if table == "memberships":
        return f"{label(row['actor_id'])} in {label(row['organization_id'])}: {words.plain(row['status'])}"
    if table == "membership_qualifiers":
        spell = content.by_id.get(row["membership_id"], {})
        return f"{label(spell.get('actor_id'))} in {label(spell.get('organization_id'))}: {words.plain(row['qualifier'])}"
    if table == "event_actors":
        return f"{label(row['actor_id'])}, {words.plain(row['role'])}: {label(row['event_id'])}"
    if table == "agreement_parties":
        return f"{label(row['actor_id'])}, {words.plain(row['role'])}: {label(row['agreement_id'])}"
    if table == "exclusions":
        return f"Left out: {words.shortened(row['statement'], 90)}"
    if table == "gaps":
        return f"Not found: {words.plain(row['type'])}, {label(row['event_id'])}"
    return label(record)
