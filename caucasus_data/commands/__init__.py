"""The command line: one file per command, imported only when it is called.

Exit codes everywhere: 0 done, 1 the data falls short, 2 it could not run. An error that a user
can cause ends in one line on standard error.
"""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "validate": "every finding of every layer in one run",
    "format": "canonical CSV; --check prints what it should be",
    "new": "a commented template to fill in",
    "apply": "put filled templates into the tables, all or none",
    "show": "a record and all that hangs on it",
    "build": "validate, normalize, export",
    "diff": "rows and cells that differ, and the smallest version bump",
    "release": "make a release, refusing too small a bump",
    "verify": "check a release against its checksums",
    "report": "the counts that docs/ publishes",
    "site": "the static explorer of a release",
    "info": "what is installed and what it holds",
    "codebook": "tables, columns, vocabularies",
    "cite": "how to cite the dataset",
    "explain": "what a finding's code means",
    "export": "tables as csv, parquet, xlsx, json, sqlite, duckdb, dta",
}
"""Every command and its one line; a module of this package bears its name (``format_`` …)."""

EXIT_CODES = "Exit codes: 0 done; 1 the data falls short; 2 it could not run."


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"caucasus_data.commands.{name}_")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for one that does not exist."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from caucasus_data.errors import UnknownName

            raise UnknownName.of("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="caucasus-data", prog_name="caucasus-data")
def group() -> None:
    """The South Caucasus' conflicts and alignments as data: check, build, read it."""
