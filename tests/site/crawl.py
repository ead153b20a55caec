"""Read the pages of an explorer without a browser: elements, links, what they point at."""

import functools
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit


@dataclass
class Page:
    """What a test asks of a page."""

    path: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    scripts: list[tuple[dict[str, str], str]] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(path)
        self.script: dict[str, str] | None = None
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.elements.append((tag, attributes))
        if "id" in attributes:
            if attributes["id"] in self.page.ids:
                self.page.doubled.add(attributes["id"])
            self.page.ids.add(attributes["id"])
        if tag == "script":
            self.script = attributes
            self.page.scripts.append((attributes, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.script = None

    def handle_data(self, data: str) -> None:
        if self.script is not None:
            attributes, before = self.page.scripts[-1]
            self.page.scripts[-1] = (attributes, before + data)
        else:
            self.said.append(data)


def read(site: Path, path: str) -> Page:
    reader = _Reader(path)
    reader.feed((site / path).read_text(encoding="utf-8"))
    reader.close()
    reader.page.text = " ".join(reader.said)
    return reader.page


def read_all(site: Path) -> dict[str, Page]:
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    gc.disable()  # millions of small objects that all stay
    try:
        return {path: read(site, path) for path in files}
    finally:
        gc.freeze()
        gc.enable()


@functools.cache
def parts_of(url: str) -> SplitResult:
    return urlsplit(url)


def is_outside(url: str) -> bool:
    parts = parts_of(url)
    return bool(parts.scheme or parts.netloc)


def target(page: str, url: str) -> tuple[str, str]:
    """Path from the root of the explorer, and fragment, that a relative address leads to."""
    parts = parts_of(url)
    fragment = unquote(parts.fragment)
    if not parts.path:
        return page, fragment
    steps = page.split("/")[:-1]
    for step in unquote(parts.path).split("/"):
        if step == "..":
            assert steps, f"{page}: {url} leaves the explorer"
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps), fragment
