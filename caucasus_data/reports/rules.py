"""``docs/rules.md``: every code of a finding, with why, wrong and right, and its red cases."""

from __future__ import annotations

from pathlib import Path

from caucasus_data.codes import CODES

LAYERS = {
    "file": "Files of raw/",
    "csv": "Bytes and CSV shape",
    "text": "Text of a cell",
    "type": "Types and vocabularies",
    "key": "Keys",
    "rule": "Rules across columns and tables",
    "template": "Templates",
}


def rules_markdown(root: Path) -> str:
    """All codes by layer."""
    del root
    parts = [
        "# Rules",
        "",
        "Every finding that `caucasus-data validate` can give. `caucasus-data explain CODE` prints one. "
        "Errors make it exit 1; warnings are heuristics. A waivable finding can be let stand with a line in `raw/waivers.csv`.",
        "",
    ]
    for layer, title in LAYERS.items():
        parts += [f"## {title}", ""]
        for code in CODES.values():
            if code.layer != layer:
                continue
            marks = [m for m, on in (("warning", code.severity == "warning"), ("waivable", code.waivable)) if on]
            mark = f" ({', '.join(marks)})" if marks else ""
            parts += [
                f"### `{code.name}`{mark}",
                "",
                f"{code.title}. {code.why}",
                "",
                f"- wrong: `{code.wrong.replace('`', chr(39))}`",
                f"- right: `{code.right.replace('`', chr(39))}`",
                "",
            ]
    return "\n".join(parts).rstrip("\n") + "\n"
