"""Questions that the API answers over a release: who was a member on a day, what was claimed,
what a record rests on, how to cite. Each returns a DataFrame or text; none reads the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from caucasus_data import locate
from caucasus_data.errors import BadValue, UnknownName
from caucasus_data.loading import folder_of, load

if TYPE_CHECKING:
    from caucasus_data.spec.model import Table

Day = str | pd.Timestamp


def version() -> str:
    """The newest release that is installed: what ``load`` reads by default."""
    return folder_of()[0]


def tables(version: str | None = None) -> pd.DataFrame:
    """Every table of a release: name, rows, description; the four that are the product first."""
    import pyarrow.parquet as pq

    found, folder = folder_of(version)
    spec = locate.spec()
    rows = []
    for table in spec:
        path = folder / f"{table.name}.parquet"
        if path.is_file():
            count = pq.ParquetFile(path).metadata.num_rows
            rows.append((table.name, count, table.description.split(". ")[0].rstrip(".") + "."))
    frame = pd.DataFrame(rows, columns=["table", "rows", "description"])
    frame = frame.astype({"table": "string", "rows": "Int64", "description": "string"})
    frame.attrs["version"] = found
    return frame


def codebook(table: str | None = None) -> pd.DataFrame:
    """The codebook as a DataFrame: one row a column, of one table or of all.

    Columns: table, column, type, required, key, derived, unit, refers_to, vocabulary, description.
    Raises ``UnknownName`` for a table that does not exist.
    """
    from caucasus_data.spec import codebook as compiled

    frame = pd.DataFrame(compiled.rows(locate.spec(), table))
    return frame.astype({c: "string" for c in frame.columns if frame[c].dtype == object})


def schema(table: str) -> Any:
    """The pandera schema of a table as ``load`` returns it: ``schema("events").validate(df)``.

    Raises ``UnknownName``; needs the extra ``validate``.
    """
    from caucasus_data.errors import need

    declared: Table = locate.spec()[table]
    need("schema()", "validate", "pandera.pandas")
    from caucasus_data.spec.pandera_schemas import loaded_schema

    return loaded_schema(declared)


def _day(value: Day, name: str) -> pd.Timestamp:
    try:
        day = pd.Timestamp(value)
    except (ValueError, TypeError):
        raise BadValue(f"{name} takes a day such as 2023-11-23, not {value!r}") from None
    if pd.isna(day):
        raise BadValue(f"{name} takes a day such as 2023-11-23, not {value!r}")
    return day.normalize()


def coverage_end(version: str | None = None) -> pd.Timestamp:
    """Last day that a release covers."""
    import json

    _, folder = folder_of(version)
    descriptor = folder / "datapackage.json"
    if descriptor.is_file():
        return pd.Timestamp(json.loads(descriptor.read_text(encoding="utf-8"))["temporal"]["end"])
    from caucasus_data.release_index import entry, read_index

    found, facts = entry(read_index(folder.parent), folder.name)
    del found
    return pd.Timestamp(facts["coverage_end"])


def memberships_at(day: Day, version: str | None = None) -> pd.DataFrame:
    """Rows of ``memberships`` that hold on a day, with ``certainty`` {certain, possible}.

    Certain: start_latest ≤ day < end_earliest; possible: within the bounds only. ``never`` rows
    are not returned. Raises ``BadValue`` for a day past the end of coverage.
    """
    from caucasus_data.derive.memberships import memberships_at as derived

    found = derived(load("memberships", version), _day(day, "day"), coverage_end(version))
    found.attrs["version"] = folder_of(version)[0]
    return found


def casualty_ranges(
    event: str | None = None,
    rule: str | Callable[[pd.DataFrame], pd.DataFrame] = "all",
    as_of: Day | None = None,
    version: str | None = None,
) -> pd.DataFrame:
    """What claims say of casualties: one row per event × period × place × affected actor ×
    victim group × type; persons.

    ``event``: one event, or all; ``rule``: all, independent, own_side, latest_per_claimant, or a
    callable on a cell's claims that returns those to use; ``as_of``: the day on which it was
    known (default: the end of coverage). Raises ``UnknownName`` for an event or rule that does
    not exist, ``BadValue`` for an ``as_of`` past the end of coverage.
    """
    from caucasus_data.derive.ranges import casualty_ranges as derived

    frames = {
        name: load(name, version)
        for name in ("casualties", "event_actors", "actors", "sources", "events")
    }
    day = None if as_of is None else _day(as_of, "as_of")
    found = derived(
        frames["casualties"], frames["event_actors"], frames["actors"], frames["sources"], frames["events"],
        coverage_end(version), rule, day,
    )  # fmt: skip
    if event is not None:
        known = frames["events"]["event_id"].astype(str)
        if not (known == event).any():
            raise UnknownName.of("event", event, known)
        found = found[found["event_id"] == event].reset_index(drop=True)
    found.attrs["version"] = folder_of(version)[0]
    return found


def sources_of(record: str, version: str | None = None) -> pd.DataFrame:
    """What a record rests on: its own source and its citations, with each source's particulars.

    Columns: field, source_id, locator, stance, value, read_extent, note, then the columns of
    ``sources``. Raises ``UnknownName`` for a record that does not exist.
    """
    known = load("records", version)
    row = known[known["record_id"] == record]
    if row.empty:
        raise UnknownName.of("record", record, known["record_id"].astype(str))
    table = str(row["table"].iloc[0])
    cited = load("citations", version)
    found = cited[cited["record_id"] == record].drop(columns="record_id")
    for column in ("stance", "read_extent"):
        found[column] = found[column].astype("string")
    if table in ("casualties", "figures"):
        frame = load(table, version)
        key = locate.spec()[table].single_key
        own = frame[frame[key] == record][["source_id", "locator"]]
        own = own.assign(field="*", stance="supports").astype("string")
        found = pd.concat([own, found], ignore_index=True).drop_duplicates(
            ["field", "source_id", "locator"]
        )
    joined: pd.DataFrame = found.merge(load("sources", version), on="source_id", how="left")
    joined.attrs["version"] = folder_of(version)[0]
    return joined


def cite(style: str = "text", version: str | None = None) -> str:
    """How to cite a release: ``text``, ``bibtex`` or ``cff``."""
    from caucasus_data.spec import papers

    styles = ("text", "bibtex", "cff")
    if style not in styles:
        raise UnknownName.of("style", style, styles)
    found, folder = folder_of(version)
    date = _released_on(found, folder)
    spec = locate.spec()
    if style == "bibtex":
        return papers.citation_bibtex(spec, found, date)
    if style == "cff":
        return papers.citation_cff(spec, found, date or "")
    return papers.citation_text(spec, found, date)


def _released_on(version: str, folder: Any) -> str | None:
    from caucasus_data.errors import CaucasusDataError
    from caucasus_data.release_index import entry, read_index

    try:
        return str(entry(read_index(folder.parent), version)[1]["date"])
    except CaucasusDataError:
        return None


__all__ = [
    "casualty_ranges", "cite", "codebook", "coverage_end", "memberships_at", "schema", "sources_of",
    "tables", "version",
]  # fmt: skip
