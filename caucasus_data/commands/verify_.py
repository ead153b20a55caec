"""``verify``: is a release, byte for byte, what was released?"""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("verify", epilog=EXIT_CODES)
@click.argument("path_or_version")
@click.option(
    "--zip", "where", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="Write caucasus-data-VERSION.zip for download into FOLDER, if all is well.",
)  # fmt: skip
def command(path_or_version: str, where: Path | None) -> int:
    """Check a release (a folder, or a version of the index) against its checksums, the index, and
    what changed since the release before."""
    from caucasus_data.errors import BadValue
    from caucasus_data.release import verify
    from caucasus_data.release_index import VERSION, entry, read_index

    folder = Path(path_or_version)
    if not folder.is_dir() and VERSION.fullmatch(path_or_version):
        here = locate.releases_folder(locate.raw_folder())
        entry(read_index(here), path_or_version)
        folder = here / path_or_version
    version = folder.absolute().name
    if where is not None and not VERSION.fullmatch(version):
        raise BadValue(f"{folder} is no release: its name is not a version X.Y.Z")
    wrong = verify(folder)
    for line in wrong:
        click.echo(line)
    click.echo(f"{version}: " + ("verified" if not wrong else f"{len(wrong)} differences"))
    if where is not None and not wrong:
        from caucasus_data.export.archive import write_zip

        click.echo(f"wrote {write_zip(folder, version, where)}")
    return 1 if wrong else 0
