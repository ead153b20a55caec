"""Every file of the repository that a command writes: what it should be, whether it is stale.

``make docs`` writes them; the gate and a test fail when one differs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from caucasus_data import locate
from caucasus_data.errors import MissingData
from caucasus_data.release_index import entry, read_index
from caucasus_data.reports import (
    balance,
    changelog,
    coverage,
    download,
    grid,
    matrix,
    ranges,
    reliability,
    seed,
    years,
)
from caucasus_data.reports.readme import readme
from caucasus_data.reports.rules import rules_markdown
from caucasus_data.spec import codebook, frictionless, papers
from caucasus_data.spec.model import Spec


def raw_descriptor(spec: Spec) -> str:
    """``raw/datapackage.json``: lets any Frictionless tool validate the hand-edited tables."""
    resources = [
        frictionless.resource(
            table, f"{table.name}.csv", frictionless.table_schema(table, raw=True)
        )
        for table in spec.raw_tables
    ]
    return json.dumps(frictionless.package(spec, resources), ensure_ascii=False, indent=1) + "\n"


def citation(root: Path, spec: Spec) -> str:
    """``CITATION.cff`` of the newest release."""
    try:
        version, facts = entry(read_index(root / "build" / "releases"), None)
    except MissingData:
        return papers.citation_cff(spec, "0.0.0", str(spec.dataset["coverage_start"]))
    return papers.citation_cff(spec, version, facts["date"])


def generated(root: Path) -> dict[str, Callable[[], str]]:
    """Path (from the repository) to what should stand there; reports read the working tree."""
    raw = root / "raw"
    spec = locate.spec(raw)
    files: dict[str, Callable[[], str]] = {
        "raw/datapackage.json": lambda: raw_descriptor(spec),
        "docs/codebook.md": lambda: codebook.markdown(spec),
        "docs/rules.md": lambda: rules_markdown(root),
        "CITATION.cff": lambda: citation(root, spec),
        "README.md": lambda: readme(root),
        "CHANGELOG.md": lambda: changelog.changelog(root),
        "docs/download.md": lambda: download.report(root),
    }
    for name, report in REPORTS.items():
        files[f"docs/{name}.md"] = lambda report=report: report(root)  # type: ignore[misc]
    return files


REPORTS: dict[str, Callable[[Path], str]] = {
    "seed": seed.report,
    "balance": balance.report,
    "matrix": matrix.report,
    "ranges": ranges.report,
    "grid": grid.report,
    "years": years.report,
    "coverage": coverage.report,
    "coding-reliability": reliability.report,
}


def stale(root: Path) -> Iterator[str]:
    """Generated files that are missing or not what they should be."""
    for name, make in generated(root).items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != make():
            yield name


def write(root: Path) -> list[str]:
    """Write every stale file anew; returns their names."""
    written = []
    for name in list(stale(root)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(path.name + ".tmp")
        aside.write_text(generated(root)[name](), encoding="utf-8")
        aside.replace(path)
        written.append(name)
    return written
