"""Cases that the release lacks: words only, ranges, withdrawals, text that looks like markup."""

from collections.abc import Mapping

import pandas as pd
import pytest
from marks import main_rows

import caucasus_data as cd

EVENT = "EV-00010"


def changed(
    frames: Mapping[str, pd.DataFrame], table: str, row: int, **cells: object
) -> dict[str, pd.DataFrame]:
    frame = frames[table].copy()
    for column, value in cells.items():
        frame.loc[frame.index[row], column] = value
    return {**frames, table: frame}


@pytest.fixture
def claim(frames: Mapping[str, pd.DataFrame]) -> int:
    claims = frames["casualties"]
    return list(claims["casualty_id"]).index(
        claims[claims["event_id"] == EVENT]["casualty_id"].iloc[0]
    )


def test_a_claim_of_words_only_keeps_its_words(
    frames: Mapping[str, pd.DataFrame], claim: int
) -> None:
    cells = {
        "low": pd.NA,
        "best": pd.NA,
        "high": pd.NA,
        "bound": "words_only",
        "value_text": "dozens of <b>men</b>",
    }
    chart = cd.plot.casualties(event=EVENT, frames=changed(frames, "casualties", claim, **cells))
    key = frames["casualties"]["casualty_id"].iloc[claim]
    texts = [
        row["text"]
        for rows in chart.to_dict()["datasets"].values()
        for row in rows
        if row.get("id") == key
    ]
    assert texts == ["“dozens of <b>men</b>” (revised)"]
    assert "<b>" not in chart.svg()
    assert "<b>men" not in chart.html()


@pytest.mark.parametrize(
    ("bound", "low", "best", "high", "said", "opens"),
    [
        ("range", 80, pd.NA, 90, "80–90", ""),
        ("up_to", pd.NA, pd.NA, 90, "up to 90", "down"),
        ("less_than", pd.NA, pd.NA, 89, "less than 90", "down"),
        ("about", pd.NA, 90, pd.NA, "about 90", ""),
        ("more_than", 91, pd.NA, pd.NA, "more than 90", "up"),
        ("exact", 0, 0, 0, "0", ""),
    ],
)
def test_each_bound_is_drawn_as_it_was_said(
    frames: Mapping[str, pd.DataFrame],
    claim: int,
    bound: str,
    low: object,
    best: object,
    high: object,
    said: str,
    opens: str,
) -> None:
    tables = changed(frames, "casualties", claim, bound=bound, low=low, best=best, high=high)
    key = frames["casualties"]["casualty_id"].iloc[claim]
    (row,) = [
        row for row in main_rows(cd.plot.casualties(event=EVENT, frames=tables)) if row["id"] == key
    ]
    assert (row["claimed"], row["opens"]) == (said, opens)
    assert row["low"] <= row["at"] <= row["high"]


def test_titles_are_escaped(frames: Mapping[str, pd.DataFrame]) -> None:
    at = list(frames["events"]["event_id"]).index(EVENT)
    bad = "A & <script>alert('x')</script> \"quoted\""
    tables = changed(frames, "events", at, title=bad)
    for chart in (cd.plot.casualties(event=EVENT, frames=tables), cd.plot.timeline(frames=tables)):
        assert "<script>alert" not in chart.svg()
        assert "<script>alert" not in chart.html()


def test_the_picture_is_well_formed(frames: Mapping[str, pd.DataFrame]) -> None:
    from xml.etree import ElementTree

    at = list(frames["events"]["event_id"]).index(EVENT)
    tables = changed(frames, "events", at, title='A & <b> "quoted" ‘title’')
    root = ElementTree.fromstring(cd.plot.casualties(event=EVENT, frames=tables).svg())
    assert root.attrib["role"] == "img"
    assert "A & <b>" in root.attrib["aria-label"]


def test_many_rows_are_drawn(frames: Mapping[str, pd.DataFrame]) -> None:
    events = frames["events"]
    many = pd.concat(
        [
            events.assign(event_id=events["event_id"] + f"-{i}", parent_event_id=pd.NA)
            for i in range(6)
        ]
    )
    many["event_id"] = many["event_id"].astype("string")
    many["parent_event_id"] = many["parent_event_id"].astype("string")
    tables = {**frames, "events": many.reset_index(drop=True)}
    assert len(main_rows(cd.plot.timeline(frames=tables))) == 6 * len(events) > 5000


def test_passed_frames_are_left_as_they_were(frames: Mapping[str, pd.DataFrame]) -> None:
    before = {name: list(frame.columns) for name, frame in frames.items()}
    cd.plot.timeline(frames=frames)
    cd.plot.casualties(event=EVENT, frames=frames)
    cd.plot.agreements(frames=frames)
    assert {name: list(frame.columns) for name, frame in frames.items()} == before


def test_frames_that_are_not_passed_are_loaded() -> None:
    one = {"events": cd.load("events")}
    assert cd.plot.timeline(frames=one).to_dict() == cd.plot.timeline().to_dict()
