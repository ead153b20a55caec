"""Templates become rows: all of them or none."""

import csv
import fcntl
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def cells(line):
    return next(csv.reader([line]))


def test_every_row_lands_in_its_table(full):
    assert [cells(line)[0] for line in full.lines("events")] == ["EV-00001", "EV-00002"]
    assert cells(full.lines("events")[0])[10] == "EV-00002", "a handle of another file"
    assert full.lines("event_actors") == [
        "EA-00001,EV-00001,azerbaijan,side_a,",
        "EA-00002,EV-00001,armenia,side_b,",
        "EA-00003,EV-00001,azerbaijan,initiator,armenia",
        "EA-00004,EV-00001,armenia,initiator,azerbaijan",
    ]
    second, first = full.lines("casualties")
    assert second.startswith("CA-00001,EV-00001,,,armenia,")
    assert second.endswith(",hetq-losses,*,CA-00002,replaces,")
    assert first.endswith(
        ',49,,,at_least,,violence,armenia-prime-minister,official_statement,2022-09-13,,rferl-clashes,*,,,"a, ""b"""'
    )
    assert full.lines("citations") == [
        "EA-00003,*,rferl-clashes,para 3,supports,,excerpt,",
        "EA-00004,*,azertac-clashes,*,supports,,excerpt,",
        "EV-00001,*,rferl-clashes,*,supports,,excerpt,",
        "EV-00001,date_edtf,seed-2025,para 12,supports,,full,",
        "EV-00002,*,seed-2025,para 1,supports,,full,",
    ]
    assert [cells(line)[0] for line in full.lines("sources")] == [
        "azertac-clashes", "hetq-losses", "rferl-clashes", "seed-2025",
    ]  # fmt: skip


def test_the_result_is_valid_and_canonical(full):
    assert full.run("format", "--check", "--raw", str(full.raw))[:2] == (0, "")
    from caucasus_data import locate
    from caucasus_data.validate import validate

    assert [f for f in validate(full.raw, locate.spec()).findings if f.severity == "error"] == []


def test_it_tells_ids_by_handle_and_counts(tree):
    code, out = tree.apply(
        tree.event, tree.conflict, options=("--map", str(tree.root / "map.json"))
    )
    assert code == 0
    assert "EV-00001  new:jermuk  Fighting along" in out
    assert "event_actors: +4" in out
    assert "casualties: +2" in out
    assert json.loads((tree.root / "map.json").read_text()) == {
        "new:conflict": "EV-00002", "new:first": "CA-00002", "new:jermuk": "EV-00001", "new:second": "CA-00001",
    }  # fmt: skip


def test_dry_run_writes_nothing(tree):
    before = tree.bytes()
    code, out = tree.apply(tree.event, tree.conflict, options=("--dry-run",))
    assert code == 0
    assert "event_actors: +4" in out
    assert tree.bytes() == before


MISTAKES = [
    ("event_type: border_clash", "event_type: border clash", "t1.yaml:4:15: type-vocabulary:"),
    ("date_edtf: 2022-09-13/2022-09-14", "date_edtf: 13/09/2022", "t1.yaml:6:14: type-edtf:"),
    ("bound: exact", "bound: about", "rule-bound:"),
    ("actor_id: armenia, role: side_b", "actor_id: armenija, role: side_b", "t1.yaml:18:16: key-dangling: there is no armenija"),
    ("revision_of_id: new:first", "revision_of_id: new:frist", "t1.yaml:30:60: key-dangling:"),
    ("casualty_id: new:second", "casualty_id: new:first", "t1.yaml:31:19: key-duplicate: the handle new:first"),
    ("event_id: new:jermuk", "event_id: EV-00077", "t1.yaml:2:13: key-dangling: there is no EV-00077"),
    ("  scope_rule: 1\n", "", "t1.yaml:1:1: type-required: scope_rule is blank"),
    ("  scope_rule: 1", "  scope_rules: 1", "t1.yaml:5:3: template-unknown-key: there is no column 'scope_rules' in events (did you mean scope_rule?)"),
    ("  scope_rule: 1", "  event_type: war", "t1.yaml:5:3: template-duplicate-key:"),
    ("  scope_rule: 1", "  scope_rule: [1]", "t1.yaml:5:15: template-shape:"),
    ("event_actors:\n  -", "event_actors:\n   ", "template-s"),
    ("casualties:", "casualities:", "t1.yaml:26:1: template-unknown-key: there is no key 'casualities' (did you mean casualties?)"),
    ("title: Fighting", "title: *x", "t1.yaml:3:10: template-alias:"),
    ("title: Fighting", "title: !!str Fighting", "t1.yaml:3:10: template-shape: a tag"),
    ("title: Fighting", "title: a: Fighting", "t1.yaml:3:11: template-syntax:"),
    ("title: Fighting", "title: Occupied", "t1.yaml:3:10: rule-wording:"),
    ("place_id: armenia-area", "place_id: new:armenia", "t1.yaml:7:13: key-dangling:"),
    ("title: Fighting along", "title: Fighting  along", "t1.yaml:3:10: text-double-space:"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES, ids=[m[1][:40] for m in MISTAKES])
def test_one_mistake_is_located_and_nothing_is_written(tree, old, new, told):
    assert tree.event.count(old) >= 1
    before = tree.bytes()
    code, out = tree.apply(tree.event.replace(old, new, 1), tree.conflict)
    assert code == 1
    assert told in out
    assert tree.bytes() == before
    assert sorted(p.name for p in tree.root.iterdir()) == ["build", "raw", "t1.yaml", "t2.yaml"]


def test_a_refused_handle_is_told_once_and_its_rows_are_not_blamed(tree):
    code, out = tree.apply(tree.event.replace("new:jermuk", "EV-00077"), tree.conflict)
    assert code == 1
    assert "1 error: nothing was written" in out


def test_not_utf8_is_a_finding_at_its_place(tree):
    path = tree.root / "t.yaml"
    path.write_bytes(b"event:\n  title: caf\xe9\n")
    code, out, _ = tree.run("apply", "--raw", str(tree.raw), str(path))
    assert code == 1
    assert f"{path}:2:13: template-not-utf8:" in out


def test_deep_nesting_is_refused(tree):
    code, out = tree.apply("a: " + "[" * 5000)
    assert code == 1
    assert "t1.yaml:1:11: template-shape: nested too deep" in out


def test_a_path_that_does_not_exist_is_exit_2(tree):
    assert tree.run("apply", "--raw", str(tree.raw), "nowhere.yaml")[0] == 2
    path = tree.write("t.yaml", tree.conflict)
    assert tree.run("apply", "--raw", str(tree.root / "nowhere"), str(path))[0] == 2
    assert tree.run("apply", "--raw", str(tree.raw))[0] == 2


def test_sources_are_found_again_by_address(full):
    again = full.conflict.replace("new:conflict", "new:other").replace(
        "Karabakh conflict", "Karabakh, another"
    )
    again = again.replace("seed-2025", "radio") + (
        "sources:\n- {source_id: radio, source_type: news, title: Clashes again, publisher: RFE/RL, lang: en, accessed_on: 2026-11-22,\n"
        "   url: 'http://rferl.org/a/1.html?utm_source=x#top', alignment: western, institution: foreign_funded_media}\n"
    )
    code, out = full.apply(again)
    assert code == 0, out
    assert "source radio is rferl-clashes: reused" in out
    assert "EV-00003,*,rferl-clashes,para 1,supports,,full," in full.lines("citations")
    assert len(full.lines("sources")) == 4


def test_two_new_sources_of_one_address_become_the_earlier(tree):
    one = "sources:\n- {source_id: ID, source_type: news, title: T, publisher: P, lang: en, accessed_on: 2026-11-22, url: 'https://x.org/a', alignment: western, institution: private_media}\n"
    code, _ = tree.apply(one.replace("ID", "x-first"), one.replace("ID", "x-again"))
    assert code == 0
    assert [line.split(",")[0] for line in tree.lines("sources")] == ["seed-2025", "x-first"]


def test_ids_of_retired_rows_and_of_old_releases_are_never_given_again(tree):
    old = tree.root / "build" / "releases" / "0.0.9"
    old.mkdir()
    pq.write_table(pa.table({"event_id": ["EV-00050"]}), old / "events.parquet")
    (tree.raw / "retired.csv").write_text(
        "record_id,retired_in,reason,successor_id\nCA-00007,0.1.0,it was no claim,\n",
        encoding="utf-8",
    )
    code, _ = tree.apply(tree.event, tree.conflict)
    assert code == 0
    assert [line[:8] for line in tree.lines("events")] == ["EV-00051", "EV-00052"]
    assert [line[:8] for line in tree.lines("casualties")] == ["CA-00008", "CA-00009"]


def test_an_existing_slug_takes_only_the_cells_that_are_given(tree):
    code, out = tree.apply(
        "actors:\n- {actor_id: armenia, name: Armenia, actor_class: state, iso3: , cow_code: 371}\n"
    )
    assert code == 0
    assert "updated actors armenia: cow_code" in out
    assert "armenia,Armenia,,state,,,,,ARM,371,,," in tree.lines("actors")
    assert tree.apply("actors:\n- {actor_id: armenia, name: Armenia}\n") == (0, "nothing changes\n")


def test_one_slug_in_two_files_is_one_row_unless_they_disagree(tree):
    new = "actors:\n- {actor_id: iran, name: Iran, actor_class: state}\n"
    code, out = tree.apply(new, new.replace("Iran,", "Persia,"))
    assert code == 1
    assert "t2.yaml:2:26: template-conflict:" in out
    assert tree.apply(new, new.replace("state}", "state, iso3: IRN}"))[0] == 0
    assert "iran,Iran,,state,,,,,IRN,,,," in tree.lines("actors")


def test_one_citation_given_twice_is_one_row_unless_it_differs(tree):
    line = "    - {field: '*', source_id: seed-2025, locator: para 1, stance: supports, read_extent: full}\n"
    code, out = tree.apply(tree.conflict + line.replace("supports", "context"))
    assert code == 1
    assert "t1.yaml:12:67: template-conflict:" in out
    assert tree.apply(tree.conflict + line)[0] == 0
    assert len(tree.lines("citations")) == 1


def test_findings_that_were_there_before_do_not_block(tree):
    path = tree.raw / "actors.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(",ARM,", ",armenia,"), encoding="utf-8"
    )
    code, out = tree.apply(tree.conflict)
    assert code == 0
    assert "errors that were there before: 1" in out


def test_a_table_that_cannot_be_read_safely_is_not_rewritten(tree):
    path = tree.raw / "events.csv"
    path.write_bytes(path.read_bytes() + b"EV-00009,short\n")
    before = tree.bytes()
    code, out = tree.apply(tree.conflict)
    assert code == 1
    assert "raw/events.csv:2:1: csv-short-row:" in out
    assert tree.bytes() == before


def test_a_finding_on_an_older_row_stands_at_its_line_in_raw(full):
    text = full.conflict.replace("event_id: new:conflict", "event_id: EV-00002").replace(
        "1988-02-20/..", "2023"
    )
    code, out = full.apply(text)
    assert code == 1
    assert "raw/events.csv:2:" in out
    assert "rule-outside-parent" in out


def test_a_membership_with_a_qualifier_that_an_event_brings_about(tree):
    text = """\
membership:
  membership_id: new:am-csto
  actor_id: armenia
  organization_id: csto
  status: member
  start_edtf: 2002-10-07
  start_basis: founding
  confidence: probable
  citations: [{field: '*', source_id: seed-2025, locator: para 3, stance: supports, read_extent: full}]
membership_qualifiers:
  - membership_qualifier_id: new:freeze
    qualifier: participation_frozen
    start_edtf: 2024-02
    declared_by: armenia-prime-minister
    accepted_by_body: unknown
    citations: [{field: '*', source_id: seed-2025, locator: para 3, stance: supports, read_extent: full}]
---
event:
  event_id: new:said
  title: Armenia says that it has frozen its participation in the CSTO
  event_type: statement
  scope_rule: 3
  date_edtf: 2024-02-22
  occurrence: established
  attribution: undisputed
  confidence: probable
  citations: [{field: '*', source_id: seed-2025, locator: para 3, stance: supports, read_extent: full}]
links:
  - {relation: brings_about, to_id: new:freeze}
"""
    code, out = tree.apply(text)
    assert code == 0, out
    assert tree.lines("membership_qualifiers") == [
        "MQ-00001,ME-00001,participation_frozen,2024-02,,armenia-prime-minister,unknown"
    ]
    assert tree.lines("links") == ["EV-00001,brings_about,MQ-00001"]


def test_a_second_run_is_refused_while_one_writes(tree):
    handle = os.open(tree.root / ".raw.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        before = tree.bytes()
        path = tree.write("t.yaml", tree.conflict)
        code, _, err = tree.run("apply", "--raw", str(tree.raw), str(path))
        assert code == 2
        assert "another run is writing" in err
        assert err.count("\n") == 1
        assert tree.bytes() == before
    finally:
        os.close(handle)
    assert tree.apply(tree.conflict)[0] == 0


def test_what_a_row_says_itself_wins_over_the_document(full):
    code, out = full.apply(
        full.conflict.replace("new:conflict", "new:other").replace("1988-02-20/..", "2022-09-13")
        .replace("event_type: conflict", "event_type: statement").replace("Nagorno-Karabakh conflict", "A statement")
        + "    - {record_id: EV-00001, field: '*', source_id: hetq-losses, locator: '*', stance: supports, read_extent: full}\n"
        "event_actors:\n  - {event_id: EV-00001, actor_id: csto, role: requested_body}\n"
        "links:\n  - {from_id: EV-00001, relation: consequence_of, to_id: new:other}\n"
    )  # fmt: skip
    assert code == 0, out
    assert "EA-00005,EV-00001,csto,requested_body," in full.lines("event_actors")
    assert full.lines("links") == ["EV-00001,consequence_of,EV-00003"]
    assert "EV-00001,*,hetq-losses,*,supports,,full," in full.lines("citations")


def test_a_published_record_cannot_become_another(full):
    release = full.root / "build" / "releases" / "0.1.0"
    names = (full.raw / "events.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    published = {name: [""] for name in names} | {
        "event_id": ["EV-00002"],
        "title": ["Nagorno-Karabakh conflict"],
    }
    pq.write_table(pa.table(published), release / "events.parquet")
    code, out = full.apply("event:\n  event_id: EV-00002\n  title: Something else\n")
    assert code == 1
    assert "t1.yaml:2:13: key-reused:" in out
