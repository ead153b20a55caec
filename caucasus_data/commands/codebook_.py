"""``codebook``: tables, columns and vocabularies as Markdown."""

from __future__ import annotations

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("codebook", epilog=EXIT_CODES)
@click.argument("table", required=False)
def command(table: str | None) -> int:
    """Print the codebook of TABLE, or of every table."""
    from caucasus_data.spec import codebook

    spec = locate.spec()
    text = codebook.markdown(spec) if table is None else codebook.table_markdown(spec[table], 1)
    click.echo(text, nl=False)
    return 0
