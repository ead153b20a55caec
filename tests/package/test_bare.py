"""The base install: pandas, pyarrow, click and nothing else. What needs more says which extra."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BLOCKED = (
    "pandera frictionless yaml rich pooch platformdirs polars duckdb openpyxl altair vl_convert jinja2 "
    "jsonschema hypothesis requests tqdm datapackage tableschema"
).split()

BARE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, {site!r})
"""


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def bare(site: Path, code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    script = BARE.format(blocked=set(BLOCKED), site=str(site)) + code
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env,
        check=False,
    )


def command(site: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return bare(
        site,
        f"sys.argv = ['caucasus-data', *{words!r}]\nfrom caucasus_data.__main__ import main\nmain()",
        cwd,
    )


@pytest.mark.parametrize(
    "words", [("info",), ("codebook",), ("codebook", "events"), ("cite",), ("explain", "type-edtf")]
)
def test_commands_for_readers_need_no_extra(
    site: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = command(site, tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 20


@pytest.mark.parametrize("kind", ["csv", "parquet", "json", "sqlite", "dta"])
def test_exports_that_need_no_extra(site: Path, tmp_path: Path, kind: str) -> None:
    done = command(site, tmp_path, "export", "events", "--to", kind, f"events.{kind}")
    assert done.returncode == 0, done.stderr


def test_the_api_needs_no_extra(site: Path, tmp_path: Path) -> None:
    code = (
        "import caucasus_data as cd\n"
        "for name in cd.tables()['table']: cd.load(name)\n"
        "cd.load('casualties', join=True); cd.codebook('events'); cd.cite(); cd.version(); cd.memberships_at('2020-01-01')\n"
        "cd.casualty_ranges(event='EV-00010'); cd.sources_of('EV-00010'); print('fine')"
    )
    done = bare(site, code, tmp_path)
    assert done.stdout.strip().endswith("fine"), done.stderr


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("validate", "--raw", "."), "validate"),
        (("build", "--raw", "."), "validate"),
        (("export", "events", "--to", "xlsx", "e.xlsx"), "export"),
        (("export", "events", "--to", "duckdb", "e.duckdb"), "export"),
    ],
)
def test_what_needs_an_extra_says_which_in_one_line(
    site: Path, tmp_path: Path, words: tuple[str, ...], extra: str
) -> None:
    done = command(site, tmp_path, *words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"pip install 'caucasus-data[{extra}]'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_calls_that_need_an_extra_say_which(site: Path, tmp_path: Path) -> None:
    code = (
        "import caucasus_data as cd\n"
        "from caucasus_data.errors import MissingExtra\n"
        "for call in (lambda: cd.schema('events'), lambda: cd.load('events', engine='polars')):\n"
        "    try: call()\n"
        "    except MissingExtra as e: print(e)\n"
    )
    done = bare(site, code, tmp_path)
    assert "caucasus-data[validate]" in done.stdout
    assert "caucasus-data[polars]" in done.stdout
