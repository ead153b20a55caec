"""``release``: make a version that is never written over."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("release", epilog=EXIT_CODES)
@click.argument("version")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option("--date", help="Day of the release (default: SOURCE_DATE_EPOCH).")
def command(version: str, raw: Path | None, date: str | None) -> int:
    """Make build/releases/VERSION with its checksums and its entry in the index.

    A version that is too small for what changed is refused, with the change that asks for more.
    The data section of CHANGELOG.md, if there is one beside raw/, is written too.
    """
    from caucasus_data.build import FallsShort, date_for
    from caucasus_data.commands.build_ import finish_edits
    from caucasus_data.errors import need
    from caucasus_data.export.place import replace_file
    from caucasus_data.release import release
    from caucasus_data.reports.changelog import NAME, changelog
    from caucasus_data.reports.findings import render

    need("release", "validate", "pandera.pandas")
    folder = raw if raw is not None else locate.raw_folder()
    finish_edits(folder)
    spec = locate.spec(folder)
    root = folder.absolute().parent
    try:
        made = release(
            version,
            folder,
            spec,
            root / "build" / "releases",
            date_for(date, None),
            locate.licence(folder),
        )
    except FallsShort as short:
        click.echo(render(short.verdict, "text"), nl=False)
        return 1
    if (root / NAME).is_file():
        replace_file(root / NAME, changelog(root).encode())
    click.echo(f"released {version} in {made}")
    return 0
