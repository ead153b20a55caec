"""The gallery in docs/ is what its command makes of the newest release."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from caucasus_data.plot import gallery

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["memberships-csto", "casualties-september-2022"])
def test_a_picture_is_of_the_newest_release(name: str) -> None:
    assert (DOCS / "gallery" / f"{name}.svg").read_text(encoding="utf-8") == gallery.svg(name), (
        "docs/gallery is stale: run python -m caucasus_data.plot.gallery --out docs/gallery"
    )


def test_the_page_shows_every_picture() -> None:
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", page)
    assert {Path(path).stem for _, path in shown} == set(gallery.CHARTS)
    for said, path in shown:
        assert (DOCS / path).is_file()
        assert len(said.split()) > 10
    assert {path.stem for path in (DOCS / "gallery").iterdir()} == set(gallery.CHARTS)


def test_the_command_writes_the_gallery(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "caucasus_data.plot.gallery", "--out", tmp_path / "gallery"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in [DOCS / "gallery.md", *sorted((DOCS / "gallery").iterdir())]:
        assert (tmp_path / path.relative_to(DOCS)).read_bytes() == path.read_bytes(), path.name


def test_the_command_refuses_a_release_that_does_not_exist(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "caucasus_data.plot.gallery",
        "--out",
        tmp_path / "gallery",
        "--version",
        "9.9.9",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "9.9.9" in done.stderr
    assert not (tmp_path / "gallery").exists()
