"""What the tests of the explorer share: the newest release's explorer, and one of hostile data."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("jinja2", reason="the extra 'site' is not installed")
sys.path.insert(0, str(Path(__file__).parent))

from hostile import spoiled

from caucasus_data.site.content import Content, read_content
from caucasus_data.site.write import write, write_site


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content(None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "explorer"
    write_site(out)
    return out


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the first release, which is made in a few seconds."""
    out = tmp_path_factory.mktemp("small") / "explorer"
    write_site(out, version="0.1.0")
    return out


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hostile") / "explorer"
    write(spoiled(), out)
    return out
