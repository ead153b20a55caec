"""Errors that a user can cause, each with a code and one clear line.

What belongs to a cell of the data is a finding (see ``finding``), not an error.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CaucasusDataError(Exception):
    """Base of every error that this package raises on purpose.

    ``code`` is stable and meant for programs; the text is meant for people.
    """

    code = "error"
    exit_code = 2


class UnknownName(CaucasusDataError, LookupError):
    """A table, column, record, version or option that does not exist."""

    code = "unknown-name"

    @classmethod
    def of(cls, kind: str, name: object, choices: Iterable[object]) -> UnknownName:
        """Build the error with the nearest valid choice, or all of them if they are few."""
        names = [str(choice) for choice in choices]
        near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
        if near:
            tail = f"did you mean {near[0]!r}?"
        elif len(names) > 30:
            tail = f"there are {len(names)} of them"
        else:
            tail = "choose from " + ", ".join(names)
        return cls(f"no {kind} {str(name)!r}; {tail}")


class BadValue(CaucasusDataError, ValueError):
    """An argument that can't mean what was asked for."""

    code = "bad-value"


class MissingExtra(CaucasusDataError, ImportError):
    """A command or call that needs an optional dependency."""

    code = "missing-extra"

    @classmethod
    def of(cls, what: str, extra: str, module: str) -> MissingExtra:
        """Say which extra brings what is missing."""
        return cls(
            f"{what} needs {module}, which is not installed: pip install 'caucasus-data[{extra}]'"
        )


class MissingData(CaucasusDataError, FileNotFoundError):
    """A folder, file or release that should be there and is not."""

    code = "missing-data"


class BrokenData(CaucasusDataError, ValueError):
    """A release, index or schema whose bytes are not what they should be."""

    code = "broken-data"


class DataFallsShort(CaucasusDataError):
    """The data did not pass: exit code 1, with findings already printed."""

    code = "data-falls-short"
    exit_code = 1


def need(what: str, extra: str, module: str) -> object:
    """Import ``module``, or raise :class:`MissingExtra` in one line."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra.of(what, extra, module.split(".")[0]) from error
