"""``python -m benchmarks.site``: how soon each kind of page of the explorer is usable on a slow machine.

Builds the explorer of the newest release, opens every kind of page in Chromium with the processor
slowed down to a quarter (what Lighthouse takes for a middling telephone), from disk, each several
times, and prints by page the median of the time until it is usable: parsed, laid out, painted, its
scripts run and the main thread idle again. Needs ``playwright`` and Chromium, as ``make site-test``.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SLOWER = 4
TIMES = 5
#: after the load event: two frames painted, then an idle main thread
USABLE = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    requestIdleCallback(() => done(performance.now())))))"""


def usable(page: Any, address: str) -> float:
    """Milliseconds from the start of the navigation to an idle, painted page."""
    page.goto(address, wait_until="load")
    return float(page.evaluate(USABLE))


def main(pages: list[str] | None = None) -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        started = time.process_time(), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "caucasus_data", "site", "--out", str(site)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(f"built in {time.perf_counter() - started[1]:.1f} s of wall time")
        biggest = sorted(site.glob("*/index.html"), key=lambda page: -page.stat().st_size)[:3]
        chosen = pages or [
            *sorted(p.name for p in site.glob("*.html") if not p.stem[-1:].isdigit()),
            "EV-00001/index.html",
            "EV-00010/index.html",
            *(str(page.relative_to(site)) for page in biggest),
        ]
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.goto("about:blank")
            page.context.new_cdp_session(page).send(
                "Emulation.setCPUThrottlingRate", {"rate": SLOWER}
            )
            slowest = 0.0
            for name in chosen:
                address = (site / name).as_uri()
                usable(page, address)
                median = statistics.median(usable(page, address) for _ in range(TIMES))
                slowest = max(slowest, median)
                size = (site / name).stat().st_size / 1024
                print(f"{median:7.0f} ms  {size:7.0f} KiB  {name}", flush=True)
            print(f"slowest {slowest:.0f} ms (at most 1,000), processor slowed {SLOWER} times")
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or None)
