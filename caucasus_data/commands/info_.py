"""``info``: what is installed and what it holds."""

from __future__ import annotations

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("info", epilog=EXIT_CODES)
def command() -> int:
    """The version, its coverage, where it is read from, and every table with its rows."""
    from caucasus_data import __version__
    from caucasus_data.loading import folder_of
    from caucasus_data.query import coverage_end, tables

    version, folder = folder_of()
    click.echo(f"caucasus-data {__version__}, data release {version}")
    click.echo(f"covers {locate.spec().dataset['coverage_start']} to {coverage_end():%Y-%m-%d}")
    click.echo(f"read from {folder}\n")
    found = tables()
    width = max(len(name) for name in found["table"])
    for name, rows, text in found.itertuples(index=False):
        click.echo(f"{name:<{width}}  {rows:>6}  {text}")
    return 0
