"""caucasus-data: the South Caucasus' conflicts and alignments, 1988 to today.

``import caucasus_data as cd; cd.load("events")`` gives a typed DataFrame, offline. Everything is
imported when it is first used, so that the import itself costs next to nothing.
"""

from caucasus_data._version import __version__

_HOMES = {
    "load": "loading",
    "tables": "query",
    "codebook": "query",
    "schema": "query",
    "memberships_at": "query",
    "casualty_ranges": "query",
    "sources_of": "query",
    "cite": "query",
    "version": "query",
}

__all__ = ["__version__", "plot", *_HOMES]


def __getattr__(name):
    if name == "plot":
        import importlib

        return importlib.import_module("caucasus_data.plot")
    if name in _HOMES:
        import importlib

        found = getattr(importlib.import_module("caucasus_data." + _HOMES[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'caucasus_data' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
