"""The hooks of ``.pre-commit-hooks.yaml``, run by pre-commit itself, without a network.

pre-commit makes a real environment and installs this repository into it. What the package
depends on is lent to that environment by ``PYTHONPATH``, through a folder of links to the
distributions that run these tests: pip finds its requirements met and asks no index.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
NOT_LENT = ("caucasus_data", "_editable", "_virtualenv", "distutils-precedence")
Hook = Callable[..., subprocess.CompletedProcess[str]]


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to every installed distribution but our own."""
    folder = tmp_path_factory.mktemp("lent")
    for each in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not each.name.startswith(NOT_LENT) and each.suffix != ".pth":
            (folder / each.name).symlink_to(each)
    return folder


@pytest.fixture(scope="module")
def user(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of somebody who edits the data."""
    folder = tmp_path_factory.mktemp("user") / "edit"
    shutil.copytree(clone, folder)
    return folder


@pytest.fixture(scope="module")
def hook(clone: Path, user: Path, lent: Path, tmp_path_factory: pytest.TempPathFactory) -> Hook:
    """``pre-commit run`` of one hook on some files of the edit."""
    pytest.importorskip("pre_commit")
    home = tmp_path_factory.mktemp("home")
    config = home / "config.yaml"
    hooks = [{"id": each["id"]} for each in HOOKS]
    revision = git(clone, "rev-parse", "HEAD").strip()
    config.write_text(
        yaml.safe_dump({"repos": [{"repo": str(clone), "rev": revision, "hooks": hooks}]})
    )
    environment = os.environ | {
        "PRE_COMMIT_HOME": str(home), "PYTHONPATH": str(lent), "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
    }  # fmt: skip

    def hook(name: str, *files: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--config", str(config), name, "--files", *files],
            cwd=user, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if "An unexpected error has occurred" in done.stdout and "pip" in done.stdout:
            pytest.skip("pre-commit can't install the repository here: " + done.stdout[-400:])
        return done

    return hook


def test_there_is_a_hook_for_validate_and_one_for_format() -> None:
    assert {hook["id"]: hook["entry"] for hook in HOOKS} == {
        "caucasus-data-validate": "caucasus-data validate",
        "caucasus-data-format": "caucasus-data format",
    }
    assert all(hook["pass_filenames"] is False for hook in HOOKS)


def test_the_validate_hook_refuses_a_bad_edit_and_passes_its_mended_twin(
    hook: Hook, user: Path
) -> None:
    path = user / "raw" / "places.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"45.67112,ARM,false", b"45.67112,ARM,no"))
    red = hook("caucasus-data-validate", "raw/places.csv")
    assert red.returncode == 1, red.stdout + red.stderr
    assert "type-boolean  jermuk contested" in red.stdout
    path.write_bytes(good)
    green = hook("caucasus-data-validate", "raw/places.csv")
    assert green.returncode == 0, green.stdout + green.stderr
    assert "Passed" in green.stdout


def test_the_format_hook_mends_the_file_and_says_so(hook: Hook, user: Path) -> None:
    path = user / "raw" / "places.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"\njermuk,Jermuk,", b'\njermuk,"Jermuk ",'))
    red = hook("caucasus-data-format", "raw/places.csv")
    assert red.returncode == 1, red.stdout + red.stderr
    assert "files were modified by this hook" in red.stdout
    assert path.read_bytes() == good
    assert hook("caucasus-data-format", "raw/places.csv").returncode == 0


def test_an_edit_elsewhere_runs_no_hook(hook: Hook) -> None:
    done = hook("caucasus-data-validate", "README.md")
    assert done.returncode == 0
    assert "no files to check" in done.stdout
