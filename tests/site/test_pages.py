"""The explorer as files: complete, closed in itself, true to the data."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import crawl
import pytest
from hostile import HOSTILE, RETIRED

from caucasus_data.site import pages as contents
from caucasus_data.site.content import Content

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
PAGES = [
    "index.html", "timeline.html", "map.html", "memberships.html", "memberships-by-actor.html", "memberships-by-body.html",
    "casualties.html", "agreements.html", "actors.html", "tables.html", "changes.html", "codebook.html", "download.html", "cite.html",
    "search.html", "report.html",
]  # fmt: skip


pytestmark = pytest.mark.xdist_group("explorer")  # its 10,000 pages are made and read once


@pytest.fixture(scope="module")
def read(site: Path) -> dict[str, crawl.Page]:
    return crawl.read_all(site)


@pytest.fixture(scope="module")
def read_hostile(hostile_site: Path) -> dict[str, crawl.Page]:
    return crawl.read_all(hostile_site)


def test_every_page_and_a_page_for_every_record_is_there(
    site: Path, content: Content, read: dict[str, crawl.Page]
) -> None:
    assert [page for page in PAGES if page not in read] == []
    assert [
        r["record_id"]
        for r in content.rows("records")
        if f"{r['record_id']}/index.html" not in read
    ] == []
    assert [t for t in content.tables if f"table-{t}.html" not in read] == []


@pytest.mark.parametrize("which", ["read", "read_hostile"])
def test_every_link_and_file_is_there_and_nothing_is_asked_of_another_host(
    which: str, request: pytest.FixtureRequest
) -> None:
    pages: dict[str, crawl.Page] = request.getfixturevalue(which)
    root: Path = request.getfixturevalue("site" if which == "read" else "hostile_site")
    bad, seen = [], {}
    for page in pages.values():
        for tag, attributes in page.elements:
            for name in ("href", "src", "action", "poster", "data", "xlink:href"):
                url = attributes.get(name)
                if url is None:
                    continue
                if crawl.is_outside(url):
                    if (
                        tag != "a"
                        or not url.startswith(("http://", "https://"))
                        or attributes.get("rel") != "noopener noreferrer"
                    ):
                        bad.append((page.path, tag, url))
                    continue
                path, fragment = crawl.target(page.path, url)
                if path not in seen:
                    seen[path] = (root / path).is_file()
                if not seen[path] or (
                    fragment
                    and path in pages
                    and path != "report.html"
                    and fragment not in pages[path].ids
                ):
                    bad.append((page.path, tag, url))
    assert bad[:10] == []


@pytest.mark.parametrize("which", ["read", "read_hostile"])
def test_no_page_has_inline_script_style_or_handlers_and_each_forbids_them(
    which: str, request: pytest.FixtureRequest
) -> None:
    pages: dict[str, crawl.Page] = request.getfixturevalue(which)
    for page in pages.values():
        policies = [
            m["content"]
            for m in page.all("meta")
            if m.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policies == [POLICY], page.path
        assert all("src" in a or a.get("type") == "application/ld+json" for a, _ in page.scripts), (
            page.path
        )
        assert not list(page.all("style")), page.path
        for tag, attributes in page.elements:
            assert not [
                n
                for n in attributes
                if n.startswith("on") or n in ("style", "srcdoc", "formaction")
            ], (page.path, tag)
            assert tag not in ("iframe", "object", "embed", "base", "img", "foreignobject"), (
                page.path,
                tag,
            )


def test_ids_on_a_page_are_unique_and_labels_point_at_them(read: dict[str, crawl.Page]) -> None:
    for page in read.values():
        assert page.doubled == set(), page.path
        for tag, attributes in page.elements:
            for name in ("aria-labelledby", "aria-describedby"):
                assert set(attributes.get(name, "").split()) <= page.ids, (
                    page.path,
                    tag,
                    attributes,
                )


def test_every_record_has_schema_org_json_ld(read: dict[str, crawl.Page], content: Content) -> None:
    for record in content.table_of:
        page = read[f"{record}/index.html"]
        (said,) = [
            text
            for attributes, text in page.scripts
            if attributes.get("type") == "application/ld+json"
        ]
        document = json.loads(said)
        assert document["@context"] == "https://schema.org"
        assert document["identifier"] == record
        assert (document.get("subjectOf") or document.get("isPartOf"))["version"] == content.version
    event = json.loads(read["EV-00002/index.html"].scripts[-1][1])
    assert (event["@type"], event["startDate"], event["endDate"]) == (
        "Event",
        "2020-09-27",
        "2020-11-10",
    )


def test_hostile_text_stays_text(hostile_site: Path, read_hostile: dict[str, crawl.Page]) -> None:
    shown = 0
    for page in read_hostile.values():
        shown += HOSTILE[:60] in page.text
        for tag, attributes in page.elements:
            assert attributes.get("src") != "x", (page.path, tag)
            assert not attributes.get("href", "").lower().startswith(("javascript:", "data:")), (
                page.path,
                tag,
            )
        for attributes, text in page.scripts:
            if attributes.get("type") == "application/ld+json":
                assert isinstance(json.loads(text), dict)
                assert "<" not in text
            else:
                assert "src" in attributes
                assert text == ""
    assert shown > 20
    for file in hostile_site.glob("site.files/*.js"):
        if file.name.startswith(("data-", "search-")):
            said = re.fullmatch(
                r"caucasus(Table|Search)\((.*)\);\n", file.read_text(encoding="utf-8"), re.S
            )
            assert said is not None
            json.loads(said[2])


def test_a_retired_id_keeps_a_page_that_says_so(read_hostile: dict[str, crawl.Page]) -> None:
    page = read_hostile[f"{RETIRED}/index.html"]
    assert f"{RETIRED} is retired" in page.text
    assert "../EV-00002/index.html" in [a["href"] for a in page.all("a")]


def _marks(page: crawl.Page, figure: str) -> int:
    (found,) = [int(a["data-marks"]) for _, a in page.elements if a.get("id") == figure]
    return found


def _counted(page: crawl.Page) -> int:
    return sum("counts" in a.get("class", "").split() for _, a in page.elements)


def test_charts_have_as_many_marks_as_the_data_has_rows(
    read: dict[str, crawl.Page], content: Content
) -> None:
    import caucasus_data as cd

    events, claims, spells = cd.load("events"), cd.load("casualties"), cd.load("memberships")
    dated = int(events["date_earliest"].notna().sum())
    assert _marks(read["timeline.html"], "timeline") == _counted(read["timeline.html"]) == dated
    inside = events["longitude"].between(35, 56) & events["latitude"].between(36, 48)
    assert _marks(read["map.html"], "map") == int(inside.sum())
    assert len([a for a in read["map.html"].all("a") if a.get("class") == "dot"]) == int(
        inside.sum()
    )
    said = claims[["low", "best", "high"]].notna().any(axis=1) & (
        claims["revision_kind"].astype("string") != "withdraws"
    ).fillna(True)
    assert _counted(read["casualties.html"]) == int(said.sum())
    ours = int((said & (claims["event_id"] == "EV-00010")).sum())
    assert ours > 10
    assert _counted(read["EV-00010/index.html"]) == ours
    held = (spells["status"].astype("string") != "never") & spells["start_earliest"].notna()
    for page in ("memberships-by-actor.html", "memberships-by-body.html"):
        assert _counted(read[page]) == int(held.sum())
    steps = [c for c in cd.load("agreements").columns if c.endswith("_earliest")]
    assert _counted(read["agreements.html"]) == int(
        cd.load("agreements")[steps].notna().sum().sum()
    )


def test_every_chart_says_in_a_sentence_what_it_shows(read: dict[str, crawl.Page]) -> None:
    for name in (
        "index.html",
        "timeline.html",
        "map.html",
        "casualties.html",
        "memberships-by-actor.html",
        "agreements.html",
        "EV-00010/index.html",
    ):
        page = read[name]
        figures = [a for a in page.all("figure") if "chart" in a.get("class", "")]
        described = [a for a in page.all("p") if a.get("class") == "said"]
        assert figures, name
        assert len(described) >= len(figures), name
    import caucasus_data as cd

    events = cd.load("events")
    first = events["date_earliest"].min()
    said = f"{len(events):,} events from {first.day} {first:%B %Y} to "
    assert said in read["timeline.html"].text


def test_an_event_shows_claims_citations_parts_and_history(
    read: dict[str, crawl.Page], content: Content
) -> None:
    page = read["EV-00010/index.html"]
    assert {
        "side-by-side",
        "known",
        "citations",
        "history",
        "cite",
        "event-actors-event-id",
    } <= page.ids
    links = {a["href"] for a in page.all("a")}
    for claim in content.claims_of["EV-00010"]:
        assert f"../{claim['casualty_id']}/index.html" in links
    for cited in content.citations["EV-00010"]:
        assert f"../{cited['source_id']}/index.html" in links
        assert str(cited["stance"]) in page.text
    assert "../EV-00001/index.html" in links
    assert "../report.html#EV-00010" in links
    assert "EV-00010: Fighting along" in page.text
    added = [row for row in content.changes.get("EV-00010", []) if row["field"] == "*"]
    assert all(row["release"] in page.text for row in added)


def test_static_tables_hold_every_row(
    read: dict[str, crawl.Page], site: Path, content: Content
) -> None:
    for table, rows in content.tables.items():
        found = [
            p for path, p in read.items() if re.fullmatch(rf"table-{table}(-\d+)?\.html", path)
        ]
        lines = sum(len(list(page.all("tr"))) - 1 for page in found)
        assert lines == len(rows), table
        data = (site / f"site.files/data-{table}.js").read_text(encoding="utf-8")
        assert len(json.loads(data[len("caucasusTable(") : -3])["rows"]) == len(rows)


def test_the_download_page_has_the_files_of_the_release(site: Path, content: Content) -> None:
    for path in content.folder.rglob("*"):
        if path.is_file():
            copy = site / "release.files" / path.relative_to(content.folder)
            assert copy.read_bytes() == path.read_bytes()


def test_the_start_page_is_small(site: Path) -> None:
    files = ["index.html", "site.files/site.css", "site.files/site.js", "site.files/icon.svg"]
    assert sum(len(gzip.compress((site / name).read_bytes())) for name in files) < 300 * 1024


def test_the_same_release_gives_the_same_bytes_whatever_the_surroundings(
    small_site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Yerevan", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-m", "caucasus_data", "site", "--out", str(out), "--version", "0.1.0"],
        env=surroundings, capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "pages" in run.stdout

    def files(folder: Path) -> dict[str, bytes]:
        return {
            p.relative_to(folder).as_posix(): p.read_bytes()
            for p in folder.rglob("*")
            if p.is_file()
        }

    ours, theirs = files(small_site), files(out)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert "/home" not in ours["index.html"].decode()
    assert str(tmp_path).encode() not in b"".join(ours.values())


def test_the_biggest_pages_do_not_need_all_rows(
    content: Content, read: dict[str, crawl.Page], site: Path
) -> None:
    assert (
        max(len((site / path).read_bytes()) for path in read if path.startswith("table-"))
        < 1_000_000
    )


def test_known_by_day_of_an_event_ends_in_the_ranges_of_today(content: Content) -> None:
    import caucasus_data as cd
    from caucasus_data.site.charts.claims import Claims
    from caucasus_data.site.charts.known import known_by_day

    last = {
        k.title: (k.steps[-1].low, k.steps[-1].high)
        for k in known_by_day("EV-00010", Claims(content))
    }
    ranges = cd.casualty_ranges(event="EV-00010")
    row = ranges[
        (ranges["affected_actor_id"] == "azerbaijan")
        & (ranges["victim_group"] == "military")
        & (ranges["type"] == "killed")
    ]
    assert last["Azerbaijan, military: killed"][0] == int(row["all_low"].iloc[0])
    assert last["Azerbaijan, military: killed"][1] is None


def test_the_matrix_of_memberships_shows_who_holds_what(content: Content) -> None:
    import caucasus_data as cd

    found = contents.memberships_page(content)["now"]
    holding = {
        (row["organization_id"], row["actor_id"])
        for row in cd.memberships_at(content.coverage_end).to_dict("records")
    }
    shown = {
        pair
        for pair, cells in found.items()
        if any(c["track"] not in ("former", "none") for c in cells)
    }
    assert shown == holding


def test_dates_and_claims_read_as_words() -> None:
    from caucasus_data.site.words import claim_value, date_words, span

    assert date_words("2020-09-27/2020-11-10") == "27 September 2020 – 10 November 2020"
    assert date_words("1988-02-20/..") == "since 20 February 1988"
    assert date_words("[2004-04-23..2004-04-30]") == "between 23 April 2004 and 30 April 2004"
    assert date_words("2022-03-XX~") == "about March 2022"
    assert date_words("2022?") == "perhaps 2022"
    assert date_words("no date at all") == "no date at all"
    claim = {"low": None, "best": None, "high": None, "bound": "exact", "value_text": None}
    assert claim_value({**claim, "low": 2001, "bound": "more_than"}) == "more than 2,000"
    assert claim_value({**claim, "low": 135, "bound": "at_least"}) == "at least 135"
    assert claim_value({**claim, "high": 99, "bound": "less_than"}) == "fewer than 100"
    assert claim_value({**claim, "low": 5, "best": 5, "high": 5}) == "5"
    assert claim_value({**claim, "value_text": "dozens", "bound": "words_only"}) == "“dozens”"
    assert span(0, 0) == "0"
