"""Addresses inside the explorer, and which addresses outside it may be linked.

A record's page is ``<record id>/index.html``, forever. Every other page has a dot in its name,
which no id has, so that no new record can take its place. Links name ``index.html`` because a
folder opened from disk has no server to add it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from caucasus_data.errors import BrokenData

FILES = "site.files"
"""Folder of style sheet, scripts and the data that they read."""
DOWNLOADS = "release.files"
"""Folder of the release's own files."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def folder(record: str) -> str:
    """The folder of a record's page; refuses an id that is no plain name."""
    if not _ID.fullmatch(record) or _DEVICES.fullmatch(record):
        raise BrokenData(f"{record!r} is not an id that a page can bear")
    return record


def record_page(record: str) -> str:
    """Path of a record's page from the root of the explorer."""
    return f"{folder(record)}/index.html"


def table_page(table: str, number: int = 1) -> str:
    """Path of a page of a table."""
    return f"table-{table}.html" if number == 1 else f"table-{table}-{number}.html"


def outside(url: object) -> str | None:
    """The address if it may be linked: http or https with a host, nothing that breaks out."""
    text = str(url or "")
    if not text.isprintable() or any(c in text for c in ' <>"\\^`{|}'):
        return None
    try:
        parts = urlsplit(text)
        hostname = parts.hostname
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and hostname else None
