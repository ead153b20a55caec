"""Hostile schemas, descriptors and templates end in a finding or one clear line, not in harm.

What is hostile by its size (an endless line, a million columns) is tested in ``tests/read``;
what steers a terminal, with the formats.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
MEMORY = 1500 * 1024 * 1024
SECONDS = 60
Run = Callable[..., subprocess.CompletedProcess[str]]

BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
sys.argv = ["caucasus-data", *{words!r}]
from caucasus_data.__main__ import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert used < {memory}, used
"""


@pytest.fixture
def tree(tmp_path: Path, base_raw: Path) -> Path:
    """A folder with ``raw/`` and ``schemas/`` of its own."""
    shutil.copytree(base_raw, tmp_path / "tree" / "raw")
    shutil.copytree(ROOT / "schemas", tmp_path / "tree" / "schemas")
    return tmp_path / "tree"


@pytest.fixture
def run(tree: Path) -> Run:
    """The command line in a process of its own, with a bound on time and memory."""

    def run(*words: str, memory: int = MEMORY) -> subprocess.CompletedProcess[str]:
        code = BOUNDED.format(seconds=SECONDS, memory=memory, words=words)
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def schema(tree: Path, table: str, change: Callable[[Any], Any]) -> None:
    path = tree / "schemas" / f"{table}.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def refused_in_one_line(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("caucasus-data: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name",
    ["../../../../etc/passwd", "/etc/passwd", "..", "a/b", "a\\b", "", "x" * 300, "a\nb", 5, None],
)
def test_a_table_can_not_be_named_after_a_path(tree: Path, run: Run, name: object) -> None:
    outside = tree.parent / "outside.csv"
    outside.write_text("secret\n")
    schema(tree, "links", lambda document: document.update(name=name))
    refused_in_one_line(run("validate", "--raw", "raw", "--baseline", "none"))


def test_a_descriptor_in_raw_is_not_followed_out_of_the_folder(tree: Path, run: Run) -> None:
    (tree.parent / "outside.csv").write_text("secret\n")
    descriptor = {
        "resources": [
            {"name": "events", "path": "../../outside.csv"},
            {"name": "x", "path": "/etc/passwd"},
        ]
    }
    (tree / "raw" / "datapackage.json").write_text(json.dumps(descriptor))
    done = run("validate", "--raw", "raw", "--baseline", "none")
    assert done.returncode == 0, done.stdout
    assert "secret" not in done.stdout


def test_a_table_that_is_a_link_is_not_followed(tree: Path, run: Run) -> None:
    secret = tree.parent / "secret.csv"
    secret.write_text((tree / "raw" / "names.csv").read_text() + "SECRET,x\n")
    (tree / "raw" / "names.csv").unlink()
    (tree / "raw" / "names.csv").symlink_to(secret)
    done = run("validate", "--raw", "raw", "--baseline", "none")
    assert done.returncode == 1
    assert "file-not-regular" in done.stdout
    assert "SECRET" not in done.stdout


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|a)*", "(a|aa)+", "([a-z]+)*", "(.*a){20}", "^(a+)+$"]
)
@pytest.mark.parametrize(
    ("table", "field"), [("places", "name"), ("places", "country"), ("places", "place_id")]
)
def test_a_pattern_that_backtracks_keeps_nobody_waiting(
    tree: Path, run: Run, pattern: str, table: str, field: str
) -> None:
    def backtrack(document: Any) -> None:
        (column,) = (c for c in document["fields"] if c["name"] == field)
        column["constraints"]["pattern"] = pattern
        column["constraints"].pop("maxLength", None)

    schema(tree, table, backtrack)
    path = tree / "raw" / "places.csv"
    cell = "a" * 5000 + "!"
    row = {
        "name": f"sotk-two,{cell},",
        "country": f"sotk-two,Sotk,{cell},",
        "place_id": f"{cell},Sotk,",
    }[field]
    kept = {
        "name": "village,,,ARM,false",
        "country": "x,,,,false",
        "place_id": "village,,,ARM,false",
    }[field]
    with path.open("a") as file:
        file.write(row + kept + "\n")
        file.write(f'{cell},"unclosed,x\n')
    done = run("validate", "--raw", "raw", "--baseline", "none", "--limit", "3")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_pattern_that_needs_backtracking_is_refused(tree: Path, run: Run) -> None:
    def look_behind(document: Any) -> None:
        document["fields"][0]["constraints"]["pattern"] = "(?<=a)b"

    schema(tree, "places", look_behind)
    refused_in_one_line(run("validate", "--raw", "raw", "--baseline", "none"))


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 20_000,
        "- " * 100_000 + "x",
        BOMB,
        "a: &a [*a]",
        "!!python/object/apply:os.system [id]",
        "\0",
        "\t- x",
        "a: 'b",
    ],
    ids=["brackets", "braces", "dashes", "bomb", "recursive", "object", "nul", "tab", "open"],
)
def test_deep_yaml_in_a_schema_is_refused_in_one_line(tree: Path, run: Run, text: str) -> None:
    (tree / "schemas" / "links.yaml").write_text(text, encoding="utf-8")
    refused_in_one_line(run("validate", "--raw", "raw", "--baseline", "none"))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "event: " + "{a: " * 20_000, BOMB], ids=["brackets", "braces", "bomb"]
)
def test_deep_yaml_in_a_template_is_refused(tree: Path, run: Run, text: str) -> None:
    (tree / "deep.yaml").write_text(text, encoding="utf-8")
    done = run("apply", "--raw", "raw", "deep.yaml")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert len(done.stdout) + len(done.stderr) < 20_000
