"""Templates to fill in: refused while unfilled, taken when filled."""

import re

import pytest

from caucasus_data import locate
from caucasus_data.authoring.new import KINDS
from caucasus_data.authoring.template import MAINS

FILLED = {
    "event": {"title": "Talks", "event_type": "ministerial_talks", "scope_rule": "2", "date_edtf": "2022-01-02",
              "occurrence": "established", "attribution": "undisputed", "confidence": "probable"},
    "agreement": {"title": "A text", "neutral_label": "A text of 2022", "instrument": "INSTRUMENT", "bindingness": "political",
                  "signed_edtf": "2022", "text_access": "partial", "text_url": "https://x.org/t", "confidence": "probable"},
    "casualty": {"event_id": "EV-00001", "affected_actor_id": "azerbaijan", "victim_group": "military", "type": "killed",
                 "scope": "whole", "tally": "cumulative", "low": "71", "bound": "at_least", "cause": "violence",
                 "claimant_id": "azerbaijan", "method": "official_statement", "source_id": "azertac-clashes", "locator": "'*'"},
    "membership": {"actor_id": "armenia", "organization_id": "csto", "status": "member", "start_edtf": "2002",
                   "start_basis": "founding", "confidence": "probable"},
    "source": {"source_id": "paper-2022", "source_type": "news", "title": "A page", "publisher": "Paper", "lang": "en",
               "url": "https://x.org/p", "accessed_on": "2026-11-22", "alignment": "western", "institution": "private_media"},
}  # fmt: skip
CITED = {
    "field": "'*'",
    "source_id": "seed-2025",
    "locator": "para 1",
    "stance": "supports",
    "read_extent": "full",
}


def blank(tree, kind):
    code, out, _ = tree.run("new", kind)
    assert code == 0
    return out


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_names_every_column_and_word(tree, kind):
    text = blank(tree, kind)
    flat = " ".join(line.strip("# ") for line in text.split("\n"))
    for column in locate.spec()[MAINS[kind]].raw_columns:
        assert re.search(rf"^  {column.name}:$", text, re.M), column.name
        for word in column.enum or ():
            assert word in flat
    assert max(map(len, text.split("\n"))) <= 100


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfilled_template_is_refused_at_its_blanks(full, kind):
    before = full.bytes()
    text = blank(full, kind)
    code, out = full.apply(text)
    assert code == 1
    lines = text.split("\n")
    for column in locate.spec()[MAINS[kind]].raw_columns:
        if column.required and column.kind != "id":
            assert f"t1.yaml:{lines.index(f'  {column.name}:') + 1}:" in out, column.name
            assert f"type-required: {column.name} is blank" in out
    assert full.bytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_is_taken(full, kind):
    instrument = locate.spec()["agreements"].by_name["instrument"].enum[0]
    text = blank(full, kind)
    for name, value in FILLED[kind].items():
        value = value.replace("INSTRUMENT", instrument)
        text, times = re.subn(
            rf"^  {name}:$", lambda m, v=value: f"{m[0]} {v}", text, count=1, flags=re.M
        )
        assert times == 1
    if kind != "source":
        for name, value in CITED.items():
            text = re.sub(
                rf"^    [- ] {name}:$", lambda m, v=value: f"{m[0]} {v}", text, count=1, flags=re.M
            )
    rows = len(full.lines(MAINS[kind]))
    code, out = full.apply(text)
    assert code == 0, out
    assert len(full.lines(MAINS[kind])) == rows + 1
    if kind == "event":
        assert "EV-00003,*,seed-2025,para 1,supports,,full," in full.lines("citations")


def test_an_unknown_kind_is_exit_2_with_the_choices(tree):
    code, _, err = tree.run("new", "evnt")
    assert code == 2
    assert "choose from event, agreement, casualty, membership, source" in err
