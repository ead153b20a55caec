"""What releases cost: a cold build beside pandas, a cached load beside the bundled one, a diff of
a million rows.

``python -m benchmarks.release [build] [load] [diff] [--rows N] [--runs N]``; ratios of medians of
whole processes, taken in turn. Works in a temporary folder and leaves the checkout alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parent.parent

PANDAS = """
import sys
from pathlib import Path
import pandas as pd
made, out = Path(sys.argv[1]), Path(sys.argv[2])
for path in sorted((made / "csv").glob("*.csv")):
    frame = pd.read_csv(path)
    frame.to_parquet(out / f"{path.stem}.parquet")
    frame.to_csv(out / f"{path.stem}.csv", index=False)
"""
DIFF = """
import resource, sys, time
from caucasus_data.bump import smallest
from caucasus_data.changes import differences, state_of
start = time.perf_counter()
before, after = state_of(sys.argv[1]), state_of(sys.argv[2])
found = list(differences(before, after))
need = smallest(before, after, found)
seconds = time.perf_counter() - start
print(len(found), need.level, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def _python(*words: object, **env: str) -> tuple[float, str]:
    """Wall seconds and output of a process."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env}, cwd=tempfile.gettempdir(),
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return seconds, done.stdout


def _ratio(name: str, ours: list[float], theirs: list[float], target: float) -> None:
    here, there = statistics.median(ours), statistics.median(theirs)
    print(
        f"{name}: {here:.2f} s ÷ {there:.2f} s = {here / there:.2f} (target ≤ {target})", flush=True
    )


def build(folder: Path, runs: int) -> None:
    """A cold full build of the real data ÷ pandas reading and writing the same tables."""
    tree = folder / "tree"
    for name in ("raw", "schemas"):
        shutil.copytree(ROOT / name, tree / name)
    shutil.copy(ROOT / "LICENSE-DATA", tree)
    out = folder / "pandas"
    out.mkdir()
    ours, theirs = [], []
    for number in range(runs + 1):
        here, _ = _python("-m", "caucasus_data", "build", "--raw", tree / "raw")
        there, _ = _python("-c", PANDAS, tree / "build" / "dev", out)
        if number:
            ours.append(here)
            theirs.append(there)
    _ratio("build ÷ pandas", ours, theirs, 4)


def load(folder: Path, runs: int) -> None:
    """A cached older version ÷ the bundled load: whole processes, and calls in one process."""
    releases = ROOT / "build" / "releases"
    index = json.loads((releases / "index.json").read_text(encoding="utf-8"))
    newest, other = index["latest"], "0.0.9"
    host = folder / "host"
    shutil.copytree(releases / newest, host / other)
    (host / "index.json").write_text(
        json.dumps({"latest": other, "releases": {other: index["releases"][newest]}})
    )

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *words: Quiet(*words, directory=str(host))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {
        "CAUCASUS_DATA_URL": f"http://127.0.0.1:{server.server_port}",
        "CAUCASUS_DATA_CACHE": str(folder / "cache"),
        "NO_PROXY": "127.0.0.1",
    }
    bundled = "import caucasus_data as cd; cd.load('events')"
    cached = f"import caucasus_data as cd; cd.load('events', version={other!r})"
    _python("-c", cached, **env)
    server.shutdown()
    ours, theirs = [], []
    for _ in range(runs * 3):
        ours.append(_python("-c", cached, **env)[0])
        theirs.append(_python("-c", bundled, **env)[0])
    _ratio("cached ÷ bundled load, whole processes", ours, theirs, 1.2)
    many = (
        "import time, statistics as s, caucasus_data as cd\n"
        f"ways = {{'cached': {other!r}, 'bundled': None}}\n"
        "taken = {way: [] for way in ways}\n"
        "for n in range(60):\n"
        "    for way, version in ways.items():\n"
        "        start = time.perf_counter(); cd.load('events', version=version); taken[way].append(time.perf_counter() - start)\n"
        "print(*(s.median(each[10:]) for each in taken.values()))"
    )
    here, there = map(float, _python("-c", many, **env)[1].split())
    print(
        f"cached ÷ bundled load, later calls: {here * 1e3:.2f} ms ÷ {there * 1e3:.2f} ms = {here / there:.2f}",
        flush=True,
    )


def _grown(source: Path, target: Path, rows: int, seed: int) -> None:
    """A release whose events are ``rows`` rows; of two seeds, a hundredth of the titles and a
    thousandth of the ids differ."""
    shutil.copytree(source, target)
    events = pq.read_table(source / "events.parquet")
    dice = np.random.default_rng(seed)
    numbers = np.sort(dice.choice(int(rows * 1.001) + 1, rows, replace=False))
    grown = events.take(pa.array(numbers % events.num_rows)).combine_chunks()
    ids = pa.array([f"EV-{number:08d}" for number in numbers], pa.string())
    titles = np.array(grown.column("title").to_pylist(), dtype=object)
    for at in dice.choice(rows, rows // 200, replace=False):
        titles[at] = f"{titles[at]} ({seed})"
    for name, cells in (("event_id", ids), ("title", pa.array(titles, pa.string()))):
        at = grown.column_names.index(name)
        grown = grown.set_column(at, grown.schema.field(name), cells)
    pq.write_table(grown, target / "events.parquet", compression="zstd", row_group_size=1 << 30)


def diff(folder: Path, rows: int) -> None:
    """Two releases of a quarter, a half and all of ``rows``: seconds and peak memory."""
    releases = ROOT / "build" / "releases"
    source = releases / json.loads((releases / "index.json").read_text(encoding="utf-8"))["latest"]
    first = None
    for size in (rows // 4, rows // 2, rows):
        pair = [folder / f"{size}-{seed}" for seed in (1, 2)]
        for seed, target in enumerate(pair, 1):
            _grown(source, target, size, seed)
        found, level, seconds, memory = _python("-c", DIFF, *pair)[1].split()
        each = float(seconds) / size * 1e6
        first = first or each
        print(
            f"diff of 2 × {size:,} rows: {found} differences ({level}), {float(seconds):.2f} s, {each:.2f} µs a row "
            f"({each / first:.2f} × the smallest), peak {float(memory):.2f} GiB (target linear, < 2)",
            flush=True,
        )


def main() -> None:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.release", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="build|load|diff")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    parts = given.parts or ["build", "load", "diff"]
    if set(parts) - {"build", "load", "diff"}:
        parser.error("parts are build, load, diff")
    for part in parts:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            if part == "diff":
                diff(folder, given.rows)
            else:
                {"build": build, "load": load}[part](folder, given.runs)


if __name__ == "__main__":
    main()
