"""Charts of one thing a row: keys in order, headings, labels and the axis that shows them.

A key is ``<kind><number>|<label>``: the number keeps order and makes labels that are the same two
rows, the kind says how the label is set.
"""

from __future__ import annotations

import textwrap

import altair as alt

from caucasus_data.plot.theme import FAINT, INK, SOFT, shortened

HEADING, ROW, NOTE = "h", "r", "n"
LABEL_ROOM = 300
_LABEL = "split(slice(datum.value, indexof(datum.value, '|') + 1), '\\n')"


class Rows:
    """The rows of a chart from top to bottom."""

    def __init__(self, step: float = 16, letters: int = 54, lines: int = 1) -> None:
        self.keys: list[str] = []
        self._step = step
        self._letters = letters
        self._lines = lines

    def add(self, label: str, kind: str = ROW) -> str:
        """A further row; its key."""
        # Bold is wider; a heading may take the room of the margin.
        letters = (
            self._letters if kind != HEADING else self._letters + (4 if self._lines == 1 else -6)
        )
        lines = textwrap.wrap(label, letters, break_on_hyphens=False)
        if len(lines) > self._lines:
            rest = " ".join(lines[self._lines - 1 :])
            lines = [*lines[: self._lines - 1], shortened(rest, letters)]
        key = f"{kind}{len(self.keys):05d}|" + "\n".join(lines)
        self.keys.append(key)
        return key

    @property
    def height(self) -> float:
        """Pixels that the rows take."""
        return self._step * len(self.keys)

    def axis(self, field: str = "row", room: float = LABEL_ROOM, grid: bool = True) -> alt.Y:
        """The rows as the vertical axis: headings bold, notes grey."""
        kind = "datum.value[0]"
        return alt.Y(
            f"{field}:N",
            title=None,
            scale=alt.Scale(domain=self.keys),
            axis=alt.Axis(
                labelExpr=_LABEL,
                labelLimit=room,
                labelPadding=8,
                labelLineHeight=12,
                labelOffset={
                    "condition": {"test": "indexof(datum.value, '\\n') > 0", "value": -6},
                    "value": 0,
                },
                labelFontWeight={
                    "condition": {"test": f"{kind} == '{HEADING}'", "value": "bold"},
                    "value": "normal",
                },
                labelColor={
                    "condition": {"test": f"{kind} == '{NOTE}'", "value": SOFT},
                    "value": INK,
                },
                labelOverlap=False,
                ticks=False,
                domain=False,
                grid=grid,
                gridColor=FAINT,
            ),
        )
