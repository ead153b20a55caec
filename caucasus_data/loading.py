"""Load a table of a release as a DataFrame, offline, with pandas and pyarrow only.

Parquet carries the types; this module turns them into the same pandas dtypes under pandas 2.2
and 3. Where releases are is ``locate``'s, what they hold ``release_index``'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caucasus_data import locate
from caucasus_data.errors import BrokenData, MissingData, UnknownName, need
from caucasus_data.release_index import digest, entry, read_index

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ENGINES = ("pandas", "pyarrow", "polars")
DEV = "dev"


def folder_of(version: str | None = None, base_url: str | None = None) -> tuple[str, Path]:
    """The version that ``version`` names (the newest for None, ``dev`` for the last build) and
    the folder that holds its files, downloaded if it is neither installed nor cached."""
    if version == DEV:
        return DEV, _dev_folder()
    here = _installed(version)
    if here is not None:
        return here[0], here[1]
    from caucasus_data.fetch import remote

    assert version is not None
    return version, remote(version, base_url).whole()


def _dev_folder() -> Path:
    root = locate.checkout()
    here = Path("build/dev")
    folder = (
        here if (here / "datapackage.json").is_file() or root is None else root / "build" / "dev"
    )
    if not (folder / "datapackage.json").is_file():
        raise MissingData("there is no build/dev: run caucasus-data build first")
    return folder


def _installed(version: str | None) -> tuple[str, Path, Mapping[str, Any]] | None:
    """Version, folder and entry of a release in the package or the checkout; None if it has to
    come from elsewhere."""
    releases = locate.releases_folder()
    try:
        found, facts = entry(read_index(releases), version)
    except (UnknownName, MissingData):
        if version is None:
            raise
        return None
    folder = releases / found
    if version is not None and not folder.is_dir():
        return None
    return found, folder, facts


def path_of(
    table: str, version: str | None = None, base_url: str | None = None
) -> tuple[str, Path]:
    """The version and the Parquet file of a table. Raises UnknownName for a wrong table name.

    The sha256 of an explicitly named release's file is checked before it is used.
    """
    facts: Mapping[str, Any] | None = None
    if version == DEV:
        found, folder = folder_of(DEV)
    else:
        here = _installed(version)
        if here is None:
            from caucasus_data.fetch import remote

            assert version is not None
            return version, remote(version, base_url).table(table)
        found, folder, facts = here
    path = folder / f"{table}.parquet"
    if not path.is_file():
        names = sorted(p.stem for p in folder.glob("*.parquet"))
        if not names or table in names or (facts is not None and path.name in facts["files"]):
            raise MissingData(f"release {found} is not complete: {path.name} is missing")
        raise UnknownName.of("table", table, names)
    if version is not None and facts is not None:
        known = facts["files"].get(path.name, {})
        if known.get("sha256") != digest(path):
            raise BrokenData(f"{path.name} of release {found} is not the file that was released")
    return found, path


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file (or those of ``columns`` that it has) as Arrow, without the imports that
    ``read_table`` costs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            wanted = (
                None if columns is None else [n for n in columns if n in file.schema_arrow.names]
            )
            return file.read(columns=wanted, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise BrokenData(f"{path.name} is not a readable Parquet file ({error})") from error


def load(
    table: str,
    version: str | None = None,
    engine: str = "pandas",
    join: bool = False,
    *,
    base_url: str | None = None,
) -> Any:
    """Load one table of a release.

    Parameters: ``table``, a name of ``tables()``; ``version``, a release (default: the newest
    that is installed), or ``"dev"`` for the last ``caucasus-data build`` of the checkout;
    ``engine``, pandas, pyarrow or polars; ``join``, labels beside the keys
    (``<key without _id>_label``); ``base_url``, where a version that is neither installed nor
    cached is downloaded from (default: ``CAUCASUS_DATA_URL``, else what the dataset declares).

    dtypes in pandas: days ``datetime64[ms]``, integers ``Int64``, decimals ``Float64``,
    vocabularies ``category``, text ``string`` (pyarrow-backed), booleans ``boolean``;
    ``df.attrs["version"]`` says which release it is. Raises ``UnknownName`` for a table, version
    or engine that does not exist, ``BrokenData`` for a file that is not what was released,
    ``MissingData`` or ``fetch.Unreachable`` for one that can't be had.
    """
    if engine not in ENGINES:
        raise UnknownName.of("engine", engine, ENGINES)
    found, path = path_of(table, version, base_url)
    arrow = read_parquet(path)
    if join:
        arrow = _with_labels(arrow, path_of("records", version, base_url)[1])
    if engine == "pyarrow":
        return arrow.replace_schema_metadata(
            {**(arrow.schema.metadata or {}), b"version": found.encode()}
        )
    if engine == "polars":
        polars: Any = need('engine="polars"', "polars", "polars")
        return polars.from_arrow(arrow)
    frame = to_pandas(arrow)
    frame.attrs["version"] = found
    return frame


def to_pandas(arrow: pa.Table) -> pd.DataFrame:
    """Arrow to pandas with the dtypes that ``load`` promises."""
    import pyarrow as pa

    from caucasus_data.spec.arrow import loaded_dtypes

    fields = []
    for field in arrow.schema:
        fields.append(
            pa.field(field.name, pa.timestamp("ms")) if pa.types.is_date32(field.type) else field
        )
    words = {
        field.name: json.loads(field.metadata[b"vocabulary"])
        for field in arrow.schema
        if field.metadata and b"vocabulary" in field.metadata
    }
    plain = arrow.cast(pa.schema(fields)).replace_schema_metadata(None)
    frame: pd.DataFrame = plain.to_pandas(types_mapper=loaded_dtypes, use_threads=False)
    for name, known in words.items():
        column = frame[name]
        if list(column.cat.categories) != known:
            frame[name] = column.cat.set_categories(known)
    return frame


def _with_labels(arrow: pa.Table, path: Path) -> pa.Table:
    """A ``<key>_label`` column right of each column that refers to a record."""
    import pyarrow as pa
    import pyarrow.compute as pc

    records = read_parquet(path)
    ids, labels = records.column("record_id"), records.column("label")
    known = ids.combine_chunks()
    columns, names = [], []
    own_key = arrow.column_names[0]
    for name in arrow.column_names:
        column = arrow.column(name)
        columns.append(column)
        names.append(name)
        refers = name.endswith("_id") or name in ("according_to", "used_by", "declared_by")
        if refers and name != own_key:
            places = pc.index_in(column.cast(pa.string()), known)
            columns.append(labels.take(places))
            names.append(name.removesuffix("_id") + "_label")
    joined = pa.table(columns, names=names)
    metadata = {field.name: field.metadata for field in arrow.schema}
    fields = [field.with_metadata(metadata.get(field.name)) for field in joined.schema]
    return joined.cast(pa.schema(fields, arrow.schema.metadata))


def published_frames(
    raw: Path | None = None, baseline: str | None = None
) -> Mapping[str, pd.DataFrame]:
    """Text frames of the release that published ids are compared with; empty if there is none.

    ``baseline``: a folder of a release, ``"none"``, or None for the newest beside ``raw``.
    """
    if baseline == "none":
        return {}
    if baseline is not None:
        folder = Path(baseline)
        if not list(folder.glob("*.parquet")):
            raise MissingData(f"no release in {folder}: it holds no Parquet")
    else:
        releases = locate.releases_folder(raw)
        try:
            newest, _ = entry(read_index(releases), None)
        except MissingData:
            return {}
        folder = releases / newest
    return _TextFrames({path.stem: path for path in sorted(folder.glob("*.parquet"))})


class _TextFrames(Mapping[str, "pd.DataFrame"]):
    """Tables of a release as text, each read when it is looked at."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self.paths = paths
        self.read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.read:
            self.read[name] = _text(read_parquet(self.paths[name]))
        return self.read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def _text(arrow: pa.Table) -> pd.DataFrame:
    import pyarrow as pa

    from caucasus_data.spec.arrow import loaded_dtypes

    text = pa.table(
        [column.cast(pa.string()) for column in arrow.columns], names=arrow.column_names
    )
    frame: pd.DataFrame = text.to_pandas(types_mapper=loaded_dtypes)
    return frame
