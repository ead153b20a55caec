"""Which ids were ever used: a new record never gets one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from caucasus_data import locate
from caucasus_data.errors import BrokenData
from caucasus_data.spec.model import Spec


def taken_ids(
    rows: Mapping[str, list[dict[str, str | None]]], raw: Path, spec: Spec
) -> dict[str, int]:
    """By prefix, the highest number that an id ever had: in ``raw``, retired, or any release."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    taken: dict[str, int] = {}
    keys = {table.name: table.single_key or "" for table in spec.record_tables if table.id_prefix}
    keys["retired"] = "record_id"
    for name, key in keys.items():
        _note((row[key] for row in rows.get(name, ())), taken)
        for path in sorted(locate.releases_folder(raw).glob(f"*/{name}.parquet")):
            try:
                column = pq.ParquetFile(path).read([key], use_threads=False).column(key)
            except (pa.ArrowException, KeyError, OSError) as error:
                where = f"{path.parent.name}/{path.name}"
                raise BrokenData(f"{where} can't be read: {error}") from error
            _note((str(one) for one in column.to_pylist()), taken)
    return taken


def _note(ids: Iterable[str | None], taken: dict[str, int]) -> None:
    for text in ids:
        match = re.fullmatch(r"([A-Z]{2})-([0-9]{5})", text or "")
        if match:
            taken[match[1]] = max(taken.get(match[1], 0), int(match[2]))
