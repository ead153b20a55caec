"""``export``: tables of a release in other programs' formats."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data.commands import EXIT_CODES

FORMATS = ("csv", "parquet", "xlsx", "json", "sqlite", "duckdb", "dta")


@click.command("export", epilog=EXIT_CODES)
@click.argument("table")
@click.option("--to", "kind", type=click.Choice(FORMATS), required=True, help="Format to write.")
@click.option("--version", "version", help="Release to export (default: the newest installed).")
@click.argument("path", type=click.Path(path_type=Path))
def command(table: str, kind: str, version: str | None, path: Path) -> int:
    """Write TABLE (or all) of a release to PATH.

    For "all", csv, parquet, json and dta write a folder; xlsx, sqlite and duckdb one file.
    """
    from caucasus_data.interchange import write

    rows = write(table, kind, path, version)
    click.echo(
        f"wrote {sum(rows.values())} rows of {len(rows)} table{'s' if len(rows) > 1 else ''} to {path}"
    )
    return 0
