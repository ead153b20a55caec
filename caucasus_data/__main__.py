"""``caucasus-data`` and ``python -m caucasus_data``: runs a command and ends in an exit code."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line; a user's mistake ends in one line and exit code 2 (or 1)."""
    # imports and frames make many objects that live to the end: looking for rubbish among them
    # at every few hundred costs a tenth of a short command
    gc.set_threshold(100_000, 50, 50)
    import click

    from caucasus_data.commands import group
    from caucasus_data.errors import CaucasusDataError

    try:
        code = group.main(standalone_mode=False, prog_name="caucasus-data")
    except CaucasusDataError as error:
        if str(error):
            click.echo(f"caucasus-data: {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        click.echo(f"caucasus-data: {error.format_message()}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("caucasus-data: stopped", err=True)
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"caucasus-data: {where}{error.strerror or error}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
