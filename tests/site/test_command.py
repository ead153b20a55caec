"""``caucasus-data site``: what it refuses, what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from caucasus_data.errors import BadValue, BrokenData, UnknownName
from caucasus_data.site import address
from caucasus_data.site import write as writing


def test_a_folder_with_other_things_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadValue, match="holds something else"):
        writing.write_site(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_unknown_release_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        writing.write_site(tmp_path / "out", version="0.0.99")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "example.org", 'https://example.org/"x'])
def test_addresses_that_are_not_http_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="--report-url"):
        writing.write_site(tmp_path / "out", report_url=url)


def test_a_failed_build_leaves_the_earlier_explorer(
    small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "explorer"
    (out / "site.files").mkdir(parents=True)
    (out / "site.files" / "version.txt").write_text(
        (small_site / "site.files" / "version.txt").read_text()
    )
    (out / "index.html").write_text("earlier")

    def fails(self: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(writing.Writer, "all", fails)
    with pytest.raises(RuntimeError):
        writing.write_site(out)
    assert (out / "index.html").read_text() == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["explorer"]


def test_an_earlier_explorer_is_replaced_whole(small_site: Path, tmp_path: Path) -> None:
    out = tmp_path / "explorer"
    (out / "site.files").mkdir(parents=True)
    (out / "site.files" / "version.txt").write_text(writing.MARK)
    (out / "EV-00000").mkdir()
    writing.write_site(out, version="0.1.0")
    assert not (out / "EV-00000").exists()
    assert (out / "index.html").read_bytes() == (small_site / "index.html").read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["explorer"]


@pytest.mark.parametrize("record", ["../etc", "a/b", "", "con", ".hidden", "a.html", "x" * 300])
def test_an_id_that_is_no_plain_name_gets_no_folder(record: str) -> None:
    with pytest.raises(BrokenData):
        address.folder(record)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=c&d=e#f", True),
        ("http://example.org", True),
        ("HTTPS://example.org/", True),
        ("javascript:alert(1)", False),
        ("javascript://example.org/%0aalert(1)", False),
        ("ftp://example.org/a", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:///x", False),
        ("https://example.org/\u202egpj", False),
        ("https://example.org/a b", False),
        ("https://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_http_addresses_with_a_host_are_linked(url: str | None, linked: bool) -> None:
    assert (address.outside(url) is not None) == linked


def test_load_does_not_import_the_explorer() -> None:
    code = (
        "import sys, caucasus_data as cd; cd.load('events'); "
        "sys.exit(any(m == 'jinja2' or m.startswith('caucasus_data.site') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
