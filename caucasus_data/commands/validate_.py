"""``validate``: print every finding, as text, annotations or JSON."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("validate", epilog=EXIT_CODES)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
)
@click.option(
    "--baseline",
    default=None,
    metavar="DIR|none",
    help="Release to compare published ids with (default: the newest).",
)
@click.option(
    "--limit", type=click.IntRange(min=0), default=None, help="Show at most so many findings."
)
def command(raw: Path | None, style: str, baseline: str | None, limit: int | None) -> int:
    """Every finding of every layer in one run, in file order."""
    from caucasus_data.loading import published_frames
    from caucasus_data.reports.findings import render
    from caucasus_data.validate import validate

    folder = raw if raw is not None else locate.raw_folder()
    spec = locate.spec(folder)
    published = published_frames(folder, baseline)
    verdict = validate(folder, spec, published)
    click.echo(render(verdict, style, limit), nl=False)
    return 1 if verdict.errors else 0
