"""``site``: the static explorer of a release."""

from __future__ import annotations

from pathlib import Path

import click

from caucasus_data.commands import EXIT_CODES


@click.command("site", epilog=EXIT_CODES)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write: new, empty, or an earlier explorer, which is replaced.",
)
@click.option(
    "--version",
    "version",
    help="Release to show (default: the newest installed; dev: the last build).",
)
@click.option(
    "--base-url", default="", help="Address at which it will be published, for citations."
)
@click.option("--report-url", default="", help="Address of a form for reports of errors.")
def command(out: Path, version: str | None, base_url: str, report_url: str) -> int:
    """Build the explorer of a release: pages, charts and tables that open from a folder.

    The folder needs no network and no server; any plain web server can also serve it.
    """
    from caucasus_data.site.write import write_site

    made = write_site(out, version, base_url, report_url)
    click.echo(
        f"wrote {made['pages']:,} pages ({made['bytes'] / 1e6:.1f} MB) to {out}: open {out / 'index.html'}"
    )
    return 0
