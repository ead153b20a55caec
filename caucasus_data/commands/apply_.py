"""``apply``: put filled templates into the tables, all or none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from caucasus_data import locate
from caucasus_data.commands import EXIT_CODES


@click.command("apply", epilog=EXIT_CODES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of the hand-edited tables.")
@click.option("--dry-run", is_flag=True, help="Check and report; write nothing.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    help="Write the ids of the handles to this file, as JSON.",
)
def command(files: tuple[str, ...], raw: Path | None, dry_run: bool, map_file: Path | None) -> int:
    """Put filled templates into the tables, all of them or none.

    Blank ids and handles (new:anything) get the next free ids, sources are reused by address.
    FILE may be - for standard input.
    """
    from caucasus_data.authoring.apply import apply
    from caucasus_data.authoring.problems import as_text
    from caucasus_data.authoring.tell import report

    folder = raw if raw is not None else locate.raw_folder()
    outcome = apply([_read(name) for name in files], folder, locate.spec(folder), dry_run)
    for finding in outcome.findings:
        click.echo(as_text(finding))
    if outcome.errors:
        several = "s" if outcome.errors != 1 else ""
        click.echo(f"{outcome.errors} error{several}: nothing was written")
        return 1
    if outcome.merged is not None:
        click.echo(report(outcome, locate.spec(folder), dry_run), nl=False)
        if map_file is not None and not dry_run:
            text = json.dumps(outcome.merged.handles, ensure_ascii=False, indent=2, sort_keys=True)
            map_file.write_text(text + "\n", encoding="utf-8")
    return 0


def _read(name: str) -> tuple[str, bytes]:
    from caucasus_data.errors import BadValue, MissingData

    if name == "-":
        return "<stdin>", sys.stdin.buffer.read()
    path = Path(name)
    if not path.exists():
        raise MissingData(f"there is no file {name}")
    if path.is_dir():
        raise BadValue(f"{name} is a folder, not a template")
    return name, path.read_bytes()
