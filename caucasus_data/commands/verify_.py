"""``verify``: is a release, byte for byte, what was released?"""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("verify", epilog=EXIT_CODES)
@click.argument("path_or_version")
def command(path_or_version: str) -> int:
    """Check a release (a folder, or a version of the index) against its checksums."""
    from caucasus_data.release import verify
    from caucasus_data.release_index import VERSION, entry, read_index

    folder = Path(path_or_version)
    if not folder.is_dir() and VERSION.fullmatch(path_or_version):
        here = locate.releases_folder(locate.raw_folder())
        entry(read_index(here), path_or_version)
        folder = here / path_or_version
    wrong = verify(folder)
    for line in wrong:
        click.echo(line)
    click.echo(f"{folder.name}: " + ("verified" if not wrong else f"{len(wrong)} differences"))
    return 1 if wrong else 0
