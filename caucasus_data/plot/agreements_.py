"""Agreements by process, stage and life: when each was agreed, signed, in force, ended.

What implements or changes an agreement of the same chart stands under it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

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
from caucasus_data.plot.rows import HEADING, ROW, Rows
from caucasus_data.plot.timeline_ import conflict_of

# PA-X stages, in the order of a process.
STAGES = {
    "Pre": "before negotiation",
    "Cea": "ceasefire",
    "SubPar": "substance, partial",
    "SubComp": "substance, comprehensive",
    "Imp": "implementation",
    "Ren": "renewal",
    "Oth": "other",
}
_DEEPEST = 6
"""Steps by which a text is set in under the one that it extends; a longer chain goes on below."""
STEPS = {
    "agreed": ("#8b3a84", "diamond"),
    "initialled": ("#8a6d00", "triangle-up"),
    "signed": ("#005a9c", "circle"),
    "published": ("#5e8fc2", "square"),
    "provisional": ("#00795c", "triangle-down"),
    "effective": ("#00795c", "triangle-right"),
    "ended": ("#b3261e", theme.SALTIRE),
}
_CALLED = {"provisional": "applied provisionally", "effective": "in force"}
# Relations by which an agreement belongs under another.
_UNDER = (
    "version_of",
    "amends",
    "extends",
    "implements",
    "supersedes",
    "terminates",
    "annex_to",
    "clarifies",
)
_LETTERS = 60
# Pixels: steps nearer than this stand one above the other.
_NEAR = 9.0
_WIDTH = 470
_SHIFTS = (0, -9, 9)


def agreements(
    process: str | None = None, version: str | None = None, frames: Given = None
) -> theme.Chart:
    """Agreements of one process, or all: a row each, a mark for each dated step of its life.

    ``process``: the conflict that an agreement belongs to (id or title of the event), or None
    for all agreements; ``version``, a release; ``frames``, tables that are loaded already.
    Raises ``UnknownName`` with the processes that have agreements.
    """
    tables = Frames(version, frames)
    shown = tables["agreements"]
    titles = tables.names("events", "title")
    events = tables["events"]
    tops = dict(zip(events["event_id"].astype(str), conflict_of(events), strict=True))
    belongs = [
        None if pd.isna(e) else str(e if pd.isna(tops.get(str(e), pd.NA)) else tops[str(e)])
        for e in shown["event_id"]
    ]
    shown = shown.assign(process=pd.Series(belongs, index=shown.index, dtype="string"))
    name = "All agreements"
    if process is not None:
        known = sorted(shown["process"].dropna().unique())
        key = choose("process with agreements", process, {k: [titles.get(k, "")] for k in known})
        shown = shown[shown["process"] == key]
        name = f"Agreements: {titles[key]}"
    return _Drawing(tables, shown, titles, name).chart()


class _Drawing:
    """The marks of one chart, row by row."""

    def __init__(
        self, tables: Frames, shown: pd.DataFrame, titles: dict[str, str], name: str
    ) -> None:
        self.tables, self.name, self.end = tables, name, tables.coverage_end
        first = shown[[f"{step}_earliest" for step in STEPS]].min(axis=1)
        self.shown = shown.assign(first=first).sort_values(
            ["first", "agreement_id"], na_position="last", kind="stable"
        )
        self.rows = Rows(step=28, letters=_LETTERS, lines=2)
        self.marks: list[dict[str, Any]] = []
        self.spans: list[dict[str, Any]] = []
        self.blank: list[dict[str, Any]] = []
        self.drawn: set[str] = set()
        links = tables["links"]
        ids = set(self.shown["agreement_id"].astype(str))
        self.over = {
            str(link.from_id): (str(link.relation), str(link.to_id))
            for link in records(links)
            if str(link.relation) in _UNDER and str(link.from_id) in ids and str(link.to_id) in ids
        }
        for heading, group in self._groups(titles):
            self.rows.add(heading, HEADING)
            members = {str(a.agreement_id): a for a in records(group)}
            for key, agreement in members.items():
                if self.over.get(key, ("", ""))[1] not in members:
                    self._row(agreement, members, 0)
            for key, agreement in members.items():  # those that stand under each other in a circle
                if key not in self.drawn:
                    self._row(agreement, members, 0)

    def _groups(self, titles: dict[str, str]) -> list[tuple[str, pd.DataFrame]]:
        """Agreements under process and stage; what lies outside a process comes last."""
        groups = []
        keys = [*sorted(self.shown["process"].dropna().unique()), None]
        for key in keys:
            of_process = self.shown[
                self.shown["process"].isna() if key is None else self.shown["process"] == key
            ]
            head = "Outside a peace process" if key is None else titles.get(str(key), str(key))
            alone = len(keys) == 2 and key is not None and not self.shown["process"].isna().any()
            for stage in (*STAGES, None):
                at_stage = (
                    of_process["stage"].isna()
                    if stage is None
                    else of_process["stage"].astype("string") == stage
                )
                group = of_process[at_stage.fillna(False).astype(bool)]
                if len(group):
                    said = "stage not coded" if stage is None else STAGES[stage]
                    text = (
                        head
                        if key is None and stage is None
                        else said.capitalize()
                        if alone
                        else f"{head}: {said}"
                    )
                    groups.append((text, group))
        return groups

    def _row(self, agreement: Any, members: dict[str, Any], depth: int) -> None:
        key = str(agreement.agreement_id)
        self.drawn.add(key)
        relation = words(self.over[key][0]) if depth else ""
        row = self.rows.add(("– " * min(depth, _DEEPEST)) + str(agreement.neutral_label), ROW)
        label = str(agreement.neutral_label)
        told = {
            "id": key, "agreement": label, "kind": words(agreement.instrument), "binding": words(agreement.bindingness),
            "row": row, "relation": relation,
        }  # fmt: skip
        dated = [step for step in STEPS if not pd.isna(getattr(agreement, f"{step}_earliest"))]
        for step in dated:
            early, late = (
                getattr(agreement, f"{step}_earliest"),
                getattr(agreement, f"{step}_latest"),
            )
            said = _CALLED.get(step, step)
            how = (
                f" ({words(agreement.end_basis)})"
                if step == "ended" and not pd.isna(agreement.end_basis)
                else ""
            )
            self.marks.append(
                {**told, "step": said, "date": getattr(agreement, f"{step}_edtf"), "early": day(early), "late": day(late),
                 "at": day(early + (late - early) / 2), "vague": early != late,
                 "said": f"{label}: {said}{how} {getattr(agreement, f'{step}_edtf')}"}
            )  # fmt: skip
        if not dated:
            self.blank.append({**told, "text": "no date known", "said": f"{label}: no date known"})
        force = next((s for s in ("effective", "provisional") if s in dated), None)
        if force:
            until = agreement.ended_latest if "ended" in dated else self.end
            self.spans.append(
                {**told, "start": day(getattr(agreement, f"{force}_latest")), "end": day(until)}
            )
        for other, (_, above) in self.over.items():
            if above == key and other in members and other not in self.drawn:
                self._row(members[other], members, depth + 1)

    def _layers(self) -> list[Any]:
        known = [mark["early"] for mark in self.marks]
        first = pd.Timestamp(min(known)) if known else self.end - pd.Timedelta(days=365)
        start = first - pd.Timedelta(days=max(5, round(0.02 * (self.end - first).days)))
        days = theme.Days(start, self.end)
        y = self.rows.axis(room=345)
        called = {_CALLED.get(step, step): look for step, look in STEPS.items()}
        present = [step for step in called if any(mark["step"] == step for mark in self.marks)]
        legend = alt.Legend(title="Step", columns=7)
        scale = alt.Scale(domain=present, range=[called[s][0] for s in present])
        colour = alt.Color("step:N", legend=legend, scale=scale)
        shape = alt.Shape(
            "step:N",
            legend=legend,
            scale=alt.Scale(domain=present, range=[called[s][1] for s in present]),
        )
        told = [
            alt.Tooltip(f"{n}:N")
            for n in ("agreement", "step", "date", "kind", "binding", "relation", "id")
        ]
        layers = []
        if self.spans:
            layers.append(
                alt.Chart(theme.data(self.spans))
                .mark_rule(strokeWidth=6, color="#9fcdbd", aria=False)
                .encode(x=days.at("start"), x2="end:T", y=y)
            )
        vague = [mark for mark in self.marks if mark["vague"]]
        if vague:
            layers.append(
                alt.Chart(theme.data(vague))
                .mark_rule(strokeWidth=4, strokeDash=[2, 2], aria=False)
                .encode(x=days.at("early"), x2="late:T", y=y, color=colour)
            )
        for shift, marks in self._shifted((self.end - start).days).items():
            layers.append(
                alt.Chart(theme.data(marks))
                .mark_point(filled=True, size=75, opacity=1, yOffset=shift)
                .encode(
                    x=days.at("at", span=shift == 0), y=y, color=colour, shape=shape, tooltip=told,
                    description="said:N",
                )
            )  # fmt: skip
        if self.blank:
            layers.append(
                alt.Chart(theme.data(self.blank))
                .mark_text(align="left", dx=4, fontSize=10.5, color=theme.SOFT)
                .encode(x=alt.value(0), y=y, text="text:N", description="said:N")
            )
        return layers

    def _shifted(self, days: int) -> dict[int, list[dict[str, Any]]]:
        """The marks by how far they stand above or below their row, so that none covers another."""
        found: dict[int, list[dict[str, Any]]] = {}
        near = pd.Timedelta(days=_NEAR * days / _WIDTH)
        row, at, turn = "", pd.Timestamp(0), 0
        for mark in sorted(self.marks, key=lambda mark: (mark["row"], mark["at"])):
            here = pd.Timestamp(mark["at"])
            turn = (turn + 1) % len(_SHIFTS) if mark["row"] == row and here - at < near else 0
            row, at = mark["row"], here
            found.setdefault(_SHIFTS[turn], []).append(mark)
        return found

    def chart(self) -> theme.Chart:
        return theme.finished(
            self._layers(),
            frames=self.tables,
            title=self.name,
            subtitle=(
                f"{counted(len(self.shown), 'agreement')}, {counted(len(self.marks), 'dated step')}. Green lines: from entry into "
                f"force to the end, or to {spoken(self.end)} where no end is recorded; hatched: the day is not known more closely; after a dash: implements or "
                "changes the one above."
            ),
            notes=[],
            sentence=self._sentence(),
            height=self.rows.height,
            width=_WIDTH,
            left=350,
        )

    def _sentence(self) -> str:
        shown = self.shown
        signed = shown["signed_earliest"].dropna()
        kinds = (
            shown["instrument"]
            .astype(str)
            .value_counts()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        text = f"{self.name}: {counted(len(shown), 'text')} ({listed(f'{words(k)} {n}' for k, n in kinds.items())})"
        if len(signed):
            text += f"; {len(signed)} signed, the first on {spoken(signed.min())} and the last on {spoken(signed.max())}"
        text += f"; with a day of entry into force: {shown['effective_earliest'].notna().sum()}; ended: {shown['ended_earliest'].notna().sum()}."
        staged = shown["stage"].astype("string").value_counts()
        parts = [f"{STAGES[stage]} {staged[stage]}" for stage in STAGES if staged.get(stage, 0)]
        return text + (f" By stage: {listed(parts)}." if parts else "")
