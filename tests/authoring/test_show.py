"""A record shown as a template goes back unchanged; edits in it arrive."""

import pytest

from caucasus_data import locate
from caucasus_data.authoring.show import Records, as_template
from caucasus_data.authoring.yaml_text import scalar

MORE = """\
agreement:
  agreement_id: new:text
  title: Statement of the three
  neutral_label: Trilateral statement of 9 November 2020
  instrument: INSTRUMENT
  bindingness: political
  signed_edtf: 2020-11-09
  text_access: full
  text_url: https://example.org/text
  event_id: EV-00002
  confidence: probable
  coder_note: "it says: 'no', # and - other odd \\"things\\": {a: [b]}"
  citations:
    - {field: '*', source_id: seed-2025, locator: para 2, stance: supports, read_extent: full, note: '"a", b: c'}
agreement_parties:
  - {actor_id: armenia, role: signatory}
  - {actor_id: azerbaijan, role: signatory}
external_ids:
  - {scheme: pax_agreement, value: '2382', match: exact}
  - {entity_id: armenia, scheme: wikidata, value: Q399, match: exact}
links:
  - {relation: signed_at, to_id: EV-00001}
---
links:
  - {from_id: EV-00001, relation: violates, to_id: new:text}
gaps:
  - {event_id: EV-00001, affected_actor_id: azerbaijan, type: missing, stance_of_claimant: own, searched: 'nothing: none'}
exclusions:
  - {source_id: seed-2025, locator: para 9, statement: That it was right, reason: opinion}
"""


@pytest.fixture
def rich(full):
    instrument = locate.spec()["agreements"].by_name["instrument"].enum[0]
    code, out = full.apply(MORE.replace("INSTRUMENT", instrument))
    assert code == 0, out
    return full


def shown(tree, key):
    code, out, _ = tree.run("show", key, "--yaml", "--raw", str(tree.raw))
    assert code == 0
    return out


def test_every_record_goes_back_unchanged(rich):
    before = rich.bytes()
    records = Records(rich.raw, locate.spec())
    assert len(records.by_id) > 20
    for key in records.by_id:
        code, out = rich.apply(as_template(records, key))
        assert (code, out) == (0, "nothing changes\n"), key
    assert rich.bytes() == before


def test_all_records_in_one_call_go_back_unchanged(rich):
    before = rich.bytes()
    records = Records(rich.raw, locate.spec())
    assert rich.apply(*(as_template(records, key) for key in records.by_id)) == (
        0,
        "nothing changes\n",
    )
    assert rich.bytes() == before


def test_an_event_is_shown_with_all_that_hangs_on_it(rich):
    text = shown(rich, "EV-00001")
    for part in ("event_actors:", "casualties:", "citations:", "gaps:", "links:", "to_id: AG-00001  # Trilateral",
                 "place_id: armenia-area  # Armenia", "revision_of_id: CA-00002", "# links: AG-00001 signed_at EV-00001"):  # fmt: skip
        assert part in text
    assert text.count("      - field: '*'") == 2, "citations of children stand inside them"


def test_an_edited_cell_arrives(rich):
    text = (
        shown(rich, "EV-00001")
        .replace("September 2022", "autumn 2022")
        .replace("low: 49", "low: 50")
    )
    code, out = rich.apply(text)
    assert code == 0, out
    assert "updated events EV-00001: title" in out
    assert "autumn 2022" in rich.lines("events")[0]
    assert ",50,,,at_least," in rich.lines("casualties")[1]


def test_a_value_that_is_deleted_clears_the_cell(rich):
    code, _ = rich.apply(
        shown(rich, "EV-00001").replace("parent_event_id: EV-00002", "parent_event_id:")
    )
    assert code == 0
    assert "EV-00002" not in rich.lines("events")[0]


def test_lines_without_id_that_are_taken_out_are_removed(rich):
    text = shown(rich, "EV-00001")
    at = text.index("    - field: date_edtf")
    text = text[:at] + text[text.index("event_actors:") :]
    code, out = rich.apply(
        text.replace("links:\n  - relation: violates\n    to_id: AG-00001", "links:")
    )
    assert code == 0, out
    assert "removed from citations: EV-00001 date_edtf seed-2025 para 12" in out
    assert rich.lines("links") == ["AG-00001,signed_at,EV-00001"]
    assert len(rich.lines("citations")) == 5


def test_a_row_with_an_id_that_is_taken_out_is_a_finding(rich):
    before = rich.bytes()
    text = shown(rich, "EV-00001")
    text = text.replace(
        "  - event_actor_id: EA-00002\n    actor_id: armenia  # Armenia\n    role: side_b\n", ""
    )
    code, out = rich.apply(text)
    assert code == 1
    assert "template-missing-row: event_actors of EV-00001 no longer has EA-00002 (retire it" in out
    assert rich.bytes() == before


def test_a_list_that_is_not_carried_is_left_alone(rich):
    before = rich.bytes()
    code, _ = rich.apply("event:\n  event_id: EV-00001\n  scope_rule: 1\n")
    assert code == 0
    assert rich.bytes() == before


def test_a_row_without_id_is_added_to_a_shown_record(rich):
    text = shown(rich, "EV-00001").replace(
        "event_actors:\n", "event_actors:\n  - {actor_id: csto, role: requested_body}\n"
    )
    code, out = rich.apply(text)
    assert code == 0, out
    assert "EA-00005,EV-00001,csto,requested_body," in rich.lines("event_actors")


def test_the_view_for_people_names_what_ids_mean(rich):
    code, out, _ = rich.run("show", "EV-00001", "--raw", str(rich.raw))
    assert code == 0
    for part in ("Fighting along", "2022-09-13/2022-09-14", "Azerbaijan, side_a", "at_least 49", "exact 105",
                 "supports: Clashes (rferl-clashes)", "Trilateral statement"):  # fmt: skip
        assert part in out


def test_an_unknown_record_is_exit_2_with_the_nearest(rich):
    code, _, err = rich.run("show", "armenja", "--raw", str(rich.raw))
    assert code == 2
    assert "did you mean 'armenia'?" in err


def test_a_retired_record_says_why(rich):
    (rich.raw / "retired.csv").write_text(
        "record_id,retired_in,reason,successor_id\nEV-00009,0.1.0,twice,\n"
    )
    code, _, err = rich.run("show", "EV-00009", "--raw", str(rich.raw))
    assert code == 2
    assert "EV-00009 was retired in 0.1.0: twice" in err


ODD = ["a: b", "a #b", "- a", "'", '"', "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "[a]", "{a}", "a, b", "true", "No", "~",
       "null", "2022-09-13", "1_000", "0x1F", "?", "? a", ":", "a:", "=1", "<<", "\u00a0a", "a\tb", "a\nb\n", " a ", "\u200b",
       "\ufeff", "\x7f", "\x1b[0m", "😀", "\u2028", "\x85", "Ş", "…", "a\\nb", "---", "...", "--- a"]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=map(ascii, ODD))
def test_every_text_survives_yaml(text):
    from caucasus_data.authoring.nodes import read_documents

    for wrapped in (
        f"k:\n  - key: {scalar(text)}  # Label: 'x'\n    b: c\n",
        f"k:\n  - key: {scalar(text)}\n    b: c\n",
    ):
        (document,), findings = read_documents(wrapped, "t")
        assert findings == []
        row = document.items["k"][1].items[0]
        assert row.items["key"][1].value == text
        assert row.items["b"][1].value == "c"
