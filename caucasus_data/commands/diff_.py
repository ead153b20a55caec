"""``diff``: rows and cells that differ, and the smallest version bump that they need."""

from __future__ import annotations

import json

import click

from caucasus_data.commands import EXIT_CODES

MOST = 500


@click.command("diff", epilog=EXIT_CODES)
@click.argument("old")
@click.argument("new")
@click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(min=0), default=MOST, show_default=True, help="Show at most so many (text and markdown).")
def command(old: str, new: str, style: str, limit: int) -> int:
    """Compare OLD with NEW: versions, folders of releases, or the working tree (".")."""
    from caucasus_data.bump import smallest
    from caucasus_data.changes import differences, state_of
    from caucasus_data.reports.differences import in_reading_order, markdown, text

    before, after = state_of(old), state_of(new)
    found = list(differences(before, after))
    need = smallest(before, after, found)
    if style == "json":
        document = {
            "old": before.name,
            "new": after.name,
            "bump": need.level,
            "because": need.why,
            "differences": [
                {"table": d.table, "record": d.record, "field": d.field, "kind": d.kind, "old": d.old or None, "new": d.new or None}
                for d in found
            ],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return 0
    found = in_reading_order(found, after)
    render = markdown if style == "markdown" else text
    click.echo(render(before.name, after.name, found, need, limit), nl=False)
    return 0
