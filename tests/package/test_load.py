"""What ``load`` promises: types, versions, engines, labels, errors. Runs on both locks."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import caucasus_data as cd
from caucasus_data import errors, loading, locate
from caucasus_data.release_index import read_index

KINDS = {
    "string": "string",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "date": "datetime64[ms]",
}
TABLES = [table.name for table in locate.spec()]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_with_the_declared_types(name: str) -> None:
    frame = cd.load(name)
    table = locate.spec()[name]
    assert list(frame.columns) == [column.name for column in table.columns]
    for column in table.columns:
        kind = frame[column.name].dtype
        if column.enum is not None and column.type == "string":
            assert isinstance(kind, pd.CategoricalDtype)
            assert list(kind.categories) == list(column.enum)
        else:
            assert str(kind) == KINDS[column.type], column.name
        if column.type == "string" and column.enum is None:
            assert kind.storage == "pyarrow"


@pytest.mark.parametrize(
    "name", ["events", "agreements", "casualties", "memberships", "casualty_ranges"]
)
def test_a_loaded_table_passes_its_own_schema(name: str) -> None:
    pytest.importorskip("pandera.pandas")
    cd.schema(name).validate(cd.load(name))


def test_the_schema_refuses_a_word_outside_the_vocabulary() -> None:
    pandera = pytest.importorskip("pandera.pandas")
    frame = cd.load("events")
    frame["event_type"] = frame["event_type"].astype("object")
    frame.loc[0, "event_type"] = "skirmish"
    with pytest.raises(pandera.errors.SchemaError):
        cd.schema("events").validate(frame)


def test_the_default_is_the_newest_release_and_says_so() -> None:
    newest = read_index(locate.releases_folder())["latest"]
    assert cd.load("events").attrs["version"] == newest == cd.version()


def test_a_named_version_is_that_release() -> None:
    index = read_index(locate.releases_folder())
    for version, facts in index["releases"].items():
        frame = cd.load("events", version=version)
        assert frame.attrs["version"] == version
        assert len(frame) == facts["rows"]["events"]


def test_engines_agree_on_every_cell() -> None:
    frame = cd.load("casualties")
    arrow = cd.load("casualties", engine="pyarrow")
    assert isinstance(arrow, pa.Table)
    assert arrow.column("casualty_id").to_pylist() == frame["casualty_id"].tolist()
    low = [None if pd.isna(v) else int(v) for v in frame["low"]]
    assert arrow.column("low").to_pylist() == low
    polars = pytest.importorskip("polars")
    third = cd.load("casualties", engine="polars")
    assert isinstance(third, polars.DataFrame)
    assert third["low"].to_list() == low


def test_days_are_days() -> None:
    frame = cd.load("events")
    row = frame[frame["date_edtf"] == "2022-09-13/2022-09-14"].iloc[0]
    assert row["date_earliest"].date() == dt.date(2022, 9, 13)
    assert row["date_latest"].date() == dt.date(2022, 9, 14)
    assert row["date_precision"] == "interval"


def test_join_puts_labels_beside_keys() -> None:
    frame = cd.load("casualties", join=True)
    names = list(frame.columns)
    assert names.index("event_label") == names.index("event_id") + 1
    assert "casualty_label" not in names
    actors = cd.load("actors").set_index("actor_id")["name"]
    assert (frame["claimant_label"] == actors.reindex(frame["claimant_id"]).array).all()
    assert frame["event_label"].notna().all()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"table": "event"}, "no table 'event'; did you mean 'events'?"),
        (
            {"table": "events", "engine": "spark"},
            "no engine 'spark'; choose from pandas, pyarrow, polars",
        ),
        ({"table": "events", "version": "9.9.9"}, "no release '9.9.9'"),
    ],
)
def test_errors_name_the_valid_choices(words: dict[str, str], says: str) -> None:
    with pytest.raises(errors.UnknownName) as caught:
        cd.load(**words)  # type: ignore[call-overload]
    assert says in str(caught.value)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "events.parquet"
    bad.write_bytes(b"PAR1 not really")
    with pytest.raises(errors.BrokenData, match=r"events\.parquet is not a readable Parquet file"):
        loading.read_parquet(bad)


def test_memberships_at_a_day() -> None:
    on = cd.memberships_at("2023-11-23")
    assert set(on["certainty"].cat.categories) == {"certain", "possible"}
    pairs = set(zip(on["actor_id"], on["organization_id"], on["status"], strict=True))
    assert ("armenia", "csto", "member") in pairs
    assert ("uzbekistan", "csto", "member") not in pairs
    assert ("uzbekistan", "csto", "member") in set(
        zip(
            *(
                cd.memberships_at("2010-01-01")[c]
                for c in ("actor_id", "organization_id", "status")
            ),
            strict=True,
        )
    )


def test_nothing_is_said_of_days_after_the_coverage() -> None:
    with pytest.raises(errors.BadValue, match="lies after the end of coverage"):
        cd.memberships_at("2100-01-01")
    with pytest.raises(errors.BadValue, match="lies after the end of coverage"):
        cd.casualty_ranges(as_of="2100-01-01")
    with pytest.raises(errors.BadValue, match="takes a day such as"):
        cd.memberships_at("yesterday-ish")


def test_ranges_follow_what_was_known_on_the_day() -> None:
    early = cd.casualty_ranges(event="EV-00010", as_of="2022-09-13")
    late = cd.casualty_ranges(event="EV-00010")

    def own(frame: pd.DataFrame, actor: str) -> set[int]:
        cells = frame[(frame["type"] == "killed") & (frame["affected_actor_id"] == actor)]
        return set(cells["own_low"].dropna())

    assert own(early, "azerbaijan") < own(late, "azerbaijan") or own(early, "azerbaijan") != own(
        late, "azerbaijan"
    )
    assert max(own(late, "armenia")) > max(own(early, "armenia"), default=0)


def test_sources_of_a_claim_begin_with_its_own() -> None:
    claim = cd.load("casualties").iloc[0]
    found = cd.sources_of(claim["casualty_id"])
    assert found["source_id"].iloc[0] == claim["source_id"]
    assert found["title"].notna().all()
    with pytest.raises(errors.UnknownName):
        cd.sources_of("EV-99999")


def test_tables_counts_what_load_gives() -> None:
    found = cd.tables()
    assert list(found["table"][:4]) == ["events", "agreements", "casualties", "memberships"]
    counts = dict(zip(found["table"], found["rows"], strict=True))
    assert counts["citations"] == len(cd.load("citations"))


def test_cite_names_the_version() -> None:
    assert cd.version() in cd.cite()
    assert cd.cite("bibtex").startswith("@misc{")
    with pytest.raises(errors.UnknownName):
        cd.cite("apa")


def test_a_claim_of_a_year_that_outlasts_the_coverage_counts_at_its_end() -> None:
    from caucasus_data.derive.ranges import known_on, live

    end = pd.Timestamp("2026-06-30")
    claims = pd.DataFrame(
        {
            "casualty_id": ["CA-00001", "CA-00002"],
            "source_id": ["a", "a"],
            "claimed_on_latest": pd.to_datetime(["2026-12-31", "2026-03-01"]),
            "revision_of_id": pd.Series([None, None], dtype="string"),
            "revision_kind": pd.Series([None, None], dtype="string"),
        }
    )
    sources = pd.DataFrame({"source_id": ["a"], "published_latest": pd.to_datetime(["2026-05-01"])})
    known = known_on(claims, sources, end)
    assert list(known) == [end, pd.Timestamp("2026-03-01")]
    assert len(live(claims, known, end)) == 2
