"""``format``: bring the tables of ``raw/`` into their canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("format", epilog=EXIT_CODES)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option(
    "--check", is_flag=True, help="Print the diff of what each file should be; write nothing."
)
def command(raw: Path | None, check: bool) -> int:
    """Canonical CSV: byte order mark, line ends, final newline, quoting, order of rows and
    columns, edge and doubled spaces, NFC. No other value is changed; a file that can't be read
    for certain is left as it is, and what is wrong with it is printed."""
    from caucasus_data.authoring.canonical import formatted_tables
    from caucasus_data.authoring.problems import as_text
    from caucasus_data.authoring.replace import digest, locked, replace_files
    from caucasus_data.errors import MissingData

    folder = raw if raw is not None else locate.raw_folder()
    if not folder.is_dir():
        raise MissingData(f"there is no folder {folder}")
    spec = locate.spec(folder)
    short = False
    if check:
        for file in formatted_tables(folder, spec):
            click.echo(file.diff(), nl=False)
            short |= file.differs or file.after is None
            for finding in file.findings:
                click.echo(as_text(finding))
        return int(short)
    with locked(folder):
        files = list(formatted_tables(folder, spec))
        changed = {file.path.name: file for file in files if file.differs}
        if changed:
            replace_files(
                folder,
                {name: file.after or b"" for name, file in changed.items()},
                {name: digest(file.path) for name, file in changed.items()},
            )
    for name in changed:
        click.echo(f"formatted raw/{name}")
    for file in files:
        short |= file.after is None
        for finding in file.findings:
            click.echo(as_text(finding))
        if file.after is None and file.before:
            click.echo(f"left as it is: raw/{file.path.name}")
    return int(short)
