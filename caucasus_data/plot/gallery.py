"""The gallery in ``docs/``: charts of the newest release as SVG, and the page that shows them.

    python -m caucasus_data.plot.gallery --out docs/gallery

The same release gives the same bytes. The page stands beside the folder, as ``gallery.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from caucasus_data import plot
from caucasus_data.errors import CaucasusDataError
from caucasus_data.loading import folder_of

CHARTS: Mapping[str, tuple[str, dict[str, str]]] = {
    "timeline": ("timeline", {"start": "2020-09-01"}),
    "map": ("map", {}),
    "memberships-armenia": ("memberships", {"actor": "armenia"}),
    "memberships-csto": ("memberships", {"organization": "csto"}),
    "casualties-september-2022": ("casualties", {"event": "EV-00010", "type": "killed"}),
    "known-by-day-september-2022": ("known_by_day", {"event": "EV-00010"}),
    "agreements-nagorno-karabakh": ("agreements", {"process": "EV-00001"}),
}


def _call(chart: str, arguments: Mapping[str, str]) -> str:
    return f"cd.plot.{chart}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})".replace(
        "'", '"'
    )


def svg(name: str, version: str | None = None) -> str:
    """One picture of the gallery."""
    chart, arguments = CHARTS[name]
    return str(getattr(plot, chart)(version=version, **arguments).svg())


def page(folder: str, version: str | None = None) -> str:
    """The Markdown page; ``folder`` is where the pictures are, seen from it."""
    found, _ = folder_of(version)
    lines = [
        "# Gallery",
        "",
        f"Charts of release {found}, made by `python -m caucasus_data.plot.gallery --out docs/{folder}`. Each is one",
        "call (`pip install 'caucasus-data[plot]'`) that returns an Altair chart; `chart.save(\"name.svg\")`, `.png` and",
        "`.html` need no browser and no network, and `chart.description` is the sentence under each picture.",
    ]
    for name, (chart, arguments) in CHARTS.items():
        said = plot.sentence(chart, version=version, **arguments)
        heading = name.replace("-", " ").capitalize()
        lines += [
            "",
            f"## {heading}",
            "",
            "```python",
            "import caucasus_data as cd",
            "",
            _call(chart, arguments),
            "```",
            "",
        ]
        alternative = said.replace("[", "(").replace("]", ")")
        lines += [f"![{alternative}]({folder}/{name}.svg)", "", said]
    return "\n".join(lines) + "\n"


def files(out: Path, version: str | None = None) -> dict[Path, Callable[[], str]]:
    """Every file of the gallery with what makes it."""
    made: dict[Path, Callable[[], str]] = {
        out / f"{name}.svg": lambda name=name: svg(name, version)  # type: ignore[misc]
        for name in CHARTS
    }
    made[out.parent / f"{out.name}.md"] = lambda: page(out.name, version)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Write the gallery; 0 done, 2 it could not run."""
    parser = argparse.ArgumentParser(
        prog="python -m caucasus_data.plot.gallery", description="Make the gallery of charts."
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the pictures; the page stands beside it"
    )
    parser.add_argument("--version", help="release to draw (default: the newest)")
    given = parser.parse_args(arguments)
    try:
        made = {path: make() for path, make in files(given.out.absolute(), given.version).items()}
        given.out.mkdir(parents=True, exist_ok=True)
        for path, text in made.items():
            aside = path.with_name(path.name + ".tmp")
            aside.write_text(text, encoding="utf-8")
            aside.replace(path)
    except (CaucasusDataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(made)} files in {given.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
