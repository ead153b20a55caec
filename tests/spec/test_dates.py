"""The EDTF grammar: what a cell allows, what is refused and what is suggested."""

import datetime as dt

import pytest

from caucasus_data.dates import NotADate, parse


@pytest.mark.parametrize(
    ("cell", "first", "last", "precision"),
    [
        ("2022-09-13", "2022-09-13", "2022-09-13", "day"),
        ("2022-09", "2022-09-01", "2022-09-30", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2022", "2022-01-01", "2022-12-31", "year"),
        ("2022-XX", "2022-01-01", "2022-12-31", "year"),
        ("2022-XX-XX", "2022-01-01", "2022-12-31", "year"),
        ("2022-12-XX", "2022-12-01", "2022-12-31", "month"),
        ("2022-09~", "2022-09-01", "2022-09-30", "month"),
        ("2022-09-13?", "2022-09-13", "2022-09-13", "day"),
        ("2022%", "2022-01-01", "2022-12-31", "year"),
        ("[2022-09-12..2022-09-14]", "2022-09-12", "2022-09-14", "between"),
        ("[2001..2010]", "2001-01-01", "2010-12-31", "between"),
        ("2022-09-13/2022-09-14", "2022-09-13", "2022-09-14", "interval"),
        ("2022/2023", "2022-01-01", "2023-12-31", "interval"),
        ("2020-09~/2020-11-10?", "2020-09-01", "2020-11-10", "interval"),
        ("1988-02-20/..", "1988-02-20", None, "open"),
        ("1800", "1800-01-01", "1800-12-31", "year"),
        ("2100-12-31", "2100-12-31", "2100-12-31", "day"),
    ],
)
def test_a_cell_allows_these_days(cell: str, first: str, last: str | None, precision: str) -> None:
    found = parse(cell, interval=True)
    assert found.earliest == dt.date.fromisoformat(first)
    assert found.latest == (None if last is None else dt.date.fromisoformat(last))
    assert found.precision == precision


@pytest.mark.parametrize(
    "cell",
    [
        "", "13/09/2022", "Sep 13 2022", "44817", "2022–09–13", "2022-9-13", "2022-13", "2022-02-30", "2022-XX-13", "2022-21",
        "199X", "2022-09-13T10:00", "1799", "2101", "2023/2022", "[2023..2022]", "[2022]", "../2022", "2022/", "/..", "2022-09-13 ",
        "٢٠٢٢", "2022-09-13~~", "~2022", "[2022..2023]/2024", "2022--09", "20220913", "-2022", "2022-00", "2022-09-00",
    ],
)  # fmt: skip
def test_everything_else_is_refused(cell: str) -> None:
    with pytest.raises(NotADate):
        parse(cell, interval=True)


@pytest.mark.parametrize("cell", ["2022-09-13/2022-09-14", "2022/..", "2020/2021"])
def test_periods_are_refused_where_one_day_is_meant(cell: str) -> None:
    with pytest.raises(NotADate, match="takes one date"):
        parse(cell)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("13/09/2022", "2022-09-13"),
        ("09/13/2022", "2022-09-13"),
        ("03/04/2022", "2022-04-03 or 2022-03-04"),
        ("Sep 13 2022", "2022-09-13"),
        ("13 September 2022", "2022-09-13"),
        ("44817", "2022-09-13"),
        ("2022–09–13", "2022-09-13"),
        ("2022.9.3", "2022-09-03"),
        ("2022-02-30", "2022-02"),
        ("2022-XX-13", "2022-XX-XX"),
    ],
)
def test_the_hint_says_what_was_probably_meant(cell: str, hint: str) -> None:
    with pytest.raises(NotADate) as caught:
        parse(cell)
    assert hint in caught.value.hint


def test_the_edtf_library_agrees_on_what_both_accept() -> None:
    edtf = pytest.importorskip("edtf")
    for cell in [
        "2022-09-13",
        "2022-09",
        "2022",
        "1988-02-20/2024-01-01",
        "2022-09-13?",
        "2022-09~",
        "2022-09-XX",
    ]:
        theirs = edtf.parse_edtf(cell)
        ours = parse(cell, interval=True)
        assert theirs.lower_strict()[:3] == ours.earliest.timetuple()[:3]
        assert ours.latest is not None
        assert theirs.upper_strict()[:3] == ours.latest.timetuple()[:3]
