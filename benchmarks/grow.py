"""Grow the real tables to N valid events with their link rows, in the proportions of ``raw/``.

Every real row stays; grown rows follow, valid under every rule. Ids get eight digits in place of
five (in the copied schemas too), since five can't name a million events. Files are canonical:
minimal quoting, rows of a table in the order of their ids. Spoiling rows is left to ``spoil``.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.texts import Words

ROOT = Path(__file__).parent.parent
DIGITS = 8
BLOCK = 100_000
"""Events grown at a time, so that memory stays small."""

_ID = re.compile(r"(?<![^,\n])([A-Z]{2}-)([0-9]{5})(?![^,\n])")
_NULL = pa.scalar(None, pa.string())

Columns = dict[str, pa.Array]


@dataclass(frozen=True)
class Proportions:
    """Rows of each link table per event, as the real tables have them."""

    event_actors: float = 2.8
    citations: float = 4.7
    casualties: float = 1.0
    figures: float = 0.3
    links: float = 0.4

    @classmethod
    def of(cls, raw: Path) -> Proportions:
        """Count the real rows that hang on events; the defaults if there are hardly any."""
        events = _rows(raw, "events")
        if len(events) < 50:
            return cls()
        citations = [row for row in _rows(raw, "citations") if row["record_id"].startswith("EV-")]
        links = [
            row for row in _rows(raw, "links") if row["from_id"][:2] == row["to_id"][:2] == "EV"
        ]
        figures = [row for row in _rows(raw, "figures") if row["event_id"]]
        counts = [len(_rows(raw, "event_actors")), len(citations), len(_rows(raw, "casualties"))]
        return cls(*(count / len(events) for count in (*counts, len(figures), len(links))))


def _rows(raw: Path, table: str) -> list[dict[str, str]]:
    with (raw / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _widened(text: str) -> str:
    """Five-digit ids as eight-digit ones, where an id is the whole cell."""
    return _ID.sub(lambda match: match[1] + match[2].zfill(DIGITS), text)


class Grower:
    """One run: where to write, what to draw from, and the numbers given so far."""

    def __init__(self, source: Path, target: Path, events: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.target = target
        self.wanted = events
        self.per_event = Proportions.of(source / "raw")
        self._copy(source)
        raw = target / "raw"
        real = _rows(raw, "events")
        self.conflicts = [
            row["event_id"]
            for row in real
            if row["date_edtf"].startswith("1988") and row["date_edtf"].endswith("/..")
        ]
        self.actors = [
            row["actor_id"]
            for row in _rows(raw, "actors")
            if not row["founded_edtf"] and not row["dissolved_edtf"]
        ]
        self.places = [row["place_id"] for row in _rows(raw, "places")]
        sources = _rows(raw, "sources")
        self.primary = [
            row["source_id"]
            for row in sources
            if row["source_type"]
            in ("treaty_text", "legal_act", "body_decision", "court_ruling", "body_page")
        ]
        self.sources = [row["source_id"] for row in sources]
        if min(map(len, (self.actors, self.places, self.primary))) < 5 or not self.conflicts:
            raise SystemExit("raw/ holds too little to grow from")
        cells = [row[name] for row in real for name in ("title", "description")]
        self.words = Words(cells, self._refused(), self.rng)
        self.header = {
            path.stem: path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
            for path in raw.glob("*.csv")
        }
        self.last = {
            prefix: self._last(raw, table)
            for table, prefix in (
                ("events", "EV"),
                ("event_actors", "EA"),
                ("casualties", "CA"),
                ("figures", "FI"),
            )
        }
        self.types = self._types()
        self.end = dt.date.fromisoformat(self._yaml("dataset")["coverage_end"])

    def _copy(self, source: Path) -> None:
        for name in ("raw", "schemas"):
            (self.target / name).mkdir(parents=True, exist_ok=True)
        for path in (source / "schemas").glob("*.yaml"):
            text = path.read_text(encoding="utf-8").replace("-[0-9]{5}", f"-[0-9]{{{DIGITS}}}")
            (self.target / "schemas" / path.name).write_text(text, encoding="utf-8")
        for path in (source / "raw").glob("*.csv"):
            text = _widened(path.read_text(encoding="utf-8"))
            (self.target / "raw" / path.name).write_text(text, encoding="utf-8", newline="\n")

    def _yaml(self, name: str) -> dict:
        import yaml

        return yaml.safe_load(
            (self.target / "schemas" / f"{name}.yaml").read_text(encoding="utf-8")
        )

    def _refused(self) -> list[str]:
        return [item["word"] for item in self._yaml("naming")["words"]]

    def _types(self) -> list[str]:
        (field,) = (f for f in self._yaml("events")["fields"] if f["name"] == "event_type")
        return [word for word in field["constraints"]["enum"] if word != "conflict"]

    def _last(self, raw: Path, table: str) -> int:
        rows = _rows(raw, table)
        return max((int(next(iter(row.values()))[3:]) for row in rows), default=0)

    # -- columns -------------------------------------------------------------------------

    def ids(self, prefix: str, count: int) -> tuple[pa.Array, np.ndarray]:
        """The next ids of a table, and their numbers."""
        first = self.last[prefix] + 1
        self.last[prefix] += count
        numbers = np.arange(first, first + count)
        return self.as_ids(prefix, numbers), numbers

    @staticmethod
    def as_ids(prefix: str, numbers: np.ndarray) -> pa.Array:
        text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), DIGITS, "0")
        return pc.binary_join_element_wise(prefix, text, "-")

    def one_of(self, choices: list[str], count: int, share: float = 1.0) -> pa.Array:
        picked = pa.array(choices).take(pa.array(self.rng.integers(0, len(choices), count)))
        if share >= 1:
            return picked
        return pc.if_else(pa.array(self.rng.random(count) < share), picked, _NULL)

    def days(self, count: int, last: dt.date) -> np.ndarray:
        first = np.datetime64("1989-01-01")
        span = (np.datetime64(last) - first).astype(int)
        return first + self.rng.integers(0, span, count)

    def dates(self, count: int) -> pa.Array:
        """EDTF cells: mostly days, some months, years, days between, periods."""
        start = self.days(count, self.end - dt.timedelta(days=60))
        day = pa.array(np.datetime_as_string(start, unit="D"))
        month = pa.array(np.datetime_as_string(start.astype("M8[M]"), unit="M"))
        year = pa.array(np.datetime_as_string(start.astype("M8[Y]"), unit="Y"))
        later = pa.array(np.datetime_as_string(start + self.rng.integers(1, 40, count), unit="D"))
        between = pc.binary_join_element_wise("[", day, "..", later, "]", "")
        period = pc.binary_join_element_wise(day, later, "/")
        kind = pa.array(self.rng.choice(6, count, p=[0.78, 0.08, 0.04, 0.04, 0.04, 0.02]))
        about = pc.binary_join_element_wise(day, "~", "")
        return pc.choose(kind, day, month, year, between, period, about)

    # -- tables --------------------------------------------------------------------------

    def events(self, count: int) -> tuple[Columns, np.ndarray]:
        ids, numbers = self.ids("EV", count)
        placed = pa.array(self.rng.random(count) < 0.9)
        pointed = pc.and_(placed, pa.array(self.rng.random(count) < 0.1))
        latitude = pa.array(np.char.mod("%.4f", self.rng.uniform(38.9, 41.2, count)))
        longitude = pa.array(np.char.mod("%.4f", self.rng.uniform(44.2, 49.9, count)))
        kinds = pa.array(self.types).take(pa.array(self.rng.integers(0, len(self.types), count)))
        return {
            "event_id": ids,
            "title": self.words.cells(count, 6, 11, 0.05),
            "description": self.words.cells(count, 15, 50, 0.4, 0.03),
            "event_type": kinds,
            "scope_rule": self.one_of(["1", "2", "3"], count),
            "date_edtf": self.dates(count),
            "place_id": pc.if_else(placed, self.one_of(self.places, count), _NULL),
            "where_precision": pc.if_else(placed, self.one_of(list("3456"), count), _NULL),
            "latitude": pc.if_else(pointed, _bare(latitude), _NULL),
            "longitude": pc.if_else(pointed, _bare(longitude), _NULL),
            "parent_event_id": self.one_of(self.conflicts, count, 0.3),
            "occurrence": self.one_of(["established", "alleged"], count),
            "attribution": self.one_of(["undisputed", "disputed", "unknown"], count),
            "confidence": self.one_of(["confirmed", "probable"], count),
            "coder_note": self.words.some(count, 0.39, 8, 30, 0.3),
        }, numbers

    def spread(self, numbers: np.ndarray, per: float) -> np.ndarray:
        """Event numbers, each about ``per`` times, ascending."""
        times = self.rng.poisson(per, len(numbers))
        return np.repeat(numbers, times)

    def event_actors(self, numbers: np.ndarray) -> Columns:
        of = self.spread(numbers, self.per_event.event_actors)
        role = self.one_of(
            ["side_a", "side_b", "acting", "target", "participant", "host", "initiator"], len(of)
        )
        blaming = pc.equal(role, "initiator")
        return {
            "event_actor_id": self.ids("EA", len(of))[0],
            "event_id": self.as_ids("EV", of),
            "actor_id": self.one_of(self.actors, len(of)),
            "role": role,
            "according_to": pc.if_else(blaming, self.one_of(self.actors, len(of)), _NULL),
        }

    def citations(self, numbers: np.ndarray) -> Columns:
        """One primary source an event (so that it may be confirmed) and about so many others."""
        more = self.spread(numbers, max(self.per_event.citations - 1, 0))
        of = np.concatenate([numbers, more])
        order = np.argsort(of, kind="stable")
        of = of[order]
        first = np.concatenate([np.ones(len(numbers), bool), np.zeros(len(more), bool)])[order]
        count = len(of)
        stance = self.one_of(["supports"] * 18 + ["qualifies", "context"], count)
        of_event = np.arange(count) - np.searchsorted(
            of, of
        )  # a locator of its own within the event
        locator = pc.binary_join_element_wise(
            "paragraph", pc.cast(pa.array(of_event), pa.string()), " "
        )
        return {
            "record_id": self.as_ids("EV", of),
            "field": pc.if_else(
                pa.array(first), "*", self.one_of(["*"] * 8 + ["description", "date_edtf"], count)
            ),
            "source_id": pc.if_else(
                pa.array(first), self.one_of(self.primary, count), self.one_of(self.sources, count)
            ),
            "locator": pc.if_else(pa.array(first), "*", locator),
            "stance": pc.if_else(pa.array(first), "supports", stance),
            "value": _blank(count),
            "read_extent": self.one_of(["full", "excerpt"], count),
            "note": self.words.some(count, 0.1, 5, 12, 0.2),
        }

    def casualties(self, numbers: np.ndarray) -> Columns:
        of = self.spread(numbers, self.per_event.casualties)
        count = len(of)
        ids, own = self.ids("CA", count)
        best = self.rng.integers(0, 3000, count)
        bound = self.rng.choice(5, count, p=[0.75, 0.1, 0.08, 0.05, 0.02])
        low = pa.array(best, mask=~np.isin(bound, (0, 1, 2)))
        columns = {
            "casualty_id": ids,
            "event_id": self.as_ids("EV", of),
            "period_edtf": _blank(count),
            "place_id": _blank(count),
            "affected_actor_id": self.one_of(self.actors, count),
            "victim_group": self.one_of(["all", "military", "civilian"], count),
            "type": self.one_of(["killed", "wounded", "missing", "captured"], count),
            "scope": self.one_of(["whole", "part"], count),
            "tally": self.one_of(["cumulative"], count),
            "low": pc.cast(low, pa.string()),
            "best": pc.cast(pa.array(best, mask=~np.isin(bound, (0, 3))), pa.string()),
            "high": pc.cast(pa.array(best, mask=bound != 0), pa.string()),
            "bound": pc.choose(
                pa.array(bound), "exact", "at_least", "more_than", "about", "words_only"
            ),
            "value_text": pc.if_else(
                pa.array(bound == 4), "several", self.words.some(count, 0.12, 3, 8, 0.1)
            ),
            "cause": self.one_of(["violence"], count),
            "claimant_id": self.one_of(self.actors, count),
            "method": self.one_of(["official_statement", "media_count"], count),
            "claimed_on_edtf": pa.array(
                np.datetime_as_string(self.days(count, self.end), unit="D")
            ),
            "as_of_edtf": _blank(count),
            "source_id": self.one_of(self.sources, count),
            "locator": self.one_of(["*", "paragraph 3", "page 12"], count),
            "revision_of_id": _blank(count),
            "revision_kind": _blank(count),
            "coder_note": self.words.some(count, 0.5, 5, 14, 0.2),
        }
        # a fifth revise the claim before them, and keep what a revision keeps
        revises = np.zeros(count, bool)
        revises[1:] = (self.rng.random(max(count - 1, 0)) < 0.4) & (of[1:] == of[:-1])
        revises[1:] &= ~revises[:-1]
        before = np.where(revises, np.arange(count) - 1, np.arange(count))
        for name in (
            "affected_actor_id",
            "victim_group",
            "type",
            "scope",
            "tally",
            "cause",
            "claimant_id",
        ):
            columns[name] = columns[name].take(pa.array(before))
        columns["revision_of_id"] = pc.if_else(pa.array(revises), self.as_ids("CA", own - 1), _NULL)
        columns["revision_kind"] = pc.if_else(pa.array(revises), "replaces", _NULL)
        return columns

    def figures(self, numbers: np.ndarray) -> Columns:
        of = self.spread(numbers, self.per_event.figures)
        count = len(of)
        number = pc.cast(pa.array(self.rng.integers(1, 90000, count)), pa.string())
        return {
            "figure_id": self.ids("FI", count)[0],
            "event_id": self.as_ids("EV", of),
            "agreement_id": _blank(count),
            "quantity": self.one_of(["troops", "localities", "money"], count),
            "unit": self.one_of(["persons", "places", "USD"], count),
            "low": number,
            "best": number,
            "high": number,
            "bound": self.one_of(["exact"], count),
            "value_text": _blank(count),
            "place_id": self.one_of(self.places, count, 0.3),
            "claimant_id": self.one_of(self.actors, count),
            "method": self.one_of(["official_statement", "media_count"], count),
            "claimed_on_edtf": pa.array(
                np.datetime_as_string(self.days(count, self.end), unit="D")
            ),
            "source_id": self.one_of(self.sources, count),
            "locator": self.one_of(["*", "paragraph 3", "page 12"], count),
        }

    def links(self, numbers: np.ndarray) -> Columns:
        of = self.spread(numbers[1:], self.per_event.links)
        of = np.unique(of)
        to = of - self.rng.integers(1, np.minimum(of - numbers[0], 50) + 1)
        return {
            "from_id": self.as_ids("EV", of),
            "relation": self.one_of(["consequence_of", "response_to"], len(of)),
            "to_id": self.as_ids("EV", to),
        }

    # -- files ---------------------------------------------------------------------------

    def run(self, links: bool = True) -> None:
        """Write every table."""
        left = self.wanted - len(_rows(self.target / "raw", "events"))
        citations = self.target / "raw" / "citations.csv"
        lines = citations.read_text(encoding="utf-8").splitlines(keepends=True)
        after = next((n for n, line in enumerate(lines) if n and line[:3] > "EV-"), len(lines))
        citations.write_text("".join(lines[:after]), encoding="utf-8", newline="\n")
        while left > 0:
            columns, numbers = self.events(min(left, BLOCK))
            self.append("events", columns)
            self.append("citations", self.citations(numbers) if links else self._cited(numbers))
            if links:
                for table in ("event_actors", "casualties", "figures", "links"):
                    self.append(table, getattr(self, table)(numbers))
            left -= BLOCK
        with citations.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(lines[after:])

    def _cited(self, numbers: np.ndarray) -> Columns:
        """The one citation that an event can't be without."""
        columns = self.citations(numbers[:0])
        count = len(numbers)
        columns.update({name: _blank(count) for name in ("value", "note")})
        for name, word in {
            "field": "*",
            "locator": "*",
            "stance": "supports",
            "read_extent": "full",
        }.items():
            columns[name] = self.one_of([word], count)
        columns["record_id"] = self.as_ids("EV", numbers)
        columns["source_id"] = self.one_of(self.primary, count)
        return columns

    def append(self, table: str, columns: Columns) -> None:
        assert list(columns) == self.header[table], table
        buffer = io.BytesIO()
        frame = pl.from_arrow(pa.table(columns))
        assert isinstance(frame, pl.DataFrame)
        frame.write_csv(buffer, include_header=False, quote_style="necessary", null_value="")
        with (self.target / "raw" / f"{table}.csv").open("ab") as file:
            file.write(buffer.getbuffer())


def _bare(numbers: pa.Array) -> pa.Array:
    """Decimals without zeros at their end."""
    return pc.replace_substring_regex(numbers, r"\.?0+$", "")


def _blank(count: int) -> pa.Array:
    return pa.nulls(count, pa.string())


def grow(target: Path, events: int, links: bool = True, seed: int = 1, source: Path = ROOT) -> Path:
    """Write ``target/raw`` and ``target/schemas`` with ``events`` events; return ``target/raw``."""
    Grower(source, target, events, seed).run(links)
    return target / "raw"


def rows_of(raw: Path) -> Iterator[tuple[str, int, int]]:
    """Each table with its rows and bytes."""
    for path in sorted(raw.glob("*.csv")):
        with path.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b""))
        yield path.stem, lines - 1, path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--rows", type=int, default=100_000, help="events")
    parser.add_argument("--events-only", action="store_true")
    given = parser.parse_args()
    for table, rows, size in rows_of(grow(given.target, given.rows, not given.events_only)):
        print(f"{table:<24}{rows:>12,} rows{size:>16,} bytes")


if __name__ == "__main__":
    main()
