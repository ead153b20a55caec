"""What all charts share: colours, shapes, fonts, title, source line, and saving offline.

Colours differ in lightness as well as in hue and have 3:1 contrast on white; every category has a
shape or a label besides. What is drawn is each chart's own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from caucasus_data.plot.frames import Frames

# Bundled with the renderer, so that the same chart has the same bytes on every machine.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, FAINT, WATER, LAND = "#1a1a1a", "#595959", "#e3e3e3", "#dbe8f0", "#f2f1ec"
COLOURS = ("#005a9c", "#c8510a", "#00795c", "#8b3a84", "#1a1a1a", "#8a6d00", "#5e8fc2", "#b0527a")
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
SALTIRE = "M-.8,-1L0,-.2L.8,-1L1,-.8L.2,0L1,.8L.8,1L0,.2L-.8,1L-1,.8L-.2,0L-1,-.8Z"
HEXAGON = "M-1,0L-.5,-.9L.5,-.9L1,0L.5,.9L-.5,.9Z"
BAR = "M-.3,-1.1L.3,-1.1L.3,1.1L-.3,1.1Z"
STAR = "M0,-1.2L.3,-.4L1.15,-.35L.5,.2L.7,1.05L0,.55L-.7,1.05L-.5,.2L-1.15,-.35L-.3,-.4Z"
WIDTH = 720
# Average width of a character of the font, as a share of its size.
_LETTER = 0.5


class Chart(alt.LayerChart):  # type: ignore[misc]
    """A layered chart whose files need no network, whatever format they are saved in."""

    def svg(self) -> str:
        """The chart as SVG with its alternative text; the same bytes each time."""
        from caucasus_data.plot.saving import svg

        return svg(self)

    def html(self) -> str:
        """A page that holds all it needs; it shows the chart with scripts switched off too."""
        from caucasus_data.plot.saving import html

        return html(self)

    def save(self, fp: Any, format: str | None = None, **options: Any) -> None:
        """Write the chart: ``.svg``, ``.png`` (``scale_factor=``), ``.html`` (offline), ``.json``."""
        kind = format or (
            Path(fp).suffix.lstrip(".").lower() if isinstance(fp, str | Path) else None
        )
        if kind in ("svg", "html") and not options:
            text = self.svg() if kind == "svg" else self.html()
            if isinstance(fp, str | Path):
                Path(fp).write_text(text, encoding="utf-8")
            else:
                fp.write(text)
            return
        if kind == "html":
            options.setdefault("inline", True)
        super().save(fp, format=format, **options)


def data(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows as a chart's own data."""
    return alt.InlineData(values=list(rows))


def _moment(stamp: pd.Timestamp) -> int:
    """Milliseconds since 1970, which no time zone moves."""
    return int((stamp - pd.Timestamp(0)) / pd.Timedelta(milliseconds=1))


class Days:
    """The time axis of a chart in whole days, the same in every time zone."""

    def __init__(self, start: pd.Timestamp, end: pd.Timestamp, clamp: bool = False) -> None:
        self._span = [_moment(start), _moment(end)]
        self._clamp = clamp

    def at(self, field: str, span: bool = False) -> Any:
        """A field of days as the horizontal position.

        ``span``: state what the axis spans, which one layer does (the renderer warns where
        several do, or one of lines from a day to another).
        """
        domain = {"domain": self._span} if span else {}
        scale = alt.Scale(type="utc", clamp=self._clamp, nice=False, **domain)
        return alt.X(
            f"{field}:T", title="Date", scale=scale, axis=alt.Axis(tickCount=10, labelOverlap=True)
        )


def categories(
    field: str, values: Sequence[str], title: str | None, columns: int = 4
) -> dict[str, Any]:
    """Colour and shape of up to eight categories, with one legend; never colour alone."""
    legend = alt.Legend(title=title, columns=columns)
    colours = [COLOURS[i % len(COLOURS)] for i in range(len(values))]
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(values))]
    return {
        "color": alt.Color(
            f"{field}:N", scale=alt.Scale(domain=list(values), range=colours), legend=legend
        ),
        "shape": alt.Shape(
            f"{field}:N", scale=alt.Scale(domain=list(values), range=shapes), legend=legend
        ),
    }


def shortened(text: str, limit: int) -> str:
    """The text, cut if it is longer than ``limit`` characters; at a word if one ends near by."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    word = cut.rsplit(" ", 1)[0]
    return (word if len(cut) - len(word) <= 6 else cut).rstrip(" ,-–") + "…"


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit ``width`` pixels at a font size."""
    return textwrap.wrap(text, max(20, int(width / (size * _LETTER))))


def finished(
    layers: Sequence[Any],
    *,
    frames: Frames,
    title: str,
    subtitle: str,
    notes: Sequence[str],
    sentence: str,
    height: float,
    width: float = WIDTH,
    left: float = 0,
    right: float = 0,
    below: float = 42,
    zoom: bool = False,
    **properties: Any,
) -> Chart:
    """The layers as one chart with title, subtitle, notes, source line and alternative text.

    ``left``, ``right``: how far the text may go beyond the plot (the room of labels, in pixels);
    ``below``: how far under the plot the source line stands (the room of the axis).
    """
    room = width + left + right
    lines = [line for note in [*notes, frames.source] if note for line in wrapped(note, room, 11)]
    source = (
        alt.Chart(data([{"text": "\n".join(lines)}]))
        .mark_text(
            align="left",
            baseline="top",
            lineBreak="\n",
            fontSize=11,
            color=SOFT,
            aria=False,
            clip=False,
        )
        .encode(x=alt.value(-left), y=alt.value(height + below), text="text:N")
    )
    chart = Chart(layer=[*layers, source]).properties(
        width=width,
        height=height,
        description=sentence,
        title=alt.TitleParams(
            wrapped(title, room, 18), subtitle=wrapped(subtitle, room, 12), anchor="start",
            frame="group", dx=-left, offset=14, fontSize=17, subtitleFontSize=12,
            color=INK, subtitleColor=SOFT, subtitlePadding=5, subtitleLineHeight=15,
        ),
        **properties,
    )  # fmt: skip
    if zoom:
        chart = chart.interactive(name="zoom", bind_y=False)
    styled: Chart = (
        chart.configure(font=FONT, background="white", padding=12)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=FAINT, domainColor=SOFT, tickColor=SOFT,
            labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
        )
        .configure_legend(
            orient="top", direction="horizontal", labelLimit=0, titleLimit=0, labelColor=INK, titleColor=INK,
            titleFontWeight="normal", titleFontSize=11, labelFontSize=11, symbolSize=70, symbolOpacity=1, offset=8,
        )
    )  # fmt: skip
    return styled
