"""Put the explorer on disk: all pages or none, the same bytes for the same release."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from caucasus_data.errors import BadValue, need
from caucasus_data.site import address, jsonld, pages, search, tables, words
from caucasus_data.site.charts.claims import STANCES, Claims
from caucasus_data.site.content import Content, read_content
from caucasus_data.site.heading import heading
from caucasus_data.site.record import Records, retired_page
from caucasus_data.site.start import start

HERE = Path(__file__).parent
MARK = "caucasus-data explorer\n"
"""First line of ``site.files/version.txt``: the folder is ours and may be replaced."""
_IDS = re.compile(r"\b[A-Z]{2}-[0-9]{5}\b")


def write_site(
    out: Path, version: str | None = None, base_url: str = "", report_url: str = ""
) -> dict[str, int]:
    """Build the explorer of a release (the newest for None) in ``out``; returns pages and bytes.

    ``base_url``: where it will be published, for citations and JSON-LD; ``report_url``: a form for
    errors. Raises ``BadValue`` for a folder that holds anything else, or an address that is not
    http(s).
    """
    need("site", "site", "jinja2")
    for name, url in (("--base-url", base_url), ("--report-url", report_url)):
        if url and address.outside(url) is None:
            raise BadValue(f"{name} takes an http or https address, not {url!r}")
    check(out)
    return write(read_content(version, base_url, report_url), out)


def write(content: Content, out: Path) -> dict[str, int]:
    """Write the explorer of what was read, whole or not at all."""
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    scratch.chmod(0o777 & ~_umask())
    try:
        writer = Writer(content, scratch)
        writer.all()
        _swap(scratch, out)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return {"pages": writer.pages, "bytes": writer.bytes, "records": len(content.table_of)}


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found


def check(out: Path) -> None:
    """Refuse to write over anything but an explorer or an empty folder."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BadValue(f"{out} is not a folder")
    if not out.is_dir() or not any(out.iterdir()):
        return
    mark = out / address.FILES / "version.txt"
    if not mark.is_file() or not mark.read_text(encoding="utf-8", errors="replace").startswith(
        MARK
    ):
        raise BadValue(
            f"{out} holds something else than an explorer: name an empty or a new folder"
        )


def _swap(scratch: Path, out: Path) -> None:
    """Put the finished folder in the place of the old one."""
    old = None
    if out.exists():
        old = scratch.with_name(scratch.name + ".old")
        out.rename(old)
    try:
        scratch.rename(out)
    except OSError:
        if old is not None:
            old.rename(out)
        raise
    if old is not None:
        shutil.rmtree(old)


class Writer:
    """Renders pages of one release into a folder."""

    def __init__(self, content: Content, out: Path) -> None:
        import jinja2

        self.content = content
        self.out = out
        self.pages = 0
        self.bytes = 0
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters["plain"] = words.plain
        self.environment.filters["capital"] = words.capital
        self.environment.filters["number"] = words.number
        self.environment.filters["shortened"] = words.shortened
        self.environment.globals.update(
            site={"version": content.version, "date": content.date, "title": content.spec.dataset["title"], "name": content.spec.dataset["name"],
                  "coverage_end": content.coverage_end, "coverage_words": words.day_words(content.coverage_end), "stances": STANCES,
                  "report_url": content.report_url},
            label=content.label, heading=lambda record: heading(content, record), mentions=self.mentions, files=address.FILES, downloads=address.DOWNLOADS, count=words.count,
            outside=address.outside, table_page=address.table_page,
        )  # fmt: skip
        for name in ("site.css", "icon.svg", "site.js", "table.js", "search.js", "charts.js"):
            self.save(
                f"{address.FILES}/{name}", (HERE / "static" / name).read_text(encoding="utf-8")
            )

    def mentions(self, text: object, root: str) -> Any:
        """Text with the ids in it linked to their pages; everything else escaped."""
        from markupsafe import Markup, escape

        said, at, whole = Markup(""), 0, str(text)
        for match in _IDS.finditer(whole):
            if self.content.has_page(match[0]):
                said += escape(whole[at : match.start()])
                said += Markup('<a href="{}{}/index.html">{}</a>').format(root, match[0], match[0])
                at = match.end()
        return said + escape(whole[at:])

    def save(self, path: str, text: str) -> None:
        """Write one file."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode("utf-8")
        target.write_bytes(data)
        self.bytes += len(data)

    def page(self, template: str, path: str, **context: Any) -> None:
        """Render one page."""
        root = "../" * path.count("/")
        self.save(
            path, self.environment.get_template(template).render(root=root, path=path, **context)
        )
        self.pages += 1

    def all(self) -> None:
        """Every page and file."""
        content = self.content
        claims = Claims(content)
        self.page(
            "start.html",
            "index.html",
            jsonld=jsonld.text({"@context": "https://schema.org", **jsonld.dataset(content)}),
            **start(content, claims),
        )
        self.page("timeline.html", "timeline.html", **pages.timeline_page(content))
        self.page("map.html", "map.html", **pages.map_page(content))
        self.page("memberships.html", "memberships.html", **pages.memberships_page(content))
        self.page(
            "spells.html", "memberships-by-actor.html", **pages.memberships_by(content, "actor_id")
        )
        self.page(
            "spells.html",
            "memberships-by-body.html",
            **pages.memberships_by(content, "organization_id"),
        )
        self.page("casualties.html", "casualties.html", **pages.casualties_page(content, claims))
        self.page("agreements.html", "agreements.html", **pages.agreements_page(content))
        self.page("actors.html", "actors.html", **pages.actors_page(content))
        self.page("changes.html", "changes.html", **pages.changes_page(content))
        self.page("codebook.html", "codebook.html", **pages.codebook_page(content))
        self.page("cite.html", "cite.html", **pages.cite_page(content))
        self.page("search.html", "search.html")
        self.page("report.html", "report.html")
        self.page("download.html", "download.html", downloaded=list(self.release_files()))
        self.page("tables.html", "tables.html", **pages.tables_page(content))
        for table in content.tables:
            self.save(f"{address.FILES}/data-{table}.js", tables.data(content, table))
            for context in tables.pages(content, table):
                self.page(
                    "table.html",
                    context["path"],
                    **{k: v for k, v in context.items() if k != "path"},
                )
        self.save(f"{address.FILES}/search-index.js", search.index(content))
        records = Records(content, claims)
        for record in content.table_of:
            self.page("record.html", address.record_page(record), **records.page(record))
        for record in content.retired:
            if record not in content.table_of:
                self.page(
                    "retired.html", address.record_page(record), **retired_page(content, record)
                )
        self.save(".nojekyll", "")
        self.save(f"{address.FILES}/version.txt", f"{MARK}{content.version}\n")

    def release_files(self) -> Iterable[dict[str, Any]]:
        """Copy the release's own files; each with its size and sha256."""
        for path in sorted(self.content.folder.rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            name = path.relative_to(self.content.folder).as_posix()
            data = path.read_bytes()
            target = self.out / address.DOWNLOADS / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            self.bytes += len(data)
            yield {
                "name": name,
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "kind": _kind(name),
            }


def _kind(name: str) -> str:
    if name.endswith(".parquet"):
        return "Parquet"
    return "CSV" if name.endswith(".csv") else "Papers"
