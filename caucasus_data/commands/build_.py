"""``build``: from ``raw/`` to a data package, all or nothing."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("build", epilog=EXIT_CODES)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to build into (default: build/dev)."
)
@click.option(
    "--date", help="Date that the package bears (default: SOURCE_DATE_EPOCH, else coverage_end)."
)
def command(raw: Path | None, out: Path | None, date: str | None) -> int:
    """Validate, normalize and export into a data package; the last good build stays on failure."""
    from caucasus_data.build import FallsShort, build, date_for
    from caucasus_data.errors import need
    from caucasus_data.reports.findings import render

    need("build", "validate", "pandera.pandas")
    folder = raw if raw is not None else locate.raw_folder()
    finish_edits(folder)
    spec = locate.spec(folder)
    day = date_for(date, spec.coverage_end)
    target = out if out is not None else folder.absolute().parent / "build" / "dev"
    try:
        built = build(folder, spec, target, day, locate.licence(folder))
    except FallsShort as short:
        click.echo(render(short.verdict, "text"), nl=False)
        return 1
    rows = built.facts["rows"]
    four = ", ".join(f"{rows[t.name]} {t.name}" for t in spec if t.group == "product")
    click.echo(f"built {len(rows)} tables, {sum(rows.values())} rows ({four}) into {target}")
    return 0


def finish_edits(raw: Path) -> None:
    """Finish what an ``apply`` or ``format`` that was killed left half done, before reading.

    Says so in one line if one of them is running just now.
    """
    from caucasus_data.authoring.replace import locked, staging

    if raw.is_dir() and staging(raw).is_dir():
        with locked(raw):
            pass
