"""``report``: the counts that ``docs/`` publishes, from the working tree."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES

KINDS = ("seed", "grid", "matrix", "balance", "reliability", "ranges", "years", "coverage")


@click.command("report", epilog=EXIT_CODES)
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (default: print)."
)
def command(kind: str, raw: Path | None, out: Path | None) -> int:
    """Print one of the reports as Markdown."""
    from caucasus_data.generated import REPORTS

    folder = (raw if raw is not None else locate.raw_folder()).absolute()
    if not folder.is_dir():
        from caucasus_data.errors import MissingData

        raise MissingData(f"there is no folder {folder}")
    name = "coding-reliability" if kind == "reliability" else kind
    text = REPORTS[name](folder.parent)
    if out is None:
        click.echo(text, nl=False)
        return 0
    aside = out.with_name(out.name + ".tmp")
    aside.write_text(text, encoding="utf-8")
    aside.replace(out)
    return 0
