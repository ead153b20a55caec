"""The declaration is whole, and what is compiled from it agrees with it."""

import sqlite3

import pytest

from caucasus_data import locate
from caucasus_data.spec import codebook, frictionless, sql
from caucasus_data.spec.arrow import arrow_schema
from caucasus_data.spec.model import KINDS, Table

SPEC = locate.spec()
TABLES = list(SPEC)

DESIGN = {
    "events": "event_id title description event_type scope_rule date_edtf place_id where_precision latitude longitude parent_event_id occurrence attribution confidence coder_note",
    "agreements": "agreement_id title title_native lang neutral_label instrument bindingness agreed_edtf initialled_edtf signed_edtf published_edtf provisional_edtf effective_edtf ended_edtf end_basis place_id event_id stage stage_sub text_url text_access confidence coder_note",
    "casualties": "casualty_id event_id period_edtf place_id affected_actor_id victim_group type scope tally low best high bound value_text cause claimant_id method claimed_on_edtf as_of_edtf source_id locator revision_of_id revision_kind coder_note",
    "memberships": "membership_id actor_id organization_id status start_edtf start_basis end_edtf end_basis agreement_id confidence coder_note",
    "event_actors": "event_actor_id event_id actor_id role according_to",
    "agreement_parties": "agreement_party_id agreement_id actor_id role signed_as signed_edtf ratified_edtf in_force_edtf withdrawn_edtf",
    "membership_qualifiers": "membership_qualifier_id membership_id qualifier start_edtf end_edtf declared_by accepted_by_body",
    "figures": "figure_id event_id agreement_id quantity unit low best high bound value_text place_id claimant_id method claimed_on_edtf source_id locator",
    "citations": "record_id field source_id locator stance value read_extent note",
    "links": "from_id relation to_id",
}


@pytest.mark.parametrize("name", DESIGN)
def test_tables_have_the_columns_that_users_rely_on(name: str) -> None:
    assert [column.name for column in SPEC[name].raw_columns] == DESIGN[name].split()


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_keys_come_first_and_are_required(table: Table) -> None:
    assert tuple(c.name for c in table.columns[: len(table.key)]) == table.key
    assert all(table.by_name[name].required for name in table.key)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_is_described_and_of_a_known_kind(table: Table) -> None:
    for column in table.columns:
        assert column.description, column.name
        assert column.kind in KINDS, column.name
        if column.enum is not None and column.kind == "vocabulary" and column.terms:
            assert set(column.terms) == set(column.enum), column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_references_name_declared_tables_and_their_keys(table: Table) -> None:
    for column, (target, key) in table.foreign_keys.items():
        assert column in table.by_name
        assert SPEC[target].key == (key,)
    for column in table.columns:
        assert all(name in SPEC.tables for name in column.references)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_each_date_derives_its_bounds(table: Table) -> None:
    for column in table.edtf_columns:
        for part in ("earliest", "latest", "precision"):
            assert table.by_name[f"{column.stem}_{part}"].derived


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_compiled_forms_have_every_column(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert arrow_schema(table).names == names
    assert [f["name"] for f in frictionless.table_schema(table)["fields"]] == names
    assert all(field.metadata[b"description"] for field in arrow_schema(table))
    assert all(f"`{name}`" in codebook.table_markdown(table) for name in names)


def test_the_ddl_runs_in_sqlite_with_foreign_keys_on() -> None:
    base = sqlite3.connect(":memory:")
    base.execute("PRAGMA foreign_keys = ON")
    for _, statement in sql.ddl(SPEC):
        base.execute(statement)
    made = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert made == set(SPEC.tables)
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(
            "INSERT INTO places (place_id, name, place_type, contested) VALUES ('x', 'X', 'planet', 0)"
        )


def test_every_schema_is_a_valid_table_schema() -> None:
    frictionless_py = pytest.importorskip("frictionless")
    for table in TABLES:
        schema = frictionless_py.Schema.from_descriptor(frictionless.table_schema(table))
        assert len(schema.fields) == len(table.columns)
