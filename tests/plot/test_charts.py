"""Each chart shows the rows that the data has, and says what it is, in which unit, from where."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from marks import main_rows, points_in

import caucasus_data as cd

Frames = Mapping[str, pd.DataFrame]
CHARTS: dict[str, tuple[str, dict[str, str]]] = {
    "timeline": ("timeline", {}),
    "timeline from a day": ("timeline", {"start": "2022-01-01"}),
    "map": ("map", {}),
    "memberships of an actor": ("memberships", {"actor": "armenia"}),
    "memberships of a body": ("memberships", {"organization": "csto"}),
    "casualties": ("casualties", {"event": "EV-00010"}),
    "known by day": ("known_by_day", {"event": "EV-00010"}),
    "agreements": ("agreements", {}),
    "agreements of a process": ("agreements", {"process": "EV-00001"}),
}
EVENT = "EV-00010"
STEPS = ("agreed", "initialled", "signed", "published", "provisional", "effective", "ended")


def drawn(name: str, frames: Frames) -> Any:
    chart, arguments = CHARTS[name]
    return getattr(cd.plot, chart)(frames=frames, **arguments)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_title_a_sentence_and_its_version(name: str, frames: Frames) -> None:
    chart = drawn(name, frames)
    spec = chart.to_dict()
    assert spec["title"]["text"]
    assert re.search(r"\d", spec["description"])
    assert len(spec["description"].split()) > 10
    texts = [row["text"] for rows in spec["datasets"].values() for row in rows if "text" in row]
    assert any(f"Source: caucasus-data {cd.version()}, CC BY 4.0." in text for text in texts)
    function, arguments = CHARTS[name]
    assert cd.plot.sentence(function, frames=frames, **arguments) == spec["description"]


@pytest.mark.parametrize("name", CHARTS)
def test_axes_say_their_unit(name: str, frames: Frames) -> None:
    spec = drawn(name, frames).to_dict()
    titles = {
        str(encoding[axis].get("title"))
        for layer in spec["layer"]
        for encoding in [layer.get("encoding", {})]
        for axis in ("x", "y")
        if "field" in encoding.get(axis, {})
    }
    if name == "map":
        assert "° E" in " ".join(spec["title"]["subtitle"])
    elif name == "casualties":
        assert any(title.startswith("Persons") for title in titles)
    elif name == "known by day":
        assert any(title.startswith("Days since") for title in titles)
        assert "Persons killed" in titles
    else:
        assert "Date" in titles


@pytest.mark.parametrize("name", CHARTS)
def test_colour_is_never_the_only_sign(name: str, frames: Frames) -> None:
    for layer in drawn(name, frames).to_dict()["layer"]:
        encoding = layer.get("encoding", {})
        if "description" in encoding and layer["mark"]["type"] == "point":
            assert encoding["shape"]["field"]
            kinds = encoding["shape"]["scale"]["domain"]
            assert len(set(encoding["shape"]["scale"]["range"])) == len(kinds) <= 12


def test_colours_stand_out_on_white_and_differ_in_print() -> None:
    from caucasus_data.plot import casualties_, spells, theme

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    used = [
        *theme.COLOURS,
        *(look[0] for look in spells.LOOKS.values()),
        *(look[0] for look in casualties_.LOOKS.values()),
    ]
    for colour in used:
        assert 1.05 / (light(colour) + 0.05) >= 3, colour
    sides = sorted(light(look[0]) for look in casualties_.LOOKS.values())
    assert all(b - a > 0.05 for a, b in pairwise(sides))


def test_the_timeline_has_a_mark_an_event(frames: Frames) -> None:
    chart = cd.plot.timeline(frames=frames)
    assert {row["id"] for row in main_rows(chart)} == set(frames["events"]["event_id"])
    assert points_in(chart.svg()) == len(frames["events"])


def test_a_timeline_of_some_days_has_the_events_that_touch_them(frames: Frames) -> None:
    events = frames["events"]
    within = events[
        (events["date_latest"] >= "2022-01-01") & (events["date_earliest"] <= "2022-12-31")
    ]
    chart = cd.plot.timeline(start="2022-01-01", end="2022-12-31", frames=frames)
    assert {row["id"] for row in main_rows(chart)} == set(within["event_id"])


def test_a_timeline_of_a_conflict_has_its_tree(frames: Frames) -> None:
    parents = frames["events"].set_index("event_id")["parent_event_id"]
    tree, before = {"EV-00001"}, set()
    while tree != before:
        before = set(tree)
        tree |= set(parents[parents.isin(tree)].index)
    for conflict in ("EV-00001", "nagorno-karabakh and armenia–azerbaijan conflict"):
        chart = cd.plot.timeline(conflict=conflict, frames=frames)
        assert {row["id"] for row in main_rows(chart)} == tree


def test_attribution_fills_the_mark(frames: Frames) -> None:
    rows = main_rows(cd.plot.timeline(frames=frames))
    assert {(row["attribution"], row["filled"]) for row in rows} == {
        ("undisputed", 1),
        ("disputed", 0),
        ("unknown", 0.35),
    }


def test_the_map_has_a_mark_an_event_in_its_frame(frames: Frames) -> None:
    events = frames["events"]
    within = events[events["longitude"].between(35, 56) & events["latitude"].between(36, 48)]
    chart = cd.plot.map(frames=frames)
    rows = main_rows(chart)
    assert {row["id"] for row in rows} == set(within["event_id"])
    assert points_in(chart.svg()) == len(within) > 20
    places = [(row["longitude"], row["latitude"]) for row in rows]
    assert len(set(places)) == len(places)


def test_events_stand_at_their_place_on_the_map(frames: Frames) -> None:
    events = frames["events"].set_index("event_id")
    for row in main_rows(cd.plot.map(frames=frames)):
        place = events.loc[row["id"]]
        assert abs(row["longitude"] - place["longitude"]) < 1.5
        assert abs(row["latitude"] - place["latitude"]) < 1.5


def test_the_map_carries_the_disclaimer_and_counts_what_it_leaves_out(frames: Frames) -> None:
    spec = cd.plot.map(frames=frames).to_dict()
    (note,) = [
        row["text"]
        for rows in spec["datasets"].values()
        for row in rows
        if "Source:" in str(row.get("text"))
    ]
    said = " ".join(note.split())
    assert "express no position on the status of any territory" in said
    assert "no boundaries are drawn" in said
    outside, without = (
        int(number)
        for number in re.search(r"Not drawn: (\d+) events? outside the frame, (\d+)", said).groups()
    )  # type: ignore[union-attr]
    assert outside + without + len(main_rows(cd.plot.map(frames=frames))) == len(frames["events"])


def test_memberships_have_a_mark_a_spell_and_a_row_a_qualifier(frames: Frames) -> None:
    spells = frames["memberships"][frames["memberships"]["actor_id"] == "armenia"]
    limits = frames["membership_qualifiers"]
    limits = limits[limits["membership_id"].isin(spells["membership_id"])]
    chart = cd.plot.memberships(actor="armenia", frames=frames)
    ids = [row["id"] for row in main_rows(chart)]
    assert sorted(ids) == sorted([*spells["membership_id"], *limits["membership_qualifier_id"]])
    assert len(limits) > 3
    assert points_in(chart.svg()) == len(spells)


def test_an_actor_may_be_named(frames: Frames) -> None:
    by_id = cd.plot.memberships(organization="csto", frames=frames)
    assert (
        cd.plot.memberships(
            organization="Collective Security Treaty Organization", frames=frames
        ).svg()
        == by_id.svg()
    )
    assert cd.plot.memberships(organization="CSTO", frames=frames).svg() == by_id.svg()


def test_days_on_which_a_spell_only_possibly_held_are_hatched(frames: Frames) -> None:
    spells = frames["memberships"]
    vague = spells[(spells["start_latest"] - spells["start_earliest"]).dt.days > 1].iloc[0]
    chart = cd.plot.memberships(
        actor=vague["actor_id"], organization=vague["organization_id"], frames=frames
    )
    spec = chart.to_dict()
    hatched = [
        layer
        for layer in spec["layer"]
        if layer["mark"].get("strokeDash") == [2, 2] and "strokeWidth" in layer["encoding"]
    ]
    stretches = [
        (row["start"], row["end"])
        for layer in hatched
        for row in spec["datasets"][layer["data"]["name"]]
        if row["id"] == vague["membership_id"]
    ]
    assert (f"{vague['start_earliest']:%Y-%m-%d}", f"{vague['start_latest']:%Y-%m-%d}") in stretches


def test_casualties_have_a_mark_a_claim(frames: Frames) -> None:
    claims = frames["casualties"][frames["casualties"]["event_id"] == EVENT]
    chart = cd.plot.casualties(event=EVENT, frames=frames)
    rows = main_rows(chart)
    assert sorted(row["id"] for row in rows) == sorted(claims["casualty_id"])
    assert points_in(chart.svg()) == claims[["low", "best", "high"]].notna().any(axis=1).sum() > 20
    by_id = claims.set_index("casualty_id")
    for row in rows:
        if by_id.loc[row["id"], "bound"] == "exact":
            assert row["low"] == row["high"] == by_id.loc[row["id"], "best"]
        if by_id.loc[row["id"], "bound"] in ("at_least", "more_than"):
            assert row["opens"] == "up"
            assert row["low"] == by_id.loc[row["id"], "low"] < row["high"]


def test_a_title_finds_its_event(frames: Frames) -> None:
    title = frames["events"].set_index("event_id").loc[EVENT, "title"]
    assert (
        cd.plot.casualties(event=title, frames=frames).svg()
        == cd.plot.casualties(event=EVENT, frames=frames).svg()
    )


def test_what_was_known_by_day_is_what_casualty_ranges_says(frames: Frames) -> None:
    chart = cd.plot.known_by_day(event=EVENT, frames=frames)
    steps = max(
        (rows for rows in chart.to_dict()["datasets"].values() if "open" in rows[0]), key=len
    )
    then = cd.casualty_ranges(event=EVENT, as_of="2022-09-14")
    killed = then[then["type"] == "killed"]
    on_second = {row["group"]: row["low"] for row in steps if row["days"] <= 1}
    assert sorted(on_second.values()) == sorted(killed["all_low"])
    assert len(killed) == 2
    marks = {row["id"] for row in main_rows(chart)}
    claims = frames["casualties"].set_index("casualty_id").loc[list(marks)]
    assert set(claims["event_id"]) == {EVENT}
    assert set(claims["type"]) == {"killed"}
    assert set(claims["scope"]) == {"whole"}


def test_a_shade_says_when_a_range_had_no_upper_end(frames: Frames) -> None:
    chart = cd.plot.known_by_day(event=EVENT, frames=frames)
    sets = chart.to_dict()["datasets"].values()
    shades = next(rows for rows in sets if rows and "until" in rows[0])
    steps = max((rows for rows in sets if "open" in rows[0]), key=len)
    shut = {(row["group"], row["days"]) for row in steps if not row["open"]}
    for shade in shades:
        assert not any(
            group == shade["group"] and shade["days"] <= days < shade["until"]
            for group, days in shut
        )


def test_agreements_have_a_mark_a_dated_step(frames: Frames) -> None:
    agreements = frames["agreements"]
    steps = sum(int(agreements[f"{step}_earliest"].notna().sum()) for step in STEPS)
    chart = cd.plot.agreements(frames=frames)
    rows = main_rows(chart)
    assert {row["id"] for row in rows} == set(agreements["agreement_id"])
    assert points_in(chart.svg()) == len(rows) == steps


def test_an_agreement_that_implements_another_stands_under_it(frames: Frames) -> None:
    chart = cd.plot.agreements(frames=frames)
    row = {mark["id"]: mark["row"] for mark in main_rows(chart)}
    number = {key: int(label[1:6]) for key, label in row.items()}
    assert row["AG-00010"].split("|")[1].startswith("– ")
    assert number["AG-00010"] == number["AG-00009"] + 1
