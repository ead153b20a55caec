"""The basemap: physical features of the frame only, and the clipping that made it."""

import json
import struct
from pathlib import Path

import pytest

from caucasus_data.plot import natural_earth as ne
from caucasus_data.plot.map_ import BASEMAP, Projection

SQUARE = [(30.0, 40.0), (30.0, 42.0), (40.0, 42.0), (40.0, 40.0), (30.0, 40.0)]


def test_the_basemap_is_small_and_holds_no_boundaries() -> None:
    assert BASEMAP.stat().st_size < 150 * 1024
    ground = json.loads(BASEMAP.read_text(encoding="utf-8"))
    assert set(ground["layers"]) == {"land", "lakes", "coastlines", "rivers"}
    assert "public domain" in ground["source"]


def test_all_of_the_basemap_lies_in_its_frame() -> None:
    ground = json.loads(BASEMAP.read_text(encoding="utf-8"))
    west, south, east, north = ground["frame"]

    def points(part: list) -> list:  # type: ignore[type-arg]
        return (
            [part]
            if isinstance(part[0], float | int)
            else [p for inner in part for p in points(inner)]
        )

    for layer in ground["layers"].values():
        for x, y in points(layer["coordinates"]):
            assert west <= x <= east
            assert south <= y <= north


def test_a_ring_is_cut_at_the_frame() -> None:
    cut = ne.clipped_ring(SQUARE)
    assert cut[0] == cut[-1]
    assert {x for x, _ in cut} == {35.0, 40.0}
    assert {y for _, y in cut} == {40.0, 42.0}
    assert ne.clipped_ring([(x - 10, y) for x, y in SQUARE]) == []


def test_a_line_that_leaves_and_comes_back_is_two() -> None:
    pieces = ne.clipped_line([(36.0, 40.0), (34.0, 40.0), (34.0, 41.0), (36.0, 41.0)])
    assert pieces == [[(36.0, 40.0), (35.0, 40.0)], [(35.0, 41.0), (36.0, 41.0)]]
    assert ne.clipped_line([(10.0, 10.0), (11.0, 10.0)]) == []


def test_points_on_a_straight_line_are_left_out() -> None:
    assert ne.simplified([(36.0, 40.0), (37.0, 40.001), (38.0, 40.0)]) == [
        (36.0, 40.0),
        (38.0, 40.0),
    ]
    assert len(ne.simplified([(36.0, 40.0), (37.0, 40.5), (38.0, 40.0)])) == 3


def test_land_has_its_lake_as_a_hole_and_as_a_lake(tmp_path: Path) -> None:
    lake = [(37.0, 40.5), (38.0, 40.5), (38.0, 41.0), (37.0, 41.0), (37.0, 40.5)]
    made = ne.basemap(iter([[SQUARE, lake]]), iter([[[(36.0, 40.0), (36.5, 41.0)]]]))["layers"]
    assert len(made["land"]["coordinates"]) == 1
    assert len(made["land"]["coordinates"][0]) == 2
    assert len(made["lakes"]["coordinates"]) == 1
    assert made["rivers"]["coordinates"] == [[[36.0, 40.0], [36.5, 41.0]]]
    assert all(x > 35 for line in made["coastlines"]["coordinates"] for x, _ in line[1:-1])


def test_a_shapefile_is_read(tmp_path: Path) -> None:
    points = [(36.0, 40.0), (37.0, 41.0), (38.0, 40.0)]
    flat = [number for point in points for number in point]
    content = (
        struct.pack("<i4dii", 3, 36, 40, 38, 41, 1, 3)
        + struct.pack("<i", 0)
        + struct.pack("<6d", *flat)
    )
    (tmp_path / "a.shp").write_bytes(
        bytes(100) + struct.pack(">ii", 1, len(content) // 2) + content
    )
    assert list(ne.shapes(tmp_path / "a.shp")) == [[points]]


def test_the_command_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ne.main([str(tmp_path)]) == 2
    assert "ne_10m_land.shp" in capsys.readouterr().err


def test_pixels_and_degrees_are_inverse() -> None:
    projection = Projection(35, 36, 56, 48)
    assert projection.pixel(35, 48) == pytest.approx((0, 0))
    assert projection.pixel(56, 36) == pytest.approx((projection.width, projection.height), abs=1)
    assert projection.degrees(*projection.pixel(44.5, 40.2)) == pytest.approx((44.5, 40.2))
