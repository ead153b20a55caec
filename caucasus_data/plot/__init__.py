"""Charts of a release: ``cd.plot.timeline()``, ``map``, ``memberships``, ``casualties``,
``known_by_day``, ``agreements``.

Each returns an Altair chart with title, units, a source line and an alternative text computed
from the data (``chart.description``, or ``sentence(name, …)``); ``chart.save("x.svg")``, ``.png``
and ``.html`` need no browser and no network. Altair comes with the extra ``plot`` and is imported
when a chart is asked for. One module a chart; what all share is ``theme``'s, ``rows``' and
``frames``'.
"""

_HOMES = {
    "timeline": "timeline_",
    "map": "map_",
    "memberships": "memberships_",
    "casualties": "casualties_",
    "known_by_day": "known_by_day_",
    "agreements": "agreements_",
}
CHARTS = tuple(_HOMES)

__all__ = [
    "CHARTS",
    "agreements",
    "casualties",
    "known_by_day",
    "map",
    "memberships",
    "sentence",
    "timeline",
]


def __getattr__(name):
    if name in _HOMES:
        import importlib

        from caucasus_data.errors import need

        need(f"cd.plot.{name}()", "plot", "altair")
        found = getattr(importlib.import_module(f"caucasus_data.plot.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'caucasus_data.plot' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)


def sentence(chart, **arguments):
    """The alternative text of a chart: what its data says, in one or two sentences.

    ``chart`` is a name of :data:`CHARTS`, ``arguments`` are those of its function. Raises
    ``UnknownName`` for a chart that does not exist.
    """
    from caucasus_data.errors import UnknownName

    if chart not in _HOMES:
        raise UnknownName.of("chart", chart, CHARTS)
    return str(__getattr__(chart)(**arguments).description)
