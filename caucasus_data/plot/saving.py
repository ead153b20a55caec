"""Charts as files that stand alone: SVG with its alternative text, HTML with all scripts inside.

Neither names a network address (namespaces of SVG aside), and both have the same bytes each time.
"""

from __future__ import annotations

import functools
import json
import re
from html import escape
from typing import Any

from caucasus_data.errors import need

# Addresses in the bundled scripts: of their schemas (only the path is read), their documentation
# and their editor, which is switched off here.
_ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)[\w.-]+")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 1rem; font-family: Arial, Helvetica, sans-serif }} svg {{ max-width: 100%; height: auto }}</style>
</head>
<body>
<div id="chart">
{svg}
</div>
<script>
{bundle}
</script>
<script>
const spec = {spec};
vegaEmbed("#chart", spec, {{renderer: "svg", actions: {{export: true, source: false, compiled: false, editor: false}}}});
</script>
</body>
</html>
"""


def _renderer() -> Any:
    return need("saving a chart", "plot", "vl_convert")


def _heading(chart: Any) -> str:
    title = chart.title.text
    return title if isinstance(title, str) else " ".join(title)


def svg(chart: Any) -> str:
    """SVG text whose root says what it shows to those who can't see it."""
    drawn: str = _renderer().vegalite_to_svg(chart.to_dict())
    said = escape(str(chart.description), quote=True)
    root, rest = drawn.split(">", 1)
    return f'{root} role="img" aria-label="{said}"><title>{escape(_heading(chart))}</title>{rest}\n'


@functools.lru_cache(maxsize=1)
def _bundle() -> str:
    """The scripts of a page; gathering them takes seconds, so once a process."""
    gathered: str = _renderer().javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return _ADDRESS.sub("", gathered).replace("</script", "<\\/script")


def html(chart: Any) -> str:
    """One page with the drawing (for reading without scripts) and the live chart over it."""
    spec = json.dumps(chart.to_dict(), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return _PAGE.format(
        title=escape(_heading(chart)),
        svg=svg(chart),
        bundle=_bundle(),
        spec=_ADDRESS.sub("", spec),
    )
