"""From typed raw tables to the tables of a build: derived columns filled in, derived tables made.

Everything is sorted by key and typed by the schemas' Arrow form. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from caucasus_data.derive import memberships, ranges, wide
from caucasus_data.errors import BrokenData
from caucasus_data.spec.arrow import arrow_schema
from caucasus_data.spec.model import Spec, Table
from caucasus_data.spec.tracks import track_of
from caucasus_data.validate import to_frame


def normalize(
    typed: Mapping[str, pa.Table], spec: Spec, changes: pd.DataFrame | None = None
) -> dict[str, pa.Table]:
    """Every table of the build by name, raw and derived, in the schemas' order.

    ``typed`` comes from a validation without errors; ``changes`` is the row-level changelog of
    the releases, empty in a build.
    """
    frames = {name: to_frame(table) for name, table in typed.items()}
    frames["events"] = _located(frames["events"], frames["places"])
    frames["memberships"] = frames["memberships"].assign(
        track=frames["memberships"]["status"].map(track_of(spec)).astype("string")
    )
    end = pd.Timestamp(spec.coverage_end)
    claims = frames["casualties"]
    frames["casualty_ranges"] = ranges.casualty_ranges(
        claims, frames["event_actors"], frames["actors"], frames["sources"], frames["events"], end
    )
    known = ranges.known_on(claims, frames["sources"], end)
    live = ranges.ranged(ranges.live(claims.assign(known_on=known), known, end))
    frames["membership_years"] = _with_codes(
        memberships.membership_years(frames["memberships"], end), frames["actors"]
    )
    frames["organizations"] = wide.organizations(frames)
    frames["records"] = wide.records(frames, spec)
    frames["events_wide"] = wide.events_wide(frames, frames["casualty_ranges"], live)
    frames["changes"] = changes if changes is not None else pd.DataFrame()
    return {table.name: to_arrow(frames[table.name], table) for table in spec}


def _located(events: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Coordinates of the place where the event has none of its own; the place's country."""
    known = places.drop_duplicates("place_id").set_index("place_id")
    here = known.reindex(pd.Index(events["place_id"].array))
    here.index = events.index
    own = events["latitude"].notna()
    origin = pd.Series(pd.NA, index=events.index, dtype="string")
    origin = origin.mask(~own & here["latitude"].notna(), "place").mask(own, "event")
    return events.assign(
        latitude=events["latitude"].where(own, here["latitude"]),
        longitude=events["longitude"].where(own, here["longitude"]),
        coordinates_from=origin,
        country=here["country"],
    )


def _with_codes(years: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """The actor's codes beside each year, for joins with country-year data."""
    codes = actors.drop_duplicates("actor_id").set_index("actor_id")[
        ["iso3", "cow_code", "gw_code"]
    ]
    found = codes.reindex(pd.Index(years["actor_id"].array))
    return pd.concat([years, found.reset_index(drop=True)], axis=1)


def to_arrow(frame: pd.DataFrame, table: Table) -> pa.Table:
    """A frame as the table's Arrow schema says, sorted by key, in one chunk."""
    schema = arrow_schema(table)
    if frame.empty:
        return schema.empty_table()
    order = [column for column in table.sort if column in frame.columns]
    if order:
        plain = frame[order].astype(dict.fromkeys(order, "object")).fillna("")
        frame = frame.loc[plain.sort_values(order, kind="stable").index]
    arrays = []
    for field in schema:
        if field.name not in frame.columns:
            raise BrokenData(f"{table.name}: nothing makes the derived column {field.name!r}")
        arrays.append(_column(frame[field.name], field, table))
    return pa.table(arrays, schema=schema).combine_chunks()


def _column(values: pd.Series, field: pa.Field, table: Table) -> pa.Array:
    type_ = field.type
    if pa.types.is_dictionary(type_):
        words = pa.array(list(table.by_name[field.name].enum or ()), pa.string())
        texts = _array(values, pa.string())
        codes = pc.index_in(texts, value_set=words).cast(pa.int16())
        if codes.null_count != texts.null_count:
            known = set(words.to_pylist())
            unknown = next(v for v in texts.to_pylist() if v is not None and v not in known)
            raise BrokenData(f"{table.name}.{field.name}: no word of the vocabulary: {unknown!r}")
        return pa.DictionaryArray.from_arrays(codes, words)
    if pa.types.is_date32(type_):
        return pa.array(values.astype("datetime64[ms]"), pa.timestamp("ms"), from_pandas=True).cast(
            pa.date32()
        )
    return _array(values, type_)


def _array(values: pd.Series, type_: pa.DataType) -> pa.Array:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("string")
    if values.dtype == object or (
        pa.types.is_string(type_) and not pd.api.types.is_string_dtype(values)
    ):
        plain = [None if pd.isna(v) else v for v in values]
        if pa.types.is_string(type_):
            plain = [None if v is None else str(v) for v in plain]
        return pa.array(plain, type_)
    found = pa.array(values, from_pandas=True)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    return found.cast(type_)
