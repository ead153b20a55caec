"""The command that CI runs, seen red on a bad edit and green on its mended twin."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def documented(clone: Path, make: Run) -> Path:
    """The clone with every generated file made anew."""
    made = make("docs")
    assert made.returncode == 0, made.stdout + made.stderr
    return clone


def test_make_gate_refuses_a_bad_edit_and_lets_its_mended_twin_pass(
    documented: Path, make: Run
) -> None:
    clone = documented
    path = clone / "raw" / "places.csv"
    good = path.read_bytes()
    lines = good.split(b"\n")
    number = next(n for n, line in enumerate(lines, 1) if line.startswith(b"jermuk,"))
    lines[number - 1] = lines[number - 1].removesuffix(b"false") + b"no"
    path.write_bytes(b"\n".join(lines))

    red = make("gate")
    assert red.returncode != 0
    assert "raw/places.csv" in red.stdout
    assert f"{number}:42" in red.stdout
    assert "type-boolean" in red.stdout
    assert "jermuk contested" in red.stdout
    assert "'no' is neither true nor false" in red.stdout
    assert "gate: failed: validate" in red.stdout

    path.write_bytes(good)
    green = make("gate")
    assert green.returncode == 0, green.stdout + green.stderr
    assert "gate: passed" in green.stdout


def test_the_gate_runs_every_step_even_if_one_falls_short(documented: Path, make: Run) -> None:
    clone = documented
    page, table = clone / "docs" / "rules.md", clone / "raw" / "places.csv"
    was = page.read_bytes(), table.read_bytes()
    page.write_bytes(b"stale\n")
    table.write_bytes(was[1][:-1])
    red = make("gate")
    page.write_bytes(was[0])
    table.write_bytes(was[1])
    assert red.returncode != 0
    assert "csv-no-final-newline" in red.stdout
    assert "docs/rules.md is stale" in red.stdout
    assert "gate: failed: validate, format, generated files" in red.stdout


def test_the_workflow_runs_the_gate_on_pull_requests_for_the_data() -> None:
    workflows = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    ]
    met = []
    for workflow in workflows:
        on = workflow[True] if True in workflow else workflow["on"]  # YAML 1.1 reads on as true
        if "pull_request" not in on:
            continue
        paths = (on["pull_request"] or {}).get("paths")
        assert paths is None or {"raw/**", "schemas/**"} <= set(paths)
        met += [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any("make gate" in run or ".ci/run" in run for run in met)
    assert any("validate --format github" in run for run in met)
