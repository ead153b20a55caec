"""What the gate costs beside its rivals, and whether it finds every spoiled cell.

``python -m benchmarks.validate [speed] [bad] [growth] [--rows N] [--runs N]``: ratios of medians
of whole processes, taken in turn, over the real tables grown to N events with their link rows.

speed: clean, ÷ DuckDB (typed ``read_csv`` into type, key and range checks), ÷ pyarrow (the same
CSVs, typed), ÷ frictionless and ÷ pandera alone (both at a tenth of the rows: they are linear).
bad: 1 % of the rows spoiled ÷ clean, every finding compared with what was spoiled.
growth: seconds and peak memory from 100,000 to 10,000,000 rows.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.grow import grow, rows_of
from benchmarks.spoil import spoil

ROOT = Path(__file__).parent.parent
GATE = ("-m", "caucasus_data", "validate", "--baseline", "none", "--raw")


def run(*words: object, exits: int = 0) -> tuple[float, float, str]:
    """Wall seconds, peak MiB and output of a process that must end with a code."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        done = subprocess.Popen(
            [sys.executable, *map(str, words)], stdout=out, stderr=subprocess.STDOUT, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        _, status, used = os.wait4(done.pid, 0)
        seconds = time.perf_counter() - start
        done.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if done.returncode != exits:
        raise SystemExit(f"{words} ended with {done.returncode}, not {exits}:\n{text[-2000:]}")
    return seconds, used.ru_maxrss / 1024, text


def medians(contestants: dict[str, tuple[object, ...]], runs: int) -> dict[str, float]:
    """Median seconds of each, taken in turn so that a slow minute of the machine hits all."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, words in contestants.items():
            taken[name].append(run(*words)[0])
    return {name: statistics.median(times) for name, times in taken.items()}


def rival(name: str, raw: Path) -> tuple[object, ...]:
    """The command of a rival."""
    return ("-m", "benchmarks.rivals", name, raw)


def speed(folder: Path, rows: int, runs: int) -> None:
    """Clean data beside DuckDB and pyarrow, and at a tenth beside frictionless and pandera."""
    raw = grow(folder / "whole", rows)
    taken = medians(
        {"gate": (*GATE, raw), "duckdb": rival("duckdb", raw), "pyarrow": rival("pyarrow", raw)},
        runs,
    )
    shown = sum(count for _, count, _ in rows_of(raw))
    print(f"{rows:,} events, {shown:,} rows of 19 files: gate {taken['gate']:.1f} s", flush=True)
    print(f"÷ DuckDB {taken['gate'] / taken['duckdb']:.2f} (at most 2.2)", flush=True)
    print(f"÷ pyarrow {taken['gate'] / taken['pyarrow']:.2f} (at most 3.2)", flush=True)
    tenth = grow(folder / "tenth", max(rows // 10, 10_000))
    small = medians({"gate": (*GATE, tenth), "pandera": rival("pandera", tenth)}, runs)
    print(
        f"÷ pandera alone, a tenth of the rows {small['gate'] / small['pandera']:.2f}", flush=True
    )
    slow = run(*rival("frictionless", tenth))[0] * rows / max(rows // 10, 10_000)
    print(
        f"÷ frictionless (linear, timed at a tenth) 1/{slow / taken['gate']:.0f} (at most 1/40)",
        flush=True,
    )


def bad(folder: Path, rows: int, runs: int) -> None:
    """A share of one in a hundred spoiled, all located."""
    clean = folder / "whole"
    if not clean.is_dir():
        grow(clean, rows)
    expected = spoil(clean, folder / "bad", 0.01)
    found = folder / "found.json"
    code = (
        "import sys; from pathlib import Path; from caucasus_data.validate import validate; "
        "from caucasus_data.spec.model import load_spec; import json; raw = Path(sys.argv[1]); "
        "v = validate(raw, load_spec(raw.parent / 'schemas'), None); "
        "json.dump([[f.file, f.line, f.column, f.code] for f in v.findings], open(sys.argv[2], 'w'))"
    )
    spoiled = folder / "bad" / "raw"
    times: dict[str, list[float]] = {"clean": [], "bad": []}
    for _ in range(runs):
        times["clean"].append(run("-c", code, clean / "raw", folder / "none.json")[0])
        times["bad"].append(run("-c", code, spoiled, found)[0])
    told = {tuple(one) for one in json.loads(found.read_text(encoding="utf-8"))}
    ratio = statistics.median(times["bad"]) / statistics.median(times["clean"])
    print(f"1 % of the rows bad ÷ clean {ratio:.2f} (at most 2.0)", flush=True)
    print(
        f"{len(expected):,} cells spoiled, {len(expected & told):,} told at their line and column with their "
        f"code, {len(expected - told):,} missed, {len(told - expected):,} told besides",
        flush=True,
    )
    for one in sorted(told - expected)[:5] + sorted(expected - told)[:5]:
        print("  ", one, flush=True)


def growth(folder: Path, rows: int, runs: int) -> None:
    """Seconds and peak memory over two orders of magnitude of rows (all tables together)."""
    for share in (100, 10, 1):
        raw = grow(folder / f"part{share}", max(rows // share, 1_000))
        count = sum(number for _, number, _ in rows_of(raw))
        taken = [run(*GATE, raw) for _ in range(runs)]
        seconds = statistics.median(one[0] for one in taken)
        peak = max(one[1] for one in taken)
        print(
            f"{count:,} rows: {seconds:.1f} s, {seconds / count * 1e6:.2f} s a million, peak {peak / 1024:.2f} GiB",
            flush=True,
        )
        shutil.rmtree(folder / f"part{share}")


def main() -> None:
    """Run what was asked for, in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["speed", "bad", "growth"])
    parser.add_argument("--rows", type=int, default=1_000_000, help="events")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    compileall.compile_dir(ROOT / "caucasus_data", quiet=2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(prefix="gate-") as folder:
        for part in given.parts:
            {"speed": speed, "bad": bad, "growth": growth}[part](
                Path(folder), given.rows, given.runs
            )


if __name__ == "__main__":
    main()
