"""The gate beside frictionless: on each type, vocabulary, range and key case both must refuse.

frictionless reads the same bad tree through the generated ``raw/datapackage.json``. What it lets
through is listed with the reason, and shown still to differ.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from caucasus_data.generated import raw_descriptor
from caucasus_data.spec.model import Spec

RED = Path(__file__).parent.parent / "red"
CASES: dict[str, dict[str, Any]] = {}
for _path in sorted(RED.glob("*/*.yaml")):
    _case = yaml.safe_load(_path.read_text(encoding="utf-8"))
    if _case["findings"][0]["code"].startswith(("type-", "key-")):
        CASES[f"{_path.parent.name}/{_path.stem}"] = _case

POLYMORPHIC = "the column points at one of several tables; a foreign key names one"
BASELINE = "a package does not know what was published before"
PYTHON = "its numbers are what Python's int() and Decimal() read"
CALENDAR = "the column is text with a pattern; a pattern can't count days or compare two dates"
EXCEPTIONS = {
    "key/dangling-citation": POLYMORPHIC,
    "key/wrong-kind": POLYMORPHIC,
    "rule/citation-record": POLYMORPHIC,
    "key/two-tables": "a key is unique in its own table; nothing compares tables",
    "key/retired": "nothing says that an id of one table forbids a row of another",
    "key/disappeared": BASELINE,
    "key/disappeared-last": BASELINE,
    "key/disappeared-retired-line": BASELINE,
    "key/reused": BASELINE,
    "key/reused-claim": BASELINE,
    "type/impossible-date": CALENDAR,
    "type/reversed-dates": CALENDAR,
    "type/infinity": PYTHON,
    "type/other-digits": PYTHON,
    "type/plus-number": PYTHON,
}


def refused(raw: Path, table: str) -> list[tuple[str, Any]]:
    """What frictionless refuses in a table, with the line."""
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(raw / "datapackage.json"))
    report = package.get_resource(table).validate()
    return [(kind, line) for kind, line in report.flatten(["type", "rowNumber"])]


@pytest.fixture
def both(bench: Any, spec: Spec) -> Any:
    """Our findings of a case's table and those of frictionless."""

    def both(name: str) -> tuple[list[Any], list[tuple[str, Any]]]:
        case = CASES[name]
        ours = bench.judge(case["edits"], case.get("baseline"))
        raw = bench.folder
        (raw / "datapackage.json").write_text(raw_descriptor(spec), encoding="utf-8")
        return ours, refused(raw, Path(ours[0].file).stem)

    return both


def test_frictionless_finds_nothing_in_the_tree_that_cases_start_from(
    spec: Spec, bench: Any
) -> None:
    raw = bench.lay_down([], bench.folder)
    (raw / "datapackage.json").write_text(raw_descriptor(spec), encoding="utf-8")
    for table in spec.raw_tables:
        assert refused(raw, table.name) == []


@pytest.mark.parametrize("name", sorted(set(CASES) - set(EXCEPTIONS)))
def test_what_the_gate_refuses_frictionless_refuses_on_the_same_line(name: str, both: Any) -> None:
    ours, theirs = both(name)
    assert ours[0].line in [line for _, line in theirs]


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_what_frictionless_lets_through_it_still_lets_through(name: str, both: Any) -> None:
    ours, theirs = both(name)
    assert ours
    assert theirs == [], f"no longer an exception: {EXCEPTIONS[name]}"


def test_at_least_40_cases_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(EXCEPTIONS) <= set(CASES)
    codes = {f["code"] for case in CASES.values() for f in case["findings"]}
    with capsys.disabled():
        agreed = len(CASES) - len(EXCEPTIONS)
        print(
            f"\nfrictionless: {len(CASES)} cases of {len(codes)} codes compared, {agreed} agree, {len(EXCEPTIONS)} exceptions"
        )
    assert len(CASES) >= 40
