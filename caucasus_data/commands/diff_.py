"""``diff``: rows and cells that differ, and the smallest version bump that they need."""

from __future__ import annotations

import click

from caucasus_data.commands import EXIT_CODES

MOST = 500


@click.command("diff", epilog=EXIT_CODES)
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=MOST,
    show_default=True,
    help="Show at most so many (text and markdown).",
)
def command(old: str, new: str, style: str, limit: int) -> int:
    """Compare OLD with NEW: versions, folders of releases, or the working tree (".").

    Says which rows and cells differ, and the smallest version bump that they need and why.
    """
    from caucasus_data.bump import smallest
    from caucasus_data.changes import differences, state_of
    from caucasus_data.reports.differences import as_json, in_reading_order, markdown, text

    before, after = state_of(old), state_of(new)
    found = list(differences(before, after))
    need = smallest(before, after, found)
    if style == "json":
        for piece in as_json(before.name, after.name, found, need):
            click.echo(piece, nl=False)
        return 0
    top = in_reading_order(found, after, limit)
    render = markdown if style == "markdown" else text
    click.echo(render(before.name, after.name, found, need, top), nl=False)
    return 0
