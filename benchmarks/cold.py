"""Cold starts, each a process of its own, as ratios against a peer in the same run (medians)."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from caucasus_data import locate
from caucasus_data.release_index import read_index


def median(code: str, runs: int) -> float:
    """Median wall time of ``python -c code`` in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main(runs: int = 9) -> None:
    """Print a Markdown table of ratios with what is asked of each."""
    releases = locate.releases_folder()
    path = releases / read_index(releases)["latest"] / "events.parquet"
    nothing = median("pass", runs)
    package = median("import caucasus_data", runs)
    pandas = median(f"import pandas; pandas.read_parquet({str(path)!r})", runs)
    load = median("import caucasus_data as cd; cd.load('events')", runs)
    arrow = median("import caucasus_data as cd; cd.load('events', engine='pyarrow')", runs)
    pandera = median("import pandera.pandas", runs)
    gate = median(
        "import sys; sys.argv = ['caucasus-data', 'validate']\n"
        "from caucasus_data.__main__ import main\ntry: main()\nexcept SystemExit: pass",
        runs,
    )
    rows = sum(1 for path in Path("raw").glob("*.csv") for _ in path.open(encoding="utf-8")) - 19
    print("| what | ratio | at most |")
    print("|---|---|---|")
    print(f"| `import caucasus_data` ÷ `python -c pass` | {package / nothing:.2f} | 1.5 |")
    print(f'| cold `cd.load("events")` ÷ cold `pandas.read_parquet` | {load / pandas:.2f} | 1.1 |')
    print(f'| the same with `engine="pyarrow"` ÷ the same | {arrow / pandas:.2f} | 0.5 |')
    print(
        f"| cold `validate` ({rows} rows) ÷ cold `import pandera.pandas` | {gate / pandera:.2f} | 2.2 |"
    )


if __name__ == "__main__":
    main()
