"""Tables for those who open one file: ``events_wide``, ``organizations``, ``records``."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from caucasus_data.spec.model import Spec

DISJOINT = ("military", "police_security", "civilian", "peacekeeper")
"""Victim groups that do not overlap: their sum stands for all when nobody claims the total."""
BLAME = ("initiator", "perpetrator")


def labels(frames: Mapping[str, pd.DataFrame], spec: Spec) -> pd.Series[str]:
    """A label to show for every record id: what its table's ``label`` columns hold, ids resolved."""
    plain: dict[str, str] = {}
    for name in ("actors", "places", "sources", "events", "agreements"):
        key, column = spec[name].single_key or "", spec[name].label[0]
        frame = frames[name]
        plain.update(zip(frame[key].astype(str), frame[column].astype(str), strict=True))
    found = dict(plain)
    for table in spec.record_tables:
        if table.name in ("actors", "places", "sources", "events", "agreements") or not table.label:
            continue
        frame = frames[table.name]
        if frame.empty:
            continue
        for row in frame[[table.single_key or "", *table.label]].itertuples(index=False):
            words = [str(w) for w in row[1:] if not pd.isna(w)]
            found[str(row[0])] = ", ".join(plain.get(w, found.get(w, w)) for w in words)
    return pd.Series(found, dtype="object")


def records(frames: Mapping[str, pd.DataFrame], spec: Spec) -> pd.DataFrame:
    """Every id with its table and label, sorted by id."""
    label = labels(frames, spec)
    parts = []
    for table in spec.record_tables:
        ids = frames[table.name][table.single_key or ""].astype(str)
        parts.append(
            pd.DataFrame(
                {
                    "record_id": ids.array,
                    "table": table.name,
                    "label": label.reindex(ids.array).array,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(
        "record_id", kind="stable", ignore_index=True
    )


def organizations(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The actors that stand as a body in memberships, with the number of spells."""
    counts = frames["memberships"]["organization_id"].astype(str).value_counts()
    actors = frames["actors"]
    kept = actors[actors["actor_id"].isin(counts.index)].rename(
        columns={"actor_id": "organization_id"}
    )
    spells = counts.reindex(kept["organization_id"].astype(str)).array
    return kept.assign(spells=spells).sort_values(
        "organization_id", kind="stable", ignore_index=True
    )


def killed_of_all(ranges: pd.DataFrame) -> pd.DataFrame:
    """Per event and affected actor the killed range of group ``all``."""
    whole = ranges[
        (ranges["type"] == "killed") & ranges["period_edtf"].isna() & ranges["place_id"].isna()
    ]
    columns = ["event_id", "affected_actor_id", "all_low", "all_high"]
    total = whole[whole["victim_group"] == "all"][columns]
    return total.rename(columns={"all_low": "low", "all_high": "high"})


def _by_one_claimant(claims: pd.DataFrame) -> pd.DataFrame:
    """Sums of disjoint groups by one claimant, for each event and affected actor."""
    keys = ["event_id", "affected_actor_id", "claimant_id"]
    plain = claims[
        (claims["type"].astype("string") == "killed")
        & claims["victim_group"].astype("string").isin(DISJOINT)
    ]
    plain = plain[plain["period_edtf"].isna() & plain["place_id"].isna()]
    if plain.empty:
        return pd.DataFrame({"event_id": [], "affected_actor_id": [], "low": [], "high": []})
    plain = plain.assign(
        least=plain["low"].fillna(plain["best"]).fillna(plain["high"]),
        most=plain["high"].fillna(plain["best"]),
    )
    for key in keys:
        plain[key] = plain[key].astype("string")
    one = plain.sort_values("known_on", kind="stable").drop_duplicates(
        [*keys, "victim_group"], keep="last"
    )
    sums = one.groupby(keys, as_index=False).agg(
        low=("least", "sum"),
        high=("most", lambda s: s.sum() if s.notna().all() else pd.NA),
        groups=("least", "size"),
        newest=("known_on", "max"),
    )
    best = sums.sort_values(["groups", "newest"], kind="stable").drop_duplicates(
        ["event_id", "affected_actor_id"], keep="last"
    )
    return best[["event_id", "affected_actor_id", "low", "high"]]


def events_wide(
    frames: Mapping[str, pd.DataFrame], ranges: pd.DataFrame, live_claims: pd.DataFrame
) -> pd.DataFrame:
    """One flat row an event. ``live_claims``: claims that may be ranged, with ``known_on``."""
    events, actors = frames["events"], frames["actors"]
    names = dict(zip(actors["actor_id"].astype(str), actors["name"].astype(str), strict=True))
    titles = dict(zip(events["event_id"].astype(str), events["title"].astype(str), strict=True))
    places = dict(
        zip(
            frames["places"]["place_id"].astype(str),
            frames["places"]["name"].astype(str),
            strict=True,
        )
    )
    roles = frames["event_actors"].assign(role=frames["event_actors"]["role"].astype("string"))
    in_event: dict[str, list[tuple[str, str]]] = {}
    for event, actor, role in zip(roles["event_id"], roles["actor_id"], roles["role"], strict=True):
        in_event.setdefault(str(event), []).append((str(role), names.get(str(actor), str(actor))))
    killed = _killed(ranges, live_claims)
    claims = frames["casualties"]["event_id"].astype(str).value_counts()
    cited = _sources(frames)
    rows = []
    for event in events.to_dict("records"):
        key = str(event["event_id"])
        there = in_event.get(key, [])
        low, high, counted = killed.get(key, (None, None, []))
        rows.append(
            {
                "event_id": key,
                "title": event["title"],
                "event_type": event["event_type"],
                "date_edtf": event["date_edtf"],
                "date_earliest": event["date_earliest"],
                "date_latest": event["date_latest"],
                "place": None if pd.isna(event["place_id"]) else places.get(str(event["place_id"])),
                "country": event["country"],
                "latitude": event["latitude"],
                "longitude": event["longitude"],
                "where_precision": event["where_precision"],
                "parent": None
                if pd.isna(event["parent_event_id"])
                else titles.get(str(event["parent_event_id"])),
                "side_a": _joined(n for r, n in there if r == "side_a"),
                "side_b": _joined(n for r, n in there if r == "side_b"),
                "actors": _joined(f"{n} ({r})" for r, n in there if r not in BLAME),
                "killed_low": low,
                "killed_high": high,
                "killed_counts": _joined(names.get(actor, actor) for actor in counted),
                "n_claims": int(claims.get(key, 0)),
                "n_sources": len(cited.get(key, ())),
                "occurrence": event["occurrence"],
                "attribution": event["attribution"],
                "confidence": event["confidence"],
            }
        )
    return pd.DataFrame(rows)


def _joined(words: object) -> str | None:
    found = list(dict.fromkeys(words))  # type: ignore[call-overload]
    return "; ".join(found) if found else None


def _killed(
    ranges: pd.DataFrame, claims: pd.DataFrame
) -> dict[str, tuple[int | None, int | None, list[str]]]:
    """Event to lowest and highest killed over its affected actors, and who is counted."""
    total = killed_of_all(ranges)
    summed = _by_one_claimant(claims)
    have = set(
        zip(total["event_id"].astype(str), total["affected_actor_id"].astype(str), strict=True)
    )
    rows = [(str(e), str(a), lo, hi) for e, a, lo, hi in total.itertuples(index=False)]
    rows += [
        (str(e), str(a), lo, hi)
        for e, a, lo, hi in summed.itertuples(index=False)
        if (str(e), str(a)) not in have
    ]
    found: dict[str, tuple[int | None, int | None, list[str]]] = {}
    for event, actor, low, high in sorted(rows, key=lambda row: row[:2]):
        was_low, was_high, counted = found.get(event, (0, 0, []))
        new_low = None if was_low is None or pd.isna(low) else was_low + int(low)
        new_high = None if was_high is None or pd.isna(high) else was_high + int(high)
        found[event] = (new_low, new_high, [*counted, actor])
    return found


def _sources(frames: Mapping[str, pd.DataFrame]) -> dict[str, set[str]]:
    """Event to the sources that cite it or carry its claims and figures."""
    found: dict[str, set[str]] = {}
    cited = frames["citations"]
    for record, source in zip(
        cited["record_id"].astype(str), cited["source_id"].astype(str), strict=True
    ):
        found.setdefault(record, set()).add(source)
    for table in ("casualties", "figures"):
        frame = frames[table]
        key = "casualty_id" if table == "casualties" else "figure_id"
        for record, event, source in zip(
            frame[key].astype(str), frame["event_id"], frame["source_id"].astype(str), strict=True
        ):
            if not pd.isna(event):
                found.setdefault(str(event), set()).update({source} | found.get(record, set()))
    return found
