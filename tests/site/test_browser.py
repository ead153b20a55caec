"""The explorer in a real browser: Chromium through Playwright, from disk and from a plain server.

Skipped where either is missing; ``make site-test`` installs and runs them. ``CAUCASUS_CHROMIUM``
names another browser, ``CAUCASUS_AXE`` the file ``axe.min.js`` of the npm package axe-core.
"""

import functools
import http.server
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caucasus_data.site.tables import PAGE

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: make site-test"
)
CHROMIUM = (
    os.environ.get("CAUCASUS_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt-get install chromium"),
]
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
KINDS = {
    "index.html", "timeline.html", "map.html", "memberships.html", "memberships-by-actor.html", "memberships-by-body.html",
    "casualties.html", "agreements.html", "actors.html", "tables.html", "table-casualties.html", "table-citations.html",
    "changes.html", "codebook.html", "download.html", "cite.html", "search.html", "report.html", "EV-00010/index.html",
    "EV-00001/index.html", "AG-00001/index.html", "CA-00002/index.html", "ME-00001/index.html", "armenia/index.html", "csto/index.html",
    "khankendi-stepanakert/index.html", "zugzwang-2025/index.html", "EX-00001/index.html", "GA-00001/index.html", "FI-00001/index.html",
    "NA-00002/index.html", "EA-00001/index.html", "AP-00001/index.html", "MQ-00001/index.html",
}  # fmt: skip


class Browser:
    """Opens pages of one explorer and keeps what went wrong."""

    def __init__(self, context: Any, root: str) -> None:
        self.context = context
        self.root = root
        self.wrong: list[str] = []
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("weberror", lambda error: self.wrong.append(f"error: {error.error}"))
        context.on(
            "console",
            lambda said: (
                self.wrong.append(f"console: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        context.on(
            "response",
            lambda got: (
                self.wrong.append(f"{got.status}: {got.url}") if got.status >= 400 else None
            ),
        )

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(
            (self.root, f"blob:{self.root.split('/', 3)[0]}", "blob:null")
        ):
            self.wrong.append(f"left the folder: {request.url}")

    def _failed(self, request: Any) -> None:
        # what the next page cuts short was no failure
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url} {request.failure}")

    def open(self, path: str) -> Any:
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(f"{self.root}/{path}")
        return page


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        yield started


def _context(playwright: Any, **options: Any) -> Any:
    return playwright.chromium.launch_persistent_context(
        tempfile.mkdtemp(),
        executable_path=CHROMIUM,
        headless=True,
        args=ARGUMENTS,
        accept_downloads=True,
        **options,
    )


@pytest.fixture(scope="module")
def context(playwright: Any) -> Iterator[Any]:
    context = _context(playwright, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))
    ) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_address[1]}"
        found.shutdown()


@pytest.fixture
def browser(playwright: Any, site: Path) -> Iterator[Browser]:
    context = _context(playwright, viewport={"width": 1280, "height": 900})
    yield Browser(context, site.as_uri())
    context.close()


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "from a server"])
def test_every_kind_of_page_opens_without_an_error_or_a_request_that_leaves(
    served: bool, playwright: Any, site: Path, server: str
) -> None:
    context = _context(playwright)
    browser = Browser(context, server if served else site.as_uri())
    missing = [path for path in KINDS if not (site / path).is_file()]
    assert missing == []
    for path in sorted(KINDS):
        page = browser.open(path)
        assert page.locator("h1").count() == 1, path
    context.close()
    assert browser.wrong == []


def test_hostile_text_runs_nothing(playwright: Any, hostile_site: Path) -> None:
    context = _context(playwright)
    browser = Browser(context, hostile_site.as_uri())
    for path in ("index.html", "timeline.html", "actors.html", "EV-00001/index.html", "AG-00001/index.html", "EV-99999/index.html",
                 "abkhazia-authorities/index.html", "search.html?q=hacked", "table-sources.html?source_type=news", "changes.html"):  # fmt: skip
        page = browser.open(path)
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked") is None, path
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path
    assert page.locator("img").count() == 0
    context.close()
    assert browser.wrong == []


def test_search_finds_a_record_by_its_words_and_by_a_name_in_another_script(
    browser: Browser,
) -> None:
    page = browser.open("index.html")
    page.fill("header input[name=q]", "Second Karabakh war 2020")
    page.click("header button")
    page.wait_for_selector("#found li")
    assert page.locator("#found a").first.get_attribute("href") == "EV-00002/index.html"
    page.fill("#search input[name=q]", "Ստեփանակերտ")
    first = page.locator("#found a").first
    sync_api.expect(first).to_have_attribute("href", "khankendi-stepanakert/index.html")
    page.locator("#found a").first.click()
    assert "Khankendi/Stepanakert" in page.locator("h1").inner_text()
    assert browser.wrong == []


def test_filters_and_zoom_change_which_marks_of_the_timeline_are_shown(browser: Browser) -> None:
    page = browser.open("timeline.html")
    marks = page.locator("#timeline .dot:visible")
    whole = int(page.locator("#timeline").get_attribute("data-marks"))
    assert marks.count() == whole
    page.select_option("[data-key=attribution]", "disputed")
    disputed = page.locator("#timeline .dot[data-attribution=disputed]").count()
    assert 0 < disputed < whole
    assert marks.count() == disputed
    assert page.locator("#events tbody tr:visible").count() == disputed
    assert page.locator("output").inner_text().startswith(f"{disputed} of {whole}")
    page.click("button[type=reset]")
    sync_api.expect(page.locator("output")).to_contain_text(f"{whole} of {whole}")
    page.select_option("[data-group]", "type")
    assert page.locator(".lane").count() > 5
    page.fill("[data-from]", "2022")
    page.fill("[data-to]", "2022")
    page.locator("[data-to]").dispatch_event("change")
    shown = marks.count()
    during = page.evaluate(
        """() => { const day = (y) => Date.UTC(y, 0, 1) / 864e5 + 719163;
        return [...document.querySelectorAll('#timeline .dot')].filter((d) => +d.dataset.a < day(2023) && +d.dataset.b >= day(2022)).length }"""
    )
    visible = page.locator("#timeline .lane .dot:not([display=none])").count()
    assert 0 < shown <= visible == during < whole
    assert browser.wrong == []


def test_the_map_zooms_and_filters(browser: Browser) -> None:
    page = browser.open("map.html")
    whole = int(page.locator("#map").get_attribute("data-marks"))
    assert page.locator("#map .dot:visible").count() == whole
    page.click("[data-zoom=in]")
    assert float(page.locator("#map").get_attribute("viewBox").split()[2]) == pytest.approx(
        1000 / 1.6
    )
    page.click("button[type=reset]")
    page.select_option("[data-key=attribution]", "undisputed")
    assert (
        page.locator("#map .dot:visible").count()
        == page.locator("#map .dot[data-attribution=undisputed]").count()
    )
    assert browser.wrong == []


def test_a_table_is_searched_sorted_and_saved_as_shown(browser: Browser) -> None:
    page = browser.open("table-casualties.html?event_id=EV-00010")
    sync_api.expect(page.locator("output")).to_contain_text("where event_id")
    rows = page.locator("#rows tbody tr")
    found = rows.count()
    assert 10 < found < 140
    page.get_by_role("button", name="best", exact=True).click()
    page.get_by_role("button", name="best", exact=True).click()
    heads = [h.strip(" ▲▼") for h in page.locator("#rows thead th").all_inner_texts()]
    column = heads.index("best")
    numbers = [
        int(t.replace(",", ""))
        for t in page.locator(f"#rows tbody td:nth-child({column + 1})").all_inner_texts()
        if t
    ]
    assert numbers == sorted(numbers, reverse=True)
    page.fill("input[name=text]", "wounded")
    sync_api.expect(rows).not_to_have_count(found)
    shown = rows.count()
    with page.expect_download() as waiting:
        page.click("[data-csv]")
    saved = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert waiting.value.suggested_filename.startswith("casualties-")
    assert len(saved) == shown + 1
    assert saved[0].startswith("casualty_id,event_id,")


def test_a_report_names_the_record(browser: Browser) -> None:
    page = browser.open("EV-00010/index.html")
    page.click("#cite a[href*=report]")
    assert "Record: EV-00010" in page.locator("[data-report]").inner_text()


def test_everything_is_there_without_scripts(playwright: Any, site: Path) -> None:
    context = _context(playwright, java_script_enabled=False)
    browser = Browser(context, site.as_uri())
    page = browser.open("timeline.html")
    assert page.locator("#timeline .dot").count() == int(
        page.locator("#timeline").get_attribute("data-marks")
    )
    assert page.locator("#timeline .dot").first.bounding_box()["width"] > 0
    assert not page.locator("form.filters").is_visible()
    page = browser.open("EV-00010/index.html")
    assert page.locator("#side-by-side tbody tr").count() > 5
    assert page.locator(".bars .m").first.bounding_box()["width"] > 0
    page = browser.open("table-citations.html")
    assert page.locator("#rows tbody tr").count() == PAGE
    page.click(".pager a")
    assert page.locator("#rows tbody tr").count() > 0
    context.close()
    assert browser.wrong == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_window(width: int, playwright: Any, site: Path) -> None:
    context = _context(playwright, viewport={"width": width, "height": 800})
    browser = Browser(context, site.as_uri())
    for path in sorted(KINDS):
        page = browser.open(path)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path
    context.close()


def test_the_keyboard_reaches_the_content_and_every_mark(browser: Browser) -> None:
    page = browser.open("timeline.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator("#timeline .dot").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(scheme: str, playwright: Any, site: Path) -> None:
    candidates = [
        os.environ.get("CAUCASUS_AXE", ""),
        str(Path(__file__).parents[2] / ".axe/node_modules/axe-core/axe.min.js"),
    ]
    axe = next((Path(c) for c in candidates if c and Path(c).is_file()), None)
    if axe is None:
        pytest.skip("axe-core is not there: make site-test")
    context = _context(playwright, color_scheme=scheme)
    browser = Browser(context, site.as_uri())
    found = []
    for path in sorted(KINDS):
        page = browser.open(path)
        page.evaluate(axe.read_text(encoding="utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for fault in result["violations"]:
            if fault["impact"] in ("serious", "critical"):
                found.append(
                    (path, fault["id"], fault["nodes"][0]["html"][:160], len(fault["nodes"]))
                )
    context.close()
    assert found == []
