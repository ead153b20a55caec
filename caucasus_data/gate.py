"""``make gate``: what CI asks of a commit beyond its tests. Exits 1 if anything falls short.

validate, format --check, verify of every release, releases as they were first committed,
nothing generated is stale. ``--write`` writes the generated files instead (``make docs``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from caucasus_data import generated, locate
from caucasus_data.errors import CaucasusDataError, MissingData
from caucasus_data.immutable import rewritten
from caucasus_data.release import verify
from caucasus_data.release_index import read_index


def _command(*words: str) -> bool:
    from caucasus_data.commands import group

    return group.main(list(words), standalone_mode=False) in (0, None)


def _releases(root: Path) -> bool:
    folder = root / "build" / "releases"
    try:
        index = read_index(folder)
    except MissingData as error:
        click.echo(str(error))
        return False
    whole = True
    listed = set(index["releases"])
    present = {path.name for path in folder.iterdir() if path.is_dir()}
    for name in sorted(listed ^ present):
        click.echo(
            f"{name}: {'in the index, without a folder' if name in listed else 'a folder that is not in the index'}"
        )
        whole = False
    for version in sorted(listed & present):
        wrong = verify(folder / version)
        for line in wrong:
            click.echo(f"{version}: {line}")
        click.echo(f"{version}: " + ("verified" if not wrong else f"{len(wrong)} differences"))
        whole = whole and not wrong
    return whole


def _immutable(root: Path) -> bool:
    wrong = rewritten(root)
    for line in wrong:
        click.echo(line)
    return not wrong


def _nothing_stale(root: Path) -> bool:
    names = list(generated.stale(root))
    for name in names:
        click.echo(f"{name} is stale: run make docs")
    return not names


def run(root: Path) -> bool:
    """Run every step, all of them even if one falls short."""
    steps: dict[str, Callable[[], bool]] = {
        "validate": lambda: _command("validate", "--raw", str(root / "raw")),
        "format": lambda: _command("format", "--check", "--raw", str(root / "raw")),
        "releases": lambda: _releases(root),
        "releases as first committed": lambda: _immutable(root),
        "generated files": lambda: _nothing_stale(root),
    }
    verdicts = {}
    for name, step in steps.items():
        click.echo(f"== {name}")
        try:
            verdicts[name] = step()
        except CaucasusDataError as error:
            click.echo(str(error))
            verdicts[name] = False
        except Exception:
            # what is made from the data can't be made from data that is refused
            if verdicts.get("validate", True):
                raise
            click.echo("not checked: first mend what validate found")
            verdicts[name] = False
    failed = [name for name, good in verdicts.items() if not good]
    click.echo("gate: " + ("passed" if not failed else "failed: " + ", ".join(failed)))
    return not failed


def main() -> None:
    """``python -m caucasus_data.gate [--write]``."""
    root = locate.checkout()
    if root is None:
        click.echo("caucasus-data: the gate runs in a checkout", err=True)
        sys.exit(2)
    if sys.argv[1:] == ["--write"]:
        for name in generated.write(root):
            click.echo(f"wrote {name}")
        sys.exit(0)
    sys.exit(0 if run(root) else 1)


if __name__ == "__main__":
    main()
