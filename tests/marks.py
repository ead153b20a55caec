"""What a chart shows, read from its specification and from its picture."""

from typing import Any


def rows_of(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that a layer of a chart draws."""
    return list(spec["datasets"][layer["data"]["name"]])


def main_rows(chart: Any) -> list[dict[str, Any]]:
    """The rows of the layers that say what they show: one mark a record."""
    spec = chart.to_dict()
    return [
        row
        for layer in spec["layer"]
        if "description" in layer.get("encoding", {})
        for row in rows_of(spec, layer)
    ]


def points_in(svg: str) -> int:
    """Symbols that the picture shows and names to a screen reader."""
    return svg.count('aria-roledescription="point"')
