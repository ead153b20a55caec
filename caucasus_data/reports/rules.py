"""``docs/rules.md``: every code of a finding, with why, wrong and right, and its red cases; and
which items of the gate's layers are refused by which code in which case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from caucasus_data.codes import CODES, Code
from caucasus_data.spec.model import read_yaml

LAYERS = {
    "file": "Files of raw/",
    "csv": "Bytes and CSV shape",
    "text": "Text of a cell",
    "type": "Types and vocabularies",
    "key": "Keys",
    "rule": "Rules across columns and tables",
    "template": "Templates",
}
RED = Path("tests/red")
"""The corpus of bad edits: one file a case, ``items.yaml`` with the items of the layers."""


def rules_markdown(root: Path) -> str:
    """All codes by layer, then the table of items."""
    folder = root / RED
    cases = {
        f"{path.parent.name}/{path.stem}": read_yaml(path)
        for path in sorted(folder.glob("*/*.yaml"))
    }
    parts = [
        "# Rules",
        "",
        "Every finding that `caucasus-data validate` can give. `caucasus-data explain CODE` prints one. "
        "Errors make it exit 1; warnings are heuristics. A waivable finding can be let stand with a line in `raw/waivers.csv`. "
        f"Each has its cases: bad edits of the tables with exactly what must be found ({len(cases)} in all).",
        "",
    ]
    for layer, title in LAYERS.items():
        parts += [f"## {title}", ""]
        for code in CODES.values():
            if code.layer == layer:
                parts += _section(code, cases)
    items = read_yaml(folder / "items.yaml") if (folder / "items.yaml").is_file() else {}
    parts += _items(items, cases)
    return "\n".join(parts).rstrip("\n") + "\n"


def _section(code: Code, cases: Mapping[str, Any]) -> list[str]:
    marks = [
        m for m, on in (("warning", code.severity == "warning"), ("waivable", code.waivable)) if on
    ]
    mark = f" ({', '.join(marks)})" if marks else ""
    met = [n for n, case in cases.items() if any(f["code"] == code.name for f in case["findings"])]
    lines = [
        f"### `{code.name}`{mark}",
        "",
        f"{code.title}. {code.why}",
        "",
        f"- wrong: `{code.wrong.replace('`', chr(39))}`",
        f"- right: `{code.right.replace('`', chr(39))}`",
    ]
    if code.hint:
        lines.append(f"- do: {code.hint}")
    if met:
        lines.append(f"- cases: {_linked(met)}")
    return [*lines, ""]


def _items(items: Mapping[str, Iterable[str]], cases: Mapping[str, Any]) -> list[str]:
    lines = ["## What is refused, item by item", "", "| item | code | case |", "|---|---|---|"]
    for layer, names in items.items():
        lines.append(f"| **{layer}** | | |")
        for item in names:
            met = [name for name, case in cases.items() if case["item"] == item]
            codes = sorted({cases[name]["findings"][0]["code"] for name in met})
            shown = ", ".join(f"`{code}`" for code in codes)
            lines.append(f"| {item} | {shown} | {_linked(met)} |")
    others = [name for name, case in cases.items() if case["item"] is None]
    lines.append("| **beyond the items** | | |")
    for name in others:
        code = cases[name]["findings"][0]["code"]
        lines.append(f"| {CODES[code].title} | `{code}` | {_linked([name])} |")
    return lines


def _linked(names: Iterable[str]) -> str:
    return ", ".join(f"[{name}](../{RED.as_posix()}/{name}.yaml)" for name in names)
