"""The smallest bump that each class of change needs, on two small tables and those around them."""

import copy
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from caucasus_data.bump import enough, least, smallest, smallest_of_releases, unretired
from caucasus_data.changes import State, differences
from caucasus_data.spec.model import Table

OURS = "caucasus_data"


def field(name: str, type_: str = "string", ours: Any = None, **limits: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "type": type_, "description": f"The {name}."}
    if limits:
        described["constraints"] = limits
    if ours:
        described[OURS] = ours
    return described


def table(name: str, key: list[str], fields: list[dict[str, Any]], **refers: str) -> dict[str, Any]:
    keys = [
        {"fields": [f], "reference": {"resource": t, "fields": [t[:-1] + "_id"]}}
        for f, t in refers.items()
    ]
    return {
        "name": name,
        "title": name.title(),
        "description": f"All {name}.",
        "fields": fields,
        "primaryKey": key,
        "foreignKeys": keys,
    }


TABLES = [
    table(
        "events", ["event_id"],
        [
            field("event_id", ours={"kind": "id"}, required=True),
            field("title"),
            field("description", ours={"change": "patch"}),
            field("date_edtf", ours={"kind": "edtf"}),
            field("place_id", ours={"kind": "slug"}),
            field("killed", "integer", {"unit": "persons"}),
            field("occurrence", required=True, enum=["established", "alleged"]),
            field("coder_note", ours={"change": "patch"}),
            field("date_earliest", "date", {"derived": "first day of date_edtf"}),
        ],
        place_id="places",
    ),
    table("places", ["place_id"], [field("place_id", ours={"kind": "slug"}, required=True), field("name")]),
    table("casualties", ["casualty_id"], [field("casualty_id", ours={"kind": "id"}, required=True), field("source_id"), field("low", "integer")], source_id="sources"),
    table("sources", ["source_id"], [field("source_id", ours={"kind": "slug"}, required=True), field("title"), field("origin_source_id")], origin_source_id="sources"),
    table("citations", ["record_id", "source_id"], [field("record_id"), field("source_id"), field("stance", enum=["supports", "contradicts"]), field("note", ours={"change": "patch"})], source_id="sources"),
    table("names", ["name_id"], [field("name_id", ours={"kind": "id"}), field("name")]),
    table("external_ids", ["entity_id"], [field("entity_id"), field("value")]),
    table("exclusions", ["exclusion_id"], [field("exclusion_id", ours={"kind": "id"}), field("source_id")], source_id="sources"),
    table("gaps", ["gap_id"], [field("gap_id", ours={"kind": "id"})]),
    table("retired", ["record_id"], [field("record_id"), field("reason")]),
    table("waivers", ["code"], [field("code")]),
    {**table("ranges", ["event_id"], [field("event_id"), field("low", "integer")]), OURS: {"derived": True}},
]  # fmt: skip
ROWS: dict[str, list[dict[str, Any]]] = {
    "events": [
        {
            "event_id": "EV-00001",
            "title": "A",
            "description": "a",
            "date_edtf": "2020",
            "place_id": "x",
            "killed": 3,
            "occurrence": "alleged",
        },
        {"event_id": "EV-00002", "title": "B", "date_edtf": "2021", "occurrence": "established"},
    ],
    "places": [{"place_id": "x", "name": "X"}],
    "casualties": [{"casualty_id": "CA-00001", "source_id": "told", "low": 3}],
    "sources": [{"source_id": "told", "title": "Told"}, {"source_id": "seen", "title": "Seen"}],
    "citations": [{"record_id": "EV-00001", "source_id": "seen", "stance": "supports"}],
    "names": [{"name_id": "NA-00001", "name": "X"}],
    "gaps": [{"gap_id": "GA-00001"}],
    "waivers": [{"code": "rule-some"}],
    "ranges": [{"event_id": "EV-00001", "low": 3}],
}

ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}


def state(tables: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]) -> State:
    declared = {each["name"]: Table.read(each) for each in tables}

    def read(name: str, columns: Any) -> pa.Table | None:
        if name not in declared:
            return None
        schema = pa.schema([(c.name, ARROW[c.type]) for c in declared[name].columns])
        whole = pa.Table.from_pylist(rows.get(name, []), schema)
        return whole.select([c for c in columns if c in whole.column_names])

    return State(
        "some",
        declared,
        read,
        {"coverage": {"start": "1988-01-01", "end": "2026-06-30"}, "licences": ["CC-BY-4.0"]},
    )


Edit = Callable[[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]], Any]


def after(edit: Edit) -> tuple[State, State]:
    tables, rows = copy.deepcopy(TABLES), copy.deepcopy(ROWS)
    by_name = {each["name"]: each for each in tables}
    edit(by_name, rows)
    return state(TABLES, ROWS), state(list(by_name.values()), rows)


def column(tables: dict[str, dict[str, Any]], name: str, of: str = "events") -> dict[str, Any]:
    return next(f for f in tables[of]["fields"] if f["name"] == name)


def renamed(tables: Any, rows: Any) -> None:
    column(tables, "title")["name"] = "headline"
    for row in rows["events"]:
        row["headline"] = row.pop("title")


def retyped(tables: Any, rows: Any) -> None:
    column(tables, "killed")["type"] = "string"
    for row in rows["events"]:
        row["killed"] = str(row["killed"]) if "killed" in row else None


MAJOR: dict[str, tuple[Edit, str]] = {
    "table removed": (lambda t, r: t.pop("names"), "the table names is gone"),
    "table renamed": (lambda t, r: t.update({"labels": {**t.pop("names"), "name": "labels"}}), "the table names is gone"),
    "derived table removed": (lambda t, r: t.pop("ranges"), "the table ranges is gone"),
    "column removed": (lambda t, r: t["events"]["fields"].pop(1), "the column events.title is gone"),
    "derived column removed": (lambda t, r: t["events"]["fields"].pop(8), "the column events.date_earliest is gone"),
    "column renamed": (renamed, "the column events.title is gone"),
    "type": (retyped, "the type of events.killed changed"),
    "key": (lambda t, r: t["citations"].update(primaryKey=["record_id", "source_id", "stance"]), "the key of citations changed"),
    "reference": (lambda t, r: t["events"]["foreignKeys"][0]["reference"].update(resource="sources"), "events.place_id refers to sources"),
    "unit": (lambda t, r: column(t, "killed")[OURS].update(unit="thousands"), "the unit of events.killed changed"),
    "kind": (lambda t, r: column(t, "date_edtf")[OURS].update(kind="text"), "the kind of events.date_edtf changed"),
    "vocabulary tightened": (lambda t, r: column(t, "occurrence")["constraints"].update(enum=["alleged"]), "the word 'established' of events.occurrence is gone"),
    "vocabulary given up": (lambda t, r: column(t, "occurrence")["constraints"].pop("enum"), "events.occurrence is no longer a vocabulary"),
    "may be blank": (lambda t, r: column(t, "occurrence")["constraints"].pop("required"), "events.occurrence may be blank now"),
    "column not at the end": (lambda t, r: t["events"]["fields"].insert(2, field("subtitle")), "the column events.subtitle is new and not at the end"),
    "columns in another order": (lambda t, r: t["events"]["fields"].reverse(), "the columns of events stand in another order"),
    "became derived": (lambda t, r: column(t, "killed").update({OURS: {"unit": "persons", "derived": "sum"}}), "events.killed is derived now"),
}  # fmt: skip
MINOR: dict[str, tuple[Edit, str]] = {
    "row": (lambda t, r: r["events"].append({"event_id": "EV-00003", "occurrence": "alleged"}), "events EV-00003 is new"),
    "row removed": (lambda t, r: r["events"].pop(), "events EV-00002 is gone"),
    "column at the end": (lambda t, r: t["events"]["fields"].append(field("weather")), "the column events.weather is new"),
    "word": (lambda t, r: column(t, "occurrence")["constraints"]["enum"].append("denied"), "the word 'denied' of events.occurrence is new"),
    "table": (lambda t, r: t.update({"more": table("more", ["more_id"], [field("more_id")])}), "the table more is new"),
    "date": (lambda t, r: r["events"][0].update(date_edtf="2020-05"), "events EV-00001 date_edtf: 2020 → 2020-05"),
    "number": (lambda t, r: r["events"][0].update(killed=4), "events EV-00001 killed: 3 → 4"),
    "number filled in": (lambda t, r: r["events"][1].update(killed=0), "events EV-00002 killed: blank → 0"),
    "number blanked": (lambda t, r: r["events"][0].update(killed=None), "events EV-00001 killed: 3 → blank"),
    "reference": (lambda t, r: r["events"][0].update(place_id=None), "events EV-00001 place_id: x → blank"),
    "vocabulary cell": (lambda t, r: r["events"][0].update(occurrence="established"), "events EV-00001 occurrence: alleged → established"),
    "title": (lambda t, r: r["events"][0].update(title="AA"), "events EV-00001 title: A → AA"),
    "citation removed": (lambda t, r: r["citations"].clear(), "citations EV-00001 | seen is gone"),
    "citation's stance": (lambda t, r: r["citations"][0].update(stance="contradicts"), "citations EV-00001 | seen stance: supports → contradicts"),
    "name changed": (lambda t, r: r["names"][0].update(name="Y"), "names NA-00001 name: X → Y"),
    "name removed": (lambda t, r: r["names"].clear(), "names NA-00001 is gone"),
    "source of a claim": (lambda t, r: (r["sources"].append({"source_id": "new"}), r["casualties"].append({"casualty_id": "CA-00002", "source_id": "new"})), "casualties CA-00002 is new"),
    "source that nothing uses": (lambda t, r: r["sources"].append({"source_id": "new"}), "sources new is new"),
    "source cited and claimed from": (lambda t, r: (r["sources"].append({"source_id": "new"}), r["citations"].append({"record_id": "EV-00002", "source_id": "new"}), r["casualties"][0].update(source_id="new")), "casualties CA-00001 source_id: told → new"),
    "origin of a claim's source": (lambda t, r: (r["sources"].append({"source_id": "new"}), r["citations"].append({"record_id": "EV-00002", "source_id": "new"}), r["sources"][0].update(origin_source_id="new")), "sources new is new"),
}  # fmt: skip
PATCH: dict[str, Edit] = {
    "description": lambda t, r: r["events"][0].update(description="aa"),
    "note": lambda t, r: r["events"][0].update(coder_note="said"),
    "note of a citation": lambda t, r: r["citations"][0].update(note="said"),
    "citation": lambda t, r: r["citations"].append({"record_id": "EV-00002", "source_id": "seen"}),
    "citation with its source": lambda t, r: (r["sources"].append({"source_id": "new"}), r["citations"].append({"record_id": "EV-00002", "source_id": "new"})),
    "citation with its source and its origin": lambda t, r: (
        r["sources"].extend([{"source_id": "new", "origin_source_id": "agency"}, {"source_id": "agency"}]),
        r["citations"].append({"record_id": "EV-00002", "source_id": "new"}),
    ),
    "name": lambda t, r: r["names"].append({"name_id": "NA-00002", "name": "Z"}),
    "external id": lambda t, r: r.update(external_ids=[{"entity_id": "x", "value": "1"}]),
    "exclusion with its source": lambda t, r: (r["sources"].append({"source_id": "new"}), r.update(exclusions=[{"exclusion_id": "EX-00001", "source_id": "new"}])),
    "gap": lambda t, r: r["gaps"].append({"gap_id": "GA-00002"}),
    "waiver": lambda t, r: r["waivers"].append({"code": "rule-other"}),
    "waiver removed": lambda t, r: r["waivers"].clear(),
    "declared description": lambda t, r: column(t, "title").update(description="The title, in English."),
    "title of a table": lambda t, r: t["events"].update(title="What happened"),
}  # fmt: skip


@pytest.mark.parametrize("what", MAJOR)
def test_what_breaks_a_reader_is_major(what: str) -> None:
    edit, why = MAJOR[what]
    old, new = after(edit)
    need = smallest(old, new, differences(old, new))
    assert need.level == "major"
    assert why in need.why
    assert least("1.4.2", need.level) == "2.0.0"
    assert least("0.4.2", need.level) == "0.5.0"


@pytest.mark.parametrize("what", MINOR)
def test_what_changes_an_answer_is_minor(what: str) -> None:
    edit, why = MINOR[what]
    old, new = after(edit)
    need = smallest(old, new, differences(old, new))
    assert (need.level, need.why) == ("minor", why)


@pytest.mark.parametrize("what", PATCH)
def test_what_only_explains_is_a_patch(what: str) -> None:
    old, new = after(PATCH[what])
    assert smallest(old, new, differences(old, new)).level == "patch"


def test_a_source_that_a_new_claims_source_repeats_carries_the_claim() -> None:
    def edit(tables: Any, rows: Any) -> None:
        rows["sources"] += [
            {"source_id": "agency"},
            {"source_id": "paper", "origin_source_id": "agency"},
        ]
        rows["casualties"].append({"casualty_id": "CA-00002", "source_id": "paper"})
        rows["citations"].append({"record_id": "EV-00002", "source_id": "agency"})

    old, new = after(edit)
    found = {d.record: smallest(old, new, [d]).level for d in differences(old, new)}
    assert found["agency"] == "minor"
    assert found["EV-00002 | agency"] == "patch"


def test_nothing_changed_needs_nothing() -> None:
    old, new = after(lambda t, r: None)
    assert list(differences(old, new)) == []
    assert smallest(old, new, []).level == "none"


def test_the_licence_and_the_coverage_count() -> None:
    old, new = after(lambda t, r: None)
    new.facts = {**old.facts, "coverage": {"start": "1988-01-01", "end": "2026-12-31"}}
    need = smallest(old, new, [])
    assert (need.level, need.why) == ("minor", "dataset coverage_end: 2026-06-30 → 2026-12-31")
    new.facts = {**old.facts, "licences": ["CC0-1.0"]}
    assert smallest(old, new, []).level == "major"


def test_another_way_to_derive_is_minor_although_no_edited_cell_differs() -> None:
    old, new = after(lambda t, r: r["ranges"][0].update(low=2))
    assert smallest(old, new, differences(old, new)).level == "none"
    need = smallest_of_releases(old, new)
    assert (need.level, need.why) == ("minor", "ranges EV-00001 low: 3 → 2 (derived)")


def test_a_published_record_leaves_only_through_retired() -> None:
    old, new = after(lambda t, r: r["events"].pop())
    assert unretired(old, new) == ["events EV-00002"]
    old, new = after(
        lambda t, r: (
            r["events"].pop(),
            r.update(retired=[{"record_id": "EV-00002", "reason": "twice"}]),
        )
    )
    assert unretired(old, new) == []
    assert smallest(old, new, differences(old, new)).why == "events EV-00002 is gone"


@pytest.mark.parametrize(
    ("old", "new", "level", "good"),
    [
        ("0.1.0", "0.1.1", "patch", True),
        ("0.1.0", "0.1.1", "minor", False),
        ("0.1.9", "0.2.0", "minor", True),
        ("0.1.9", "0.2.0", "major", True),
        ("0.1.9", "1.0.0", "major", True),
        ("1.2.0", "1.3.0", "major", False),
        ("1.2.0", "2.0.0", "major", True),
        ("1.2.0", "1.10.0", "minor", True),
        ("1.2.0", "1.2.0", "none", False),
        ("1.2.0", "1.1.9", "none", False),
    ],
)
def test_a_version_is_enough_or_not(old: str, new: str, level: str, good: bool) -> None:
    assert enough(old, new, level) is good


def test_columns_compare_cell_by_cell_as_a_plain_loop_does() -> None:
    """Against the slow and obvious way, on random tables."""
    import random

    dice = random.Random(5)
    for _ in range(60):

        def some() -> list[dict[str, Any]]:
            keys = dice.sample(range(12), dice.randint(0, 12))
            return [
                {
                    "event_id": f"EV-{key:05}",
                    "title": dice.choice([None, "a", "ä, b", "→"]),
                    "killed": dice.choice([None, 0, 5]),
                    "occurrence": "alleged",
                }
                for key in keys
            ]

        before, now = some(), some()
        old, new = state(TABLES, {"events": before}), state(TABLES, {"events": now})
        was, is_ = ({row["event_id"]: row for row in rows} for rows in (before, now))
        wanted = set()
        for key in was.keys() | is_.keys():
            if key not in was or key not in is_:
                wanted.add((key, "*", "added" if key not in was else "removed", "", ""))
                continue
            for name in ("title", "killed"):
                if was[key][name] != is_[key][name]:
                    texts = (
                        "" if side[name] is None else str(side[name])
                        for side in (was[key], is_[key])
                    )
                    wanted.add((key, name, "changed", *texts))
        found = [(d.record, d.field, d.kind, d.old, d.new) for d in differences(old, new)]
        assert set(found) == wanted
        assert len(found) == len(wanted)
        assert [record for record, *_ in found] == sorted(record for record, *_ in found)
