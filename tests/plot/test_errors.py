"""Wrong names are answered with the valid ones, a missing extra in one line."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import caucasus_data as cd
from caucasus_data.errors import BadValue, UnknownName

CASES: dict[str, tuple[Callable[[], Any], str]] = {
    "event": (lambda: cd.plot.casualties(event="EV-99999"), "no event 'EV-99999'"),
    "event without claims": (lambda: cd.plot.casualties(event="EV-00003"), "choose from EV-"),
    "type": (lambda: cd.plot.casualties(event="EV-00010", type="kiled"), "did you mean 'killed'?"),
    "actor": (lambda: cd.plot.memberships(actor="armenai"), "did you mean 'armenia'?"),
    "actor without spells": (lambda: cd.plot.memberships(actor="zzz"), "armenia"),
    "organization": (lambda: cd.plot.memberships(organization="cstoo"), "did you mean 'csto'?"),
    "process": (lambda: cd.plot.agreements(process="EV-00010x1"), "EV-00001"),
    "conflict": (
        lambda: cd.plot.timeline(conflict="zzz"),
        "EV-00001 (Nagorno-Karabakh and Armenia–Azerbaijan conflict)",
    ),
    "version": (lambda: cd.plot.map(version="9.9.9"), "9.9.9"),
    "chart": (lambda: cd.plot.sentence("pie"), "choose from timeline, map"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_name_is_answered_with_valid_ones(name: str) -> None:
    call, said = CASES[name]
    with pytest.raises(UnknownName) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        cd.plot.memberships,
        lambda: cd.plot.timeline(start="soon"),
        lambda: cd.plot.timeline(start="2031-01-01"),
    ],
)
def test_an_argument_that_means_nothing_is_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(BadValue):
        call()


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("altair", "cd.plot.timeline()"),
        ("altair", "cd.plot.sentence('map')"),
        ("vl_convert", "cd.plot.timeline().save('x.svg')"),
    ],
)
def test_a_missing_extra_is_said_in_one_line(module: str, call: str, tmp_path: Any) -> None:
    script = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "import caucasus_data as cd\nfrom caucasus_data.errors import MissingExtra\n"
        f"try:\n {call}\nexcept MissingExtra as error:\n print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert f"{module}, which is not installed: pip install 'caucasus-data[plot]'" in done.stdout
    assert done.stdout.count("\n") == 1


def test_cd_plot_costs_nothing_until_a_chart_is_asked_for() -> None:
    script = "import sys, caucasus_data as cd\ncd.load('events'); cd.plot; dir(cd.plot)\nprint('altair' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
