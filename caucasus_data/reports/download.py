"""``docs/download.md``: where each release is, what its checksums are, how programs read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from caucasus_data import locate
from caucasus_data.errors import MissingData
from caucasus_data.export.archive import zip_bytes, zip_name
from caucasus_data.export.csv_ import sha256
from caucasus_data.release_index import as_numbers, read_index

NO_BASE = "<base>"


def report(root: Path) -> str:
    """The page, from the index of the releases."""
    try:
        index = read_index(root / "build" / "releases")
    except MissingData:
        return "# Download\n\nThere is no release yet.\n"
    newest: str = index["latest"]
    address = str(locate.spec(root / "raw").dataset.get("base_url") or "").rstrip("/")
    base = address or NO_BASE
    facts = index["releases"][newest]
    archive = zip_bytes(root / "build" / "releases" / newest, newest)
    return "\n".join(
        [
            "# Download",
            "",
            *_addresses(base, address, newest, "metadata.jsonld" in facts["files"]),
            *_versions(index["releases"], base),
            *_checksums(newest, facts, sha256(archive), len(archive)),
            *_check(base, newest),
            *_python(base, newest),
            *_r(base, newest),
            *_other(base, newest),
        ]
    )


def _addresses(base: str, address: str, newest: str, linked: bool) -> list[str]:
    told = f"`{base}` is the base address of the releases" + (
        "."
        if address
        else ": a host is not chosen yet, so put your own copy's in its place (or the path of `build/releases` in a checkout)."
    )
    return [
        told,
        "",
        "| what | address |",
        "|---|---|",
        f"| all releases, with sizes and sha256 | `{base}/index.json` |",
        f"| one table of one release, forever the same bytes | `{base}/{newest}/events.parquet`, `{base}/{newest}/csv/events.csv` |",
        f"| its description as a Frictionless data package | `{base}/{newest}/datapackage.json` |",
        *(
            [
                f"| the same for search engines (schema.org) and machine learning (Croissant) | `{base}/{newest}/metadata.jsonld` |"
            ]
            if linked
            else []
        ),
        f"| the whole release in one file | `{base}/{newest}/{zip_name(newest)}` |",
        f"| the newest release, whatever its version | `{base}/latest/events.parquet` (and every other file) |",
        "",
        "Cite and archive by version; `latest` moves. `index.json` says which version it is.",
        "",
    ]


def _versions(releases: dict[str, Any], base: str) -> list[str]:
    lines = [
        "## Versions",
        "",
        "| version | date | covers to | rows of the four tables | size | address |",
        "|---|---|---|---|---|---|",
    ]
    for version in sorted(releases, key=as_numbers, reverse=True):
        facts = releases[version]
        four = ", ".join(
            f"{facts['rows'][t]} {t}"
            for t in ("events", "agreements", "casualties", "memberships")
            if t in facts["rows"]
        )
        size = sum(known["bytes"] for known in facts["files"].values()) / 1e6
        lines.append(
            f"| {version} | {facts['date']} | {facts['coverage_end']} | {four} | {size:.1f} MB | `{base}/{version}/` |"
        )
    return [*lines, ""]


def _checksums(version: str, facts: dict[str, Any], archive: str, size: int) -> list[str]:
    lines = [
        f"## Checksums of {version}",
        "",
        "| file | bytes | sha256 |",
        "|---|---|---|",
        f"| {zip_name(version)} | {size} | `{archive}` |",
    ]
    for name, known in facts["files"].items():
        if name.endswith(".parquet") or name in (
            "datapackage.json",
            "metadata.jsonld",
            "SHA256SUMS",
        ):
            lines.append(f"| {name} | {known['bytes']} | `{known['sha256']}` |")
    return [*lines, "", "`SHA256SUMS` in the folder lists every file, the CSVs too.", ""]


def _code(language: str, text: str) -> list[str]:
    return [f"```{language}", *text.strip("\n").splitlines(), "```", ""]


def _check(base: str, version: str) -> list[str]:
    archive = zip_name(version)
    text = f"""
curl -LO {base}/{version}/{archive}
unzip {archive} && cd caucasus-data-{version}
sha256sum --quiet -c SHA256SUMS            # or: caucasus-data verify .
"""
    return ["## Is it what was released?", "", *_code("sh", text)]


def _python(base: str, version: str) -> list[str]:
    text = f"""
import caucasus_data as cd

events = cd.load("events")                          # the installed release, offline
events = cd.load("events", version="{version}")         # any release: installed, cached, or downloaded
events = cd.load("events", version="{version}", base_url="{base}")
"""
    plain = f"""
import pandas as pd
import polars as pl

events = pd.read_parquet("{base}/{version}/events.parquet")
events = pl.read_parquet("{base}/{version}/events.parquet")
"""
    return [
        "## Python", "",
        "A download is checked against the sha256 in the index before it is used, and kept (`pip install 'caucasus-data[fetch]'`).",
        "`CAUCASUS_DATA_URL` gives the base address once for all, `CAUCASUS_DATA_CACHE` the folder to keep downloads in.", "",
        *_code("python", text),
        "Without the package:", "",
        *_code("python", plain),
    ]  # fmt: skip


def _r(base: str, version: str) -> list[str]:
    text = f"""
library(frictionless)                               # types and missing values as declared
package <- read_package("{base}/{version}/datapackage.json")
events <- read_resource(package, "events")

library(arrow)                                      # vocabularies as factors
url <- "{base}/{version}/events.parquet"
download.file(url, "events.parquet", mode = "wb")
events <- read_parquet("events.parquet")
"""
    check = """
package <- read_package("datapackage.json")         # in the folder of a release
for (resource in package$resources) {
  if (resource$format == "csv") {
    a <- read_resource(package, resource$name)
    b <- arrow::read_parquet(paste0(resource$name, ".parquet"))
    key <- resource$schema$primaryKey
    stopifnot(nrow(a) == nrow(b), identical(names(a), names(b)))
    if (!is.null(key) && nrow(a) > 0) stopifnot(!anyDuplicated(a[unlist(key)]), !anyNA(a[unlist(key)]))
  }
}
"""
    return [
        "## R", "", *_code("r", text),
        "A check that both packages see the same rows, columns and unique keys in every table (needs `frictionless` ≥ 1.1 and `arrow` ≥ 14):", "",
        *_code("r", check),
    ]  # fmt: skip


def _other(base: str, version: str) -> list[str]:
    duck = f"""
INSTALL httpfs; LOAD httpfs;
SELECT event_type, count(*) FROM read_parquet('{base}/{version}/events.parquet') GROUP BY 1 ORDER BY 2 DESC;
"""
    stata = f"""
* caucasus-data export events --to dta events.dta     writes days, labels and missing values natively
use events.dta, clear
* or, without Python:
import delimited "{base}/{version}/csv/events.csv", clear varnames(1) encoding("utf-8") bindquote(strict) stringcols(_all)
generate day = date(date_earliest, "YMD")
format day %td
"""
    sheets = """
caucasus-data export all --to xlsx caucasus-data.xlsx        # days as days, no formulas
caucasus-data export all --to sqlite caucasus-data.sqlite    # keys declared; also duckdb, json, csv, parquet
"""
    return [
        "## DuckDB", "", *_code("sql", duck),
        "## Stata", "", *_code("stata", stata),
        "## Spreadsheets and databases", "",
        "A spreadsheet reads `csv/events.csv` (UTF-8, comma) and `csv/events_wide.csv`, one flat row an event; better, export:", "",
        *_code("sh", sheets)[:-1], "",
    ]  # fmt: skip
