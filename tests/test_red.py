"""The red corpus: each bad edit gives exactly its findings, and no check is there for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from caucasus_data import rules
from caucasus_data.codes import CODES
from caucasus_data.finding import Finding
from caucasus_data.read import folder, say, table, text
from caucasus_data.spec import pandera_schemas

RED = Path(__file__).parent / "red"
ITEMS = yaml.safe_load((RED / "items.yaml").read_text(encoding="utf-8"))
CASES: dict[str, dict[str, Any]] = {
    f"{path.parent.name}/{path.stem}": yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(RED.glob("*/*.yaml"))
}
JUDGED = {name for name, code in CODES.items() if code.layer != "template"}
"""Codes that ``validate`` gives; those of templates are tested with ``apply``."""
TOLD = ("code", "file", "line", "column", "field", "record")


def cases_of(code: str) -> list[str]:
    """Cases that expect the code, those with fewest findings first."""
    named = [n for n, case in CASES.items() if any(f["code"] == code for f in case["findings"])]
    return sorted(named, key=lambda name: len(CASES[name]["findings"]))


def expected(name: str) -> list[dict[str, Any]]:
    return [{key: f[key] for key in TOLD} for f in CASES[name]["findings"]]


def told(findings: list[Finding]) -> list[dict[str, Any]]:
    return [{key: getattr(f, key) for key in TOLD} for f in findings]


def test_there_are_at_least_90_cases() -> None:
    assert len(CASES) >= 90


@pytest.mark.parametrize("item", [item for layer in ITEMS.values() for item in layer])
def test_every_item_of_the_layers_has_a_case(item: str) -> None:
    assert [name for name, case in CASES.items() if case["item"] == item]


def test_cases_name_items_of_the_list() -> None:
    known = {item for layer in ITEMS.values() for item in layer} | {None}
    assert {case["item"] for case in CASES.values()} <= known


@pytest.mark.parametrize("code", sorted(JUDGED))
def test_every_code_has_a_case(code: str) -> None:
    assert cases_of(code)


def test_nothing_is_found_in_the_tree_that_cases_start_from(judge: Any) -> None:
    assert judge([]) == []
    assert judge([], baseline="release") == []


@pytest.mark.parametrize("name", CASES)
def test_a_bad_edit_gives_exactly_its_findings(name: str, verdicts: Any) -> None:
    case, findings = CASES[name], verdicts["red", name]
    assert told(findings) == expected(name)
    for found, wanted in zip(findings, case["findings"], strict=True):
        assert found.message
        assert found.hint, "every finding says what to do"
        assert found.hint == wanted.get("hint", found.hint)
        assert found.severity == CODES[found.code].severity


def forget_compiled() -> None:
    """Have every schema compiled anew."""
    for each in vars(pandera_schemas).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture
def recompiled() -> Iterator[None]:
    """The compiled schemas made anew before and after."""
    forget_compiled()
    yield
    forget_compiled()


# -- each check switched off in turn ---------------------------------------------------------


def fails_without(code: str, judge: Any) -> bool:
    """Whether a case of the code is not met any more."""
    for name in cases_of(code):
        wanted = [f for f in expected(name) if f["code"] == code]
        found = told(judge(CASES[name]["edits"], CASES[name].get("baseline")))
        if any(one not in found for one in wanted):
            return True
    return False


RULES = [(rule, code) for rule in rules.ALL for code in rule.codes]


@pytest.mark.parametrize(("rule", "code"), RULES, ids=[f"{r.check.__name__}-{c}" for r, c in RULES])
def test_a_rule_that_is_switched_off_is_missed(rule: Any, code: str, judge: Any) -> None:
    every = list(rules.ALL)
    rules.ALL[:] = [other for other in every if other is not rule]
    try:
        assert fails_without(code, judge)
    finally:
        rules.ALL[:] = every


@pytest.mark.usefixtures("recompiled")
@pytest.mark.parametrize("code", sorted(c for c in JUDGED if c.startswith("text-")))
def test_a_judgment_of_text_that_is_switched_off_is_missed(
    code: str, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = text.faults

    def without(*given: Any, **named: Any) -> Iterator[text.Fault]:
        return (fault for fault in faults(*given, **named) if fault.code != code)

    monkeypatch.setattr(text, "faults", without)
    if code == "text-too-long":
        column_checks_without(code, monkeypatch)
    assert fails_without(code, judge)


def column_checks_without(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile the columns' checks without those of a code."""
    check, column = pandera_schemas._check, pandera_schemas.pandera.Column

    def unless(function: Any, name: str, **fixed: Any) -> Any:
        return check(always if name == code else function, name, **(fixed if name != code else {}))

    def nullable(*given: Any, **named: Any) -> Any:
        return column(*given, **(named | {"nullable": True} if code == "type-required" else named))

    monkeypatch.setattr(pandera_schemas, "_check", unless)
    monkeypatch.setattr(pandera_schemas.pandera, "Column", nullable)


def always(series: Any) -> Any:
    return series.isna() | True


@pytest.mark.usefixtures("recompiled")
@pytest.mark.parametrize(
    "code", [*sorted(c for c in JUDGED if c.startswith("type-")), "key-duplicate"]
)
def test_a_check_of_columns_that_is_switched_off_is_missed(
    code: str, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    column_checks_without(code, monkeypatch)
    assert fails_without(code, judge)


@pytest.mark.parametrize("code", sorted(c for c in JUDGED if c.startswith(("file-", "csv-"))))
def test_a_judgment_of_shape_that_is_switched_off_is_missed(
    code: str, judge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "csv-empty-row" if code == "csv-blank-line" else "csv-blank-line"

    def instead(finding: Any) -> Any:
        def make(
            file: str, line: Any, column: Any, said: str, *given: Any, **named: Any
        ) -> Finding:
            return finding(file, line, column, other if said == code else said, *given, **named)

        return make

    silenced = instead(say.finding)
    for module in (say, folder, table):
        monkeypatch.setattr(module, "finding", silenced)
    assert fails_without(code, judge)
