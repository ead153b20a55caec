"""Errors that a user can cause, each with a code and one clear line.

What belongs to a cell of the data is a finding (see ``finding``), not an error.
"""

import difflib


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
    def of(cls, kind, name, choices):
        """Build the error with the nearest valid choice, or all of them if they are few."""
        choices = [str(c) for c in choices]
        near = difflib.get_close_matches(str(name), choices, n=1, cutoff=0.5)
        if near:
            tail = f"did you mean {near[0]!r}?"
        elif len(choices) > 30:
            tail = f"there are {len(choices)} of them"
        else:
            tail = "choose from " + ", ".join(choices)
        return cls(f"no {kind} {str(name)!r}; {tail}")


class BadValue(CaucasusDataError, ValueError):
    """An argument that can't mean what was asked for."""

    code = "bad-value"


class MissingExtra(CaucasusDataError, ImportError):
    """A command or call that needs an optional dependency."""

    code = "missing-extra"

    @classmethod
    def of(cls, what, extra, module):
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
