"""``explain``: what a finding's code means, with a wrong and a right example."""

from __future__ import annotations

import click

from caucasus_data.codes import CODES
from caucasus_data.commands import EXIT_CODES


@click.command("explain", epilog=EXIT_CODES)
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """What CODE means, why the rule is there, what is wrong and what is right; all codes without it."""
    from caucasus_data.errors import UnknownName

    if code is None:
        for each in CODES.values():
            click.echo(f"{each.name:<28} {each.title}")
        return 0
    if code not in CODES:
        raise UnknownName.of("code", code, CODES)
    found = CODES[code]
    click.echo(f"{found.name}: {found.title}\n\n{found.why}\n")
    click.echo(f"wrong  {found.wrong}\nright  {found.right}")
    if found.hint:
        click.echo(f"do     {found.hint}")
    kind = "an error" if found.severity == "error" else "a warning"
    click.echo(
        f"\nIt is {kind}"
        + (" and can be waived in waivers.csv." if found.waivable else "; it can't be waived.")
    )
    return 0
