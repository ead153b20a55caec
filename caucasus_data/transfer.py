"""One body over HTTP: bounded, within http and https, each failure one clear error.

What is fetched and whether it is what was released is ``fetch``'s. Imports requests only when
called.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from caucasus_data.errors import BrokenData, CaucasusDataError, MissingData, need

TIMEOUT = (10.0, 30.0)
"""Seconds to connect, and to wait for the next bytes."""


class Unreachable(CaucasusDataError, ConnectionError):
    """The host of the releases can't be reached, or refuses."""

    code = "unreachable"


def fetched_bytes(url: str, base: str, most: int, shown: bool = False) -> bytes:
    """The body of an address, at most ``most`` bytes of it. One clear error for each failure.

    ``base``: the address that was asked for, whose scheme redirects must keep; ``shown``: with a
    bar for people at a terminal.
    """
    requests: Any = need("downloading a release", "fetch", "requests")
    scheme = urlsplit(base).scheme

    class Session(requests.Session):  # type: ignore[misc]
        """Follows redirects within http and https only, and never from https to http."""

        def get_redirect_target(self, response: Any) -> Any:
            target = super().get_redirect_target(response)
            to = urlsplit(target).scheme if target else ""
            if to and to != scheme and (scheme, to) != ("http", "https"):
                raise BrokenData(f"{url} redirects to {to}://, which is refused")
            return target

    with Session() as session:
        try:
            with session.get(url, stream=True, timeout=TIMEOUT) as answer:
                if answer.status_code in (404, 410):
                    raise MissingData(f"{url} does not exist on the host")
                if answer.status_code != 200:
                    raise Unreachable(f"{url}: the host answers {answer.status_code}")
                parts = []
                size = 0
                with _progress(url, most, shown) as advance:
                    for part in answer.iter_content(64 * 1024):
                        size += len(part)
                        if size > most:
                            raise BrokenData(
                                f"{url} is bigger than the {most} bytes that it may have"
                            )
                        parts.append(part)
                        advance(len(part))
        except CaucasusDataError:
            raise
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            raise BrokenData(f"{url} came only in part") from error
        except (requests.exceptions.Timeout, requests.exceptions.ConnectionError) as error:
            host = urlsplit(url).netloc
            raise Unreachable(
                f"{host} can't be reached; installed and cached releases need no network"
            ) from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise Unreachable(f"{url} can't be fetched ({error})") from error
    return b"".join(parts)


@contextlib.contextmanager
def _progress(url: str, total: int, shown: bool) -> Iterator[Any]:
    """A bar on standard error, for people at a terminal."""
    if not shown or not sys.stderr.isatty():
        yield lambda size: None
        return
    console: Any = need("downloading a release", "fetch", "rich.console")
    progress: Any = need("downloading a release", "fetch", "rich.progress")
    with progress.Progress(console=console.Console(stderr=True), transient=True) as bar:
        task = bar.add_task(url.rsplit("/", 1)[-1], total=total)
        yield lambda size: bar.advance(task, size)
