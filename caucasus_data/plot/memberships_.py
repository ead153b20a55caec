"""Who stood where: membership spells of one actor, or of one organization, over time.

A spell is one mark; days on which it only possibly held are hatched; its qualifiers are ticks on
it and spelt out in rows under it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from caucasus_data.errors import BadValue
from caucasus_data.plot import theme
from caucasus_data.plot.frames import (
    Frames,
    Given,
    choose,
    counted,
    day,
    listed,
    records,
    spoken,
    words,
)
from caucasus_data.plot.rows import NOTE, Rows
from caucasus_data.plot.spells import FIRST, LOOKS, WIDTHS, bounds, segments


def _named(name: str, short: str) -> str:
    full = f"{name} ({short})" if short and short != name else name
    return full if len(full) <= 54 else (name if len(name) <= 54 or not short else short)


def memberships(
    actor: str | None = None,
    organization: str | None = None,
    version: str | None = None,
    frames: Given = None,
) -> theme.Chart:
    """Spells of one actor by body, or of one organization by actor, with their qualifiers.

    ``actor``, ``organization``: id, name or abbreviation; one of them, or both for one pair.
    ``version``, a release; ``frames``, tables that are loaded already. Spells run to the first
    day on which they no longer hold, open ones to the end of coverage. Raises ``UnknownName``,
    and ``BadValue`` if neither is given.
    """
    if actor is None and organization is None:
        raise BadValue("memberships() takes actor= or organization=, such as actor='armenia'")
    tables = Frames(version, frames)
    names, shorts = tables.names("actors", "name"), tables.names("actors", "abbreviation")
    spells = tables["memberships"]
    about = []
    for kind, wanted, column in (
        ("actor", actor, "actor_id"),
        ("organization", organization, "organization_id"),
    ):
        if wanted is not None:
            present = sorted(tables["memberships"][column].astype(str).unique())
            key = choose(
                f"{kind} with memberships",
                wanted,
                {k: [names.get(k, ""), shorts.get(k, "")] for k in present},
            )
            spells = spells[spells[column].astype(str) == key]
            about.append(names.get(key, key))
    if spells.empty:
        raise BadValue(f"no membership of {about[0]} in {about[-1]}")
    by = "organization_id" if actor is not None else "actor_id"
    end = tables.coverage_end
    return _Drawing(tables, spells, by, names, shorts, about, end).chart()


class _Drawing:
    """The marks of one chart, row by row."""

    def __init__(
        self, tables: Frames, spells: pd.DataFrame, by: str, names: dict[str, str], shorts: dict[str, str],
        about: list[str], end: pd.Timestamp,
    ) -> None:  # fmt: skip
        self.tables, self.spells, self.about, self.end = tables, spells, about, end
        dated = spells["start_earliest"].dropna()
        self.first = max(FIRST, dated.min()) if len(dated) else FIRST
        self.rows = Rows(step=15)
        self.starts: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.ticks: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        qualifiers = tables["membership_qualifiers"]
        self.qualifiers = qualifiers[qualifiers["membership_id"].isin(spells["membership_id"])]
        self.names, self.shorts = names, shorts
        self.by = "actor" if by == "actor_id" else "organization"
        order: dict[tuple[str, str], list[Any]] = {}
        for spell in records(
            spells.sort_values(["start_earliest", "membership_id"], na_position="last")
        ):
            order.setdefault((str(getattr(spell, by)), str(spell.track)), []).append(spell)
        first_of: dict[str, tuple[bool, pd.Timestamp]] = {}
        for (other, _), group in order.items():
            began = group[0].start_earliest
            key = (bool(pd.isna(began)), began if not pd.isna(began) else self.end)
            first_of[other] = min(first_of.get(other, key), key)
        tracks = list(WIDTHS)
        for (other, track), group in sorted(
            order.items(),
            key=lambda item: (*first_of[item[0][0]], item[0][0], tracks.index(item[0][1])),
        ):
            name, short = names.get(other, other), shorts.get(other, "")
            several = sum(key[0] == other for key in order) > 1
            label = (
                f"{short or name}: {track}" if several and track != "tie" else _named(name, short)
            )
            self._row(label, name, group)

    def _row(self, label: str, other: str, group: list[Any]) -> None:
        row = self.rows.add(label)
        pending = []
        for spell in group:
            status, width = str(spell.status), WIDTHS[str(spell.track)]
            a, b, c, d = bounds(spell, self.end, self.first)
            until = (
                "never"
                if status == "never"
                else spell.end_edtf
                if not pd.isna(spell.end_edtf)
                else "still held"
            )
            dates = "never" if status == "never" else f"{spell.start_edtf} – {until}"
            told = {
                "id": spell.membership_id, "with": other, "status": words(status), "dates": dates,
                "confidence": str(spell.confidence), "row": row,
            }  # fmt: skip
            self.starts.append(
                {**told, "start": day(a),
                 "said": f"{other}: {words(status)}, {dates}, {spell.confidence}"}
            )  # fmt: skip
            parts = [("never", self.first, self.end)] if status == "never" else segments(a, b, c, d)
            self.lines += [
                {**told, "kind": kind, "start": day(x), "end": day(y), "width": width}
                for kind, x, y in parts
            ]
            mine = self.qualifiers[self.qualifiers["membership_id"] == spell.membership_id]
            pending += [
                (a, q)
                for q in records(mine.sort_values(["start_earliest", "membership_qualifier_id"]))
            ]
        for began, qualifier in pending:
            self._qualifier(row, began, qualifier)

    def _qualifier(self, row: str, began: pd.Timestamp, qualifier: Any) -> None:
        said = words(qualifier.qualifier)
        who = "" if pd.isna(qualifier.declared_by) else str(qualifier.declared_by)
        by = self.names.get(who, "")
        under = self.rows.add(
            f"– {said}" + (f" ({self.shorts.get(who) or by})" if by else ""), NOTE
        )
        a, b, c, d = bounds(qualifier, self.end, self.first)
        until = "open" if pd.isna(qualifier.end_edtf) else qualifier.end_edtf
        dates = f"{'unknown' if pd.isna(qualifier.start_edtf) else qualifier.start_edtf} – {until}"
        told = {
            "id": qualifier.membership_qualifier_id, "qualifier": said, "dates": dates, "declared by": by,
            "accepted by the body": str(qualifier.accepted_by_body),
        }  # fmt: skip
        self.ticks.append(
            {**told, "row": row, "start": day(max(a, began)), "said": f"{said}, {dates}"}
        )
        self.notes += [
            {**told, "row": under, "kind": kind, "start": day(x), "end": day(y)}
            for kind, x, y in segments(a, b, c, d)
        ] or [{**told, "row": under, "kind": "certain", "start": day(a), "end": day(a)}]

    def _layers(self) -> list[Any]:
        days = theme.Days(self.first - pd.Timedelta(days=120), self.end, clamp=True)
        y = self.rows.axis()
        present = [
            words(status) for status in LOOKS if (self.spells["status"].astype(str) == status).any()
        ]
        looks = {words(status): look for status, look in LOOKS.items()}
        legend = alt.Legend(title="Status", columns=6)
        scale = alt.Scale(domain=present, range=[looks[status][0] for status in present])
        colour = alt.Color("status:N", scale=scale, legend=legend)
        shape = alt.Shape(
            "status:N",
            legend=legend,
            scale=alt.Scale(domain=present, range=[looks[s][1] for s in present]),
        )
        width = alt.StrokeWidth("width:Q", scale=None)
        told = [
            alt.Tooltip(f"{name}:N") for name in ("with", "status", "dates", "confidence", "id")
        ]
        limits = [
            alt.Tooltip(f"{n}:N")
            for n in ("qualifier", "dates", "declared by", "accepted by the body", "id")
        ]
        dashes = {"certain": [1, 0], "possible": [2, 2], "never": [1, 4]}
        layers = []
        for kind, dash in dashes.items():
            lines = [line for line in self.lines if line["kind"] == kind]
            if lines:
                layers.append(
                    alt.Chart(theme.data(lines))
                    .mark_rule(strokeDash=dash, opacity=0.75, aria=False)
                    .encode(
                        x=days.at("start"),
                        x2="end:T",
                        y=y,
                        color=colour,
                        strokeWidth=width,
                        tooltip=told,
                    )
                )
            notes = [note for note in self.notes if note["kind"] == kind]
            if notes:
                layers.append(
                    alt.Chart(theme.data(notes))
                    .mark_rule(strokeDash=dash, strokeWidth=3, color=theme.INK, aria=False)
                    .encode(x=days.at("start"), x2="end:T", y=y, tooltip=limits)
                )
        layers.append(
            alt.Chart(theme.data(self.starts))
            .mark_point(filled=True, size=62, opacity=1)
            .encode(
                x=days.at("start", span=True),
                y=y,
                color=colour,
                shape=shape,
                tooltip=told,
                description="said:N",
            )
        )
        probable = [start for start in self.starts if start["confidence"] == "probable"]
        if probable:
            hollow = alt.Chart(theme.data(probable)).mark_point(
                filled=True, size=20, opacity=1, color="white", aria=False
            )
            layers.append(hollow.encode(x=days.at("start"), y=y, shape=shape))
        if self.ticks:
            layers.append(
                alt.Chart(theme.data(self.ticks))
                .mark_tick(thickness=2, size=14, color=theme.INK, opacity=1)
                .encode(x=days.at("start"), y=y, tooltip=limits, description="said:N")
            )
        return layers

    def chart(self) -> theme.Chart:
        never = int((self.spells["status"].astype(str) == "never").sum())
        dated = len(self.spells) - never
        count = f"{counted(dated, 'spell')}" + (f", {never} never" if never else "")
        if len(self.qualifiers):
            count += f", {counted(len(self.qualifiers), 'qualifier')} (black: ticks on the spell, with rows below it)"
        early = self.spells["start_earliest"].min() < self.first
        key = (
            f"{count}. Thick lines are ties, thinner ones partnerships, thinnest steps to accession; hatched: only "
            "possibly on those days; hollow: probable, not confirmed; dotted: never. Lines that reach the right edge "
            f"hold on {spoken(self.end)}."
            + (
                f" Spells that began before {self.first.year} start at the left edge."
                if early
                else ""
            )
        )
        return theme.finished(
            self._layers(),
            frames=self.tables,
            title=f"{' in '.join(self.about)}: memberships by {self.by}" if len(self.about) == 1
            else f"{' in '.join(self.about)}: membership",
            subtitle=key,
            notes=[],
            sentence=self._sentence(never),
            height=self.rows.height,
            width=560,
            left=305,
        )  # fmt: skip

    def _sentence(self, never: int) -> str:
        spells = self.spells[self.spells["status"].astype(str) != "never"]
        open_ones = spells[spells["end_edtf"].isna() & spells["end_basis"].isna()]
        held = (
            open_ones["status"]
            .astype(str)
            .value_counts()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        text = f"Membership of {' in '.join(self.about)}: {counted(len(spells), 'spell')}"
        if len(spells):
            text += f" from {spoken(spells['start_earliest'].min())} on"
        text += f"; on {spoken(self.end)} {len(open_ones)} hold"
        if len(held):
            text += (
                " (" + listed(f"{words(status)} {number}" for status, number in held.items()) + ")"
            )
        text += f". {counted(never, 'pair')} never had one."
        limits = self.qualifiers["qualifier"].astype(str).value_counts().sort_index()
        limits = limits[limits > 0]
        return text + (
            f" Qualified by {listed(f'{words(k)} ({n})' for k, n in limits.items())}."
            if len(limits)
            else ""
        )
