"""The README's examples with their real output: each ``python`` block is run, and what it prints
stands in the ``text`` block after it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

_EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n```text\n(?P<output>.*?)```", re.DOTALL)


def readme(root: Path) -> str:
    """``README.md`` with every example's output as it is now."""
    text = (root / "README.md").read_text(encoding="utf-8")
    return _EXAMPLE.sub(lambda match: _run(match["code"]), text)


def _run(code: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    return f"```python\n{code}```\n```text\n{printed.getvalue()}```"
