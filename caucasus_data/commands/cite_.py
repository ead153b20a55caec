"""``cite``: how to cite the dataset."""

from __future__ import annotations

import click

from caucasus_data.commands import EXIT_CODES


@click.command("cite", epilog=EXIT_CODES)
@click.option(
    "--style", type=click.Choice(["text", "bibtex", "cff"]), default="text", show_default=True
)
@click.option("--version", "version", help="Release to cite (default: the newest installed).")
def command(style: str, version: str | None) -> int:
    """How to cite a release."""
    from caucasus_data.query import cite

    click.echo(cite(style, version))
    return 0
