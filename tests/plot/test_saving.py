"""Files of charts stand alone: no browser, no network, no address outside themselves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import caucasus_data as cd

ADDRESS = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}[/\"']", re.IGNORECASE)
BLOCKED = """
import socket
def refuse(*a, **k):
    raise OSError("no network")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
"""


@pytest.mark.parametrize("kind", ["svg", "png", "html", "json"])
def test_a_chart_is_saved_without_network(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"chart.{kind}"
    script = BLOCKED + (
        "import caucasus_data as cd, sys\n"
        "cd.plot.casualties(event='EV-00010', type='killed').save(sys.argv[1])\n"
    )
    environment = {
        **os.environ,
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", script, path],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    start = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE html>", "json": b"{"}[kind]
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["timeline", "map", "agreements"])
def test_svg_and_html_name_no_address(name: str) -> None:
    chart = getattr(cd.plot, name)()
    assert not ADDRESS.findall(chart.svg())
    page = chart.html()
    assert not re.findall(r"https?://(?!www\.w3\.org/)", page)
    assert "<script src" not in page
    assert "<link" not in page


def test_html_can_be_read_without_scripts() -> None:
    chart = cd.plot.agreements(process="EV-00001")
    page = re.sub(r"<script>.*?</script>", "", chart.html(), flags=re.DOTALL)
    assert "<svg" in page
    assert chart.description in page.replace("&quot;", '"').replace("&amp;", "&").replace(
        "&#x27;", "'"
    )
    assert 'lang="en"' in page


def test_the_root_of_a_picture_says_what_it_shows() -> None:
    chart = cd.plot.memberships(organization="csto")
    root = chart.svg().split(">", 1)[0]
    assert 'role="img"' in root
    assert f'aria-label="{chart.description}"' in root


def test_a_saved_file_is_what_the_chart_says(tmp_path: Path) -> None:
    chart = cd.plot.agreements(process="EV-00001")
    chart.save(tmp_path / "a.svg")
    chart.save(str(tmp_path / "a.html"))
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == chart.svg()
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == chart.html()


def test_the_same_call_gives_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    script = "import caucasus_data as cd, sys; cd.plot.memberships(actor='armenia').save('a.svg')"
    environment = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == cd.plot.memberships(
        actor="armenia"
    ).svg()


def test_changing_a_chart_keeps_what_it_can_do(tmp_path: Path) -> None:
    chart = cd.plot.agreements(process="EV-00001").properties(background="#eeeeee")
    chart.save(tmp_path / "a.html")
    assert "vegaEmbed" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert json.loads(chart.to_json())["background"] == "#eeeeee"
