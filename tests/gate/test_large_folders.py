"""A large folder is judged in blocks by several threads, columns held as numbers: it must be told
the same of it as of a small one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.grow import grow
from benchmarks.spoil import spoil
from caucasus_data import validate as whole
from caucasus_data.finding import Finding
from caucasus_data.read import table
from caucasus_data.rules import frames, lookup
from caucasus_data.spec import columns
from caucasus_data.spec.model import load_spec

Large = Callable[[], AbstractContextManager[None]]
RED = Path(__file__).parents[1] / "red"
RULES = (
    "key-dangling", "key-duplicate", "key-retired", "rule-after-coverage", "rule-children-floor",
    "rule-confirmed", "rule-duplicate-event", "rule-outside-parent", "rule-wording",
)  # fmt: skip
"""Codes of rules that look at numbers where a table is large."""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Large:
    """Within it a folder is judged as a large one is, though it is small."""

    @contextmanager
    def within() -> Iterator[None]:
        with monkeypatch.context() as changed:
            changed.setattr(whole, "SMALL", 20_000)
            changed.setattr(whole, "LARGE", 0)
            changed.setattr(frames, "LARGE", 0)
            changed.setattr(frames, "KEPT", 1000)
            changed.setattr(table, "BLOCK", 150_000)
            changed.setattr(columns, "MANY_WORDS", 5)
            yield

    return within


def small(raw: Path) -> list[Finding]:
    return whole.validate(raw, load_spec(raw.parent / "schemas")).findings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("large")
    grow(path / "clean", 2_000)
    yield path
    shutil.rmtree(path)


def told(findings: list[Finding]) -> list[tuple[Any, ...]]:
    return [(f.file, f.line, f.column, f.code, f.field, f.record, f.message) for f in findings]


def test_nothing_is_found_in_a_clean_folder(large: Large, folder: Path) -> None:
    with large():
        assert small(folder / "clean" / "raw") == []


def test_the_same_is_found_in_a_spoiled_folder(large: Large, folder: Path) -> None:
    spoiled = spoil(folder / "clean", folder / "bad", 0.03)
    raw = folder / "bad" / "raw"
    with large():
        found = small(raw)
    assert {(f.file, f.line, f.column, f.code) for f in found} == spoiled
    assert told(found) == told(small(raw))


@pytest.mark.parametrize("code", RULES)
def test_a_rule_finds_the_same_in_a_large_folder(code: str, judge: Any, large: Large) -> None:
    cases = [
        (path, yaml.safe_load(path.read_text("utf-8"))) for path in sorted(RED.glob("*/*.yaml"))
    ]
    case = next(case for _, case in cases if code in {f["code"] for f in case["findings"]})
    edit = case["edits"], case.get("baseline")
    with large():
        found = judge(*edit)
    assert code in {finding.code for finding in found}
    assert told(found) == told(judge(*edit))


@given(
    st.lists(st.integers(1, 60), max_size=40),
    st.lists(st.integers(0, 70), max_size=40),
)
@settings(max_examples=200, deadline=None)
def test_numbers_are_looked_up_by_their_runs_as_one_by_one(
    keys: list[int], cells: list[int]
) -> None:
    known, numbers = np.unique(np.array(keys, np.int64)), np.array(cells, np.int64)
    assert (lookup.are_among(numbers, known) == np.isin(numbers, known)).all()
    places = lookup._places_of_numbers(numbers, known)
    wanted = [keys_at(known, number) for number in cells]
    assert places.tolist() == wanted


def keys_at(known: Any, number: int) -> int:
    at = np.flatnonzero(known == number)
    return int(at[0]) if len(at) and number else -1
