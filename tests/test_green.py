"""The green corpus: correct but unusual edits, on which the gate has nothing to say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

GREEN = Path(__file__).parent / "green"
CASES: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(GREEN.glob("*.yaml"))
}


def test_there_are_at_least_40_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_a_correct_edit_gives_no_finding(name: str, verdicts: Any) -> None:
    assert CASES[name]["edits"]
    assert verdicts["green", name] == []
