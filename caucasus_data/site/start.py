"""What stands on the start page: figures of the release, five questions with a chart each."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from caucasus_data.site import words
from caucasus_data.site.charts.agreements import agreements_chart
from caucasus_data.site.charts.claims import Claims, claims_charts, ends_of
from caucasus_data.site.charts.place import map_of_events
from caucasus_data.site.charts.shape import Chart
from caucasus_data.site.charts.spells import bounds, spells_chart
from caucasus_data.site.charts.timeline import by_year
from caucasus_data.site.content import Content, Row

FEW = 8
"""Rows of a chart on the start page."""


def start(content: Content, claims: Claims) -> dict[str, Any]:
    """The start page: figures of the release, five questions with a chart each."""
    counts = [
        (words.number(len(content.rows(t.name))), t.name, t.title)
        for t in content.spec
        if t.group == "product" or t.name in ("actors", "sources", "citations", "places")
    ]
    return {
        "counts": counts,
        "years": by_year(content),
        "map": map_of_events(content),
        "casualties": _told_most(content, claims),
        "memberships": _moved_most(content),
        "agreements": _latest(content),
        "dataset": content.spec.dataset,
    }


def _told_most(content: Content, claims: Claims) -> dict[str, Any] | None:
    """The event on which most sides, then most claimants, give a number of those killed."""
    best: tuple[int, int, str] | None = None
    for event, rows in content.claims_of.items():
        told = [r for r in rows if r["type"] == "killed" and any(e is not None for e in ends_of(r))]
        rank = (len({claims.side(r) for r in told}), len({r["claimant_id"] for r in told}), event)
        if told and (best is None or (-rank[0], -rank[1], rank[2]) < (-best[0], -best[1], best[2])):
            best = rank
    if best is None:
        return None
    chart = next(c for c in claims_charts(best[2], claims, "start") if c.ident == "start-killed")
    return {"event": best[2], "chart": chart}


def _moved_most(content: Content) -> dict[str, Any] | None:
    """The actor with most limits and ended spells, and the bodies in which it moved."""
    by_actor: dict[str, list[Row]] = defaultdict(list)
    for row in content.rows("memberships"):
        if bounds(row, content.coverage_end):
            by_actor[row["actor_id"]].append(row)
    if not by_actor:
        return None

    def moved(rows: list[Row]) -> int:
        return sum(
            len(content.limits.get(r["membership_id"], [])) + (r["end_edtf"] is not None)
            for r in rows
        )

    actor = min(by_actor, key=lambda a: (-moved(by_actor[a]), a))
    bodies: dict[str, list[Row]] = defaultdict(list)
    for row in by_actor[actor]:
        bodies[row["organization_id"]].append(row)
    most = sorted(bodies, key=lambda b: (-moved(bodies[b]), -len(bodies[b]), b))[:FEW]
    rows = [row for body in most for row in bodies[body]]
    chart = spells_chart(
        rows,
        "organization_id",
        f"{content.label(actor)} in the bodies in which it moved most",
        "start-spells",
        content,
    )
    return {"actor": actor, "chart": chart}


def _latest(content: Content) -> Chart | None:
    rows = [row for row in content.rows("agreements") if row["signed_earliest"] is not None]
    rows.sort(key=lambda row: (row["signed_earliest"], row["agreement_id"]))
    return agreements_chart(
        rows[-FEW:],
        content,
        "start-agreements",
        f"The {words.number(min(FEW, len(rows)))} agreements signed last",
    )
