"""``show``: a record and all that hangs on it."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("show", epilog=EXIT_CODES)
@click.argument("name", metavar="ID")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print a template that apply takes back.")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
def command(name: str, as_yaml: bool, raw: Path | None) -> int:
    """A record of any table and all that hangs on it: actors, claims, citations, links, names."""
    from caucasus_data.authoring.show import Records, as_template
    from caucasus_data.authoring.view import as_view

    folder = raw if raw is not None else locate.raw_folder()
    records = Records(folder, locate.spec(folder))
    click.echo(as_template(records, name) if as_yaml else as_view(records, name), nl=False)
    return 0
