"""Releases from a host, over a local server that also misbehaves: one clear error, or the data."""

import concurrent.futures
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import caucasus_data as cd
from caucasus_data import fetch, transfer
from caucasus_data.errors import BadValue, BrokenData, CaucasusDataError, MissingData, UnknownName

pytest.importorskip("pooch")

OTHER = "0.0.9"
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class Host:
    """Serves a folder; ``answers`` says by path how to misbehave."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                path = folder / self.path.lstrip("/")
                data = path.read_bytes() if path.is_file() else b""
                answer = host.answers.get(self.path)
                with contextlib.suppress(ConnectionError):
                    if answer is not None:
                        answer(self, data)
                    elif path.is_file():
                        send(self, data)
                    else:
                        self.send_error(404)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def send(
    handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, length: int | None = None
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(data) if length is None else length))
    handler.end_headers()
    handler.wfile.write(data)


def redirect(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, data: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@pytest.fixture(scope="session")
def published(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host's folder with one release that is neither installed nor in the checkout."""
    import shutil

    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(package, folder / OTHER)
    index = json.loads((package.parent / "index.json").read_text())
    index = {"latest": OTHER, "releases": {OTHER: index["releases"]["0.1.0"]}}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


@pytest.fixture
def host(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    found = Host(published)
    monkeypatch.setenv("CAUCASUS_DATA_URL", found.base)
    monkeypatch.setenv("CAUCASUS_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield found
    found.close()


@pytest.fixture
def frame(package: Path) -> pd.DataFrame:
    """What a load of the events must give."""
    from caucasus_data.loading import read_parquet, to_pandas

    return to_pandas(read_parquet(package / "events.parquet"))


def cached(tmp_path: Path) -> list[Path]:
    return [
        path
        for path in (tmp_path / "cache").rglob("*")
        if path.is_file() and "indexes" not in path.parts
    ]


def test_a_release_is_downloaded_once_and_then_needs_no_network(
    host: Host, frame: pd.DataFrame, tmp_path: Path
) -> None:
    found = cd.load("events", OTHER)
    pd.testing.assert_frame_equal(found, frame)
    assert found.attrs["version"] == OTHER
    assert host.asked == ["/index.json", f"/{OTHER}/events.parquet"]
    host.close()
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)
    assert len(cached(tmp_path)) == 1


def test_the_address_can_be_an_argument(
    host: Host, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAUCASUS_DATA_URL")
    with pytest.raises(UnknownName, match="CAUCASUS_DATA_URL or base_url"):
        cd.load("events", OTHER)
    pd.testing.assert_frame_equal(cd.load("events", OTHER, base_url=host.base + "/"), frame)
    # once cached it is found without an address
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)
    with pytest.raises(MissingData, match="not cached"):
        cd.load("links", OTHER)


def test_other_questions_of_a_downloaded_release_work_too(host: Host, package: Path) -> None:
    assert cd.load("casualties", OTHER, join=True)["event_label"].notna().all()
    tables = cd.tables(OTHER)
    assert {"events", "changes"} <= set(tables["table"])
    host.close()
    assert len(cd.memberships_at("2020-01-01", OTHER)) > 0


def test_an_installed_release_asks_no_host(host: Host) -> None:
    cd.load("events")
    cd.load("events", cd.version())
    assert host.asked == []


def test_wrong_names_are_told_with_the_choices(host: Host) -> None:
    with pytest.raises(UnknownName, match="did you mean 'events'"):
        cd.load("event", OTHER)
    with pytest.raises(UnknownName, match=r"no release '0\.0\.8'"):
        cd.load("events", "0.0.8")
    with pytest.raises(UnknownName):
        cd.load("events", "newest")


def flipped(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, data[:100] + bytes([data[100] ^ 1]) + data[101:])


def truncated(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, data[: len(data) // 2])


def cut_off(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, data[: len(data) // 2], length=len(data))


def oversized(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, data + bytes(1_000_000))


def endless(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(65536))


def empty_answer(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, b"")


def a_page(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, b"<html>Sign in to this network</html>")


def gone(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, b"", 404)


def failing(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    send(handler, b"", 503)


def hanging_up(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def not_gzip(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(data)


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (flipped, BrokenData, "not the file that was released"),
        (truncated, BrokenData, "bytes came"),
        (cut_off, BrokenData, "only in part"),
        (oversized, BrokenData, "bigger than"),
        (endless, BrokenData, "bigger than"),
        (empty_answer, BrokenData, "bytes came"),
        (a_page, BrokenData, "bytes came"),
        (not_gzip, BrokenData, "only in part"),
        (gone, MissingData, "does not exist"),
        (failing, fetch.Unreachable, "answers 503"),
        (hanging_up, fetch.Unreachable, "can't be reached"),
        (redirect("file:///etc/passwd"), BrokenData, "redirects to file://"),
        (redirect("ftp://127.0.0.1/events.parquet"), BrokenData, "redirects to ftp://"),
        (redirect("/" + OTHER + "/events.parquet"), fetch.Unreachable, "redirects"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_bad_answer_is_one_clear_error_and_never_data(
    host: Host,
    frame: pd.DataFrame,
    tmp_path: Path,
    answer: Answer,
    kind: type[Exception],
    told: str,
) -> None:
    host.answers[f"/{OTHER}/events.parquet"] = answer
    with pytest.raises(kind, match=told) as error:
        cd.load("events", OTHER)
    assert isinstance(error.value, CaucasusDataError)
    assert "\n" not in str(error.value)
    assert cached(tmp_path) == []
    host.answers.clear()
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)


def test_a_file_of_another_table_in_its_place_is_refused(host: Host, published: Path) -> None:
    other = (published / OTHER / "actors.parquet").read_bytes()
    host.answers[f"/{OTHER}/events.parquet"] = lambda handler, data: send(handler, other)
    with pytest.raises(BrokenData):
        cd.load("events", OTHER)


def test_a_redirect_within_http_is_followed_and_checked(
    host: Host, frame: pd.DataFrame, published: Path
) -> None:
    data = (published / OTHER / "events.parquet").read_bytes()
    host.answers[f"/{OTHER}/events.parquet"] = redirect("/moved.parquet")
    host.answers["/moved.parquet"] = lambda handler, _: send(handler, data[:-1] + b"x")
    with pytest.raises(BrokenData):
        cd.load("events", OTHER)
    host.answers["/moved.parquet"] = lambda handler, _: send(handler, data)
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "{}", '{"latest": "0.0.9"}', '{"latest": "0.0.9", "releases": []}',
        '{"latest": "0.0.9", "releases": {"0.0.9": {}}}',
        '{"latest": "0.0.9", "releases": {"0.0.9": {"date": "2026-01-01", "files": {"events.parquet": {"sha256": "00", "bytes": 3}}}}}',
        '{"latest": "../x", "releases": {"../x": {"date": "", "files": {}}}}',
        "<html>Sign in</html>", "\ufeff{}", "[" * 100_000,
    ],
)  # fmt: skip
def test_a_bad_index_is_one_clear_error(host: Host, text: str) -> None:
    host.answers["/index.json"] = lambda handler, data: send(handler, text.encode())
    with pytest.raises(BrokenData, match="not an index"):
        cd.load("events", OTHER)
    host.answers.clear()
    assert len(cd.load("events", OTHER)) > 0


def test_an_index_without_end_or_none_at_all(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_INDEX", 100_000)
    host.answers["/index.json"] = endless
    with pytest.raises(BrokenData, match="bigger"):
        cd.load("events", OTHER)
    host.answers["/index.json"] = gone
    with pytest.raises(MissingData, match=r"index\.json"):
        cd.load("events", OTHER)
    host.answers["/index.json"] = redirect("file:///etc/passwd")
    with pytest.raises(BrokenData, match="file://"):
        cd.load("events", OTHER)


def test_no_network_is_told_as_such(host: Host) -> None:
    host.close()
    with pytest.raises(fetch.Unreachable, match="can't be reached"):
        cd.load("events", OTHER)


def test_a_host_that_goes_silent_is_given_up(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(transfer, "TIMEOUT", (1.0, 0.2))
    host.answers["/index.json"] = lambda handler, data: release.wait(30) and None
    with pytest.raises(fetch.Unreachable):
        cd.load("events", OTHER)
    release.set()


@pytest.mark.parametrize(
    "base", ["file:///tmp", "ftp://127.0.0.1", "127.0.0.1", "https://", "/tmp"]
)
def test_an_address_that_is_none(host: Host, base: str) -> None:
    with pytest.raises(BadValue, match="http"):
        cd.load("events", OTHER, base_url=base)
    assert host.asked == []


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:50], lambda d: d[:-1] + b"x", lambda d: d + b"x", lambda d: b""]
)
def test_a_spoiled_cache_is_mended_with_a_network_and_refused_without(
    host: Host, frame: pd.DataFrame, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    cd.load("events", OTHER)
    (path,) = cached(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)
    path.write_bytes(spoil(path.read_bytes()))
    host.close()
    with pytest.raises(CaucasusDataError):
        cd.load("events", OTHER)


def test_a_spoiled_index_in_the_cache_is_fetched_again(
    host: Host, frame: pd.DataFrame, tmp_path: Path
) -> None:
    cd.load("events", OTHER)
    (index,) = (tmp_path / "cache" / "indexes").iterdir()
    index.write_text("{")
    pd.testing.assert_frame_equal(cd.load("events", OTHER), frame)


def test_a_version_published_later_is_found(host: Host, published: Path) -> None:
    cd.load("events", OTHER)
    index = json.loads((published / "index.json").read_text())
    index["releases"]["0.0.10"] = index["releases"][OTHER]
    later = json.dumps(index).encode()
    host.answers["/index.json"] = lambda handler, data: send(handler, later)
    host.answers["/0.0.10/events.parquet"] = lambda handler, data: send(
        handler, (published / OTHER / "events.parquet").read_bytes()
    )
    assert len(cd.load("events", "0.0.10")) > 0


def test_two_hosts_do_not_mix(host: Host, published: Path, tmp_path: Path) -> None:
    import hashlib
    import shutil

    second = Path(shutil.copytree(published, tmp_path / "second"))
    data = (second / OTHER / "actors.parquet").read_bytes()
    (second / OTHER / "events.parquet").write_bytes(data)
    index = json.loads((second / "index.json").read_text())
    index["releases"][OTHER]["files"]["events.parquet"] = {
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    (second / "index.json").write_text(json.dumps(index))
    other = Host(second)
    try:
        assert "event_id" in cd.load("events", OTHER)
        assert "actor_id" in cd.load("events", OTHER, base_url=other.base)
        assert "event_id" in cd.load("events", OTHER)
    finally:
        other.close()


def test_several_processes_at_once_all_get_the_data(
    host: Host, frame: pd.DataFrame, root: Path
) -> None:
    import os

    script = f"import caucasus_data as cd; print(len(cd.load('events', {OTHER!r})), len(cd.load('actors', {OTHER!r})) > 0)"

    def one(_: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        return done.stdout + done.stderr

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(4))) == {f"{len(frame)} True\n"}


def test_a_cache_that_cannot_be_written_is_one_clear_error(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CAUCASUS_DATA_CACHE", str(tmp_path / "file"))
    with pytest.raises(CaucasusDataError, match="cache"):
        cd.load("events", OTHER)


def test_a_missing_extra_is_named(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(ImportError, match=r"caucasus-data\[fetch\]"):
        cd.load("events", OTHER)


def test_a_cached_load_imports_neither_pooch_nor_requests(host: Host, root: Path) -> None:
    import os

    cd.load("events", OTHER)
    script = f"import sys, caucasus_data as cd; cd.load('events', {OTHER!r}); print(' '.join(sys.modules))"
    env: dict[str, Any] = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env
    )
    assert not set(done.stdout.split()) & {"pooch", "requests", "rich", "yaml", "click"}
