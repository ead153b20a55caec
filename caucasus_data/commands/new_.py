"""``new``: a commented template to fill in and apply."""

from __future__ import annotations

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("new", epilog=EXIT_CODES)
@click.argument("kind", metavar="KIND")
def command(kind: str) -> int:
    """Print a commented template: KIND is event, agreement, casualty, membership or source."""
    from caucasus_data.authoring.new import template_of

    click.echo(template_of(kind, locate.spec(locate.raw_folder())), nl=False)
    return 0
