"""Run a command over and over in one tree, cut off at each step it takes on the disk.

``python cutting.py TREE kill|full STEPS WORDS...``: for chosen steps, a fresh copy of TREE is
made, the command runs in a child that is killed (or finds the disk full) at that step, then runs
once more undisturbed. Prints one JSON line a step: what stood there after each. A step is a file
opened for writing, a rename, a folder made or removed, a file removed, inside the copy.
"""

import contextlib
import errno
import hashlib
import io
import json
import os
import shutil
import sys
from pathlib import Path

from caucasus_data.commands import group
from caucasus_data.errors import CaucasusDataError

WATCHED = ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "open")
KILLED = 99


def state(tree: Path) -> dict[str, str]:
    """Digests of what must never be half done: the tables, each product and each release."""
    found = {}
    for name in (
        "raw",
        "build/dev",
        *(
            f"build/releases/{p.name}"
            for p in sorted((tree / "build/releases").iterdir())
            if p.is_dir()
        ),
    ):
        hashed = hashlib.sha256()
        for path in sorted((tree / name).rglob("*")):
            if path.is_file():
                hashed.update(f"{path.relative_to(tree)}".encode() + b"\0" + path.read_bytes())
        found[name] = hashed.hexdigest()[:12]
    found["index"] = hashlib.sha256((tree / "build/releases/index.json").read_bytes()).hexdigest()[
        :12
    ]
    return found


def leftovers(tree: Path) -> list[str]:
    """What lies beside the products that is none of them."""
    known = {
        "raw",
        "schemas",
        "build",
        "build/dev",
        "build/releases",
        "build/releases/index.json",
        "LICENSE-DATA",
        "t.yaml",
        "CHANGELOG.md",
    }
    places = [*tree.iterdir(), *(tree / "build").iterdir(), *(tree / "build/releases").iterdir()]
    listed = json.loads((tree / "build/releases/index.json").read_text())["releases"]
    known |= {f"build/releases/{version}" for version in listed}
    return sorted(
        p.relative_to(tree).as_posix()
        for p in places
        if p.relative_to(tree).as_posix() not in known
    )


def run(tree: Path, words: list[str], step: int, full: bool) -> tuple[int, list[str], str]:
    """The command in a child; exit code, the steps it took, what it said."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        steps, _, text = said.partition("\n--\n")
        return os.waitstatus_to_exitcode(status), steps.splitlines(), text
    os.close(read)
    steps: list[str] = []
    inside = str(tree)

    def seen(event: str, words: tuple[object, ...]) -> None:
        if event not in WATCHED or inside not in str(words[0]):
            return
        if event == "open" and not (isinstance(words[1], str) and set(words[1]) & set("wax+")):
            return
        steps.append(event)
        if len(steps) == step + 1:
            if not full:
                os._exit(KILLED)
            if event in ("open", "os.mkdir"):
                raise OSError(errno.ENOSPC, "No space left on device")

    os.chdir(tree)
    sys.addaudithook(seen)
    code, out = 0, io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            code = group.main(words, standalone_mode=False) or 0
        except CaucasusDataError as error:
            code = error.exit_code
            out.write(str(error))
        except OSError as error:
            code = 2
            out.write(f"{error.strerror}")
    with os.fdopen(write, "w") as pipe:
        pipe.write("\n".join(steps) + "\n--\n" + out.getvalue())
    os._exit(code)


def chosen(steps: list[str], most: int) -> list[int]:
    """Every rename and its neighbours, the first and last of each kind, and some between."""
    wanted = {0, len(steps) - 1}
    for at, step in enumerate(steps):
        if step == "os.rename":
            wanted |= {at - 1, at, at + 1}
        if step not in steps[:at] or step not in steps[at + 1 :]:
            wanted.add(at)
    wanted |= set(range(0, len(steps), max(1, len(steps) // 4)))
    inside = sorted(at for at in wanted if 0 <= at < len(steps))
    return (
        inside
        if len(inside) <= most
        else sorted(inside[round(n * (len(inside) - 1) / (most - 1))] for n in range(most))
    )


def main() -> None:
    pristine, mode, most, words = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    tree = pristine.with_name("copy")

    def fresh() -> None:
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(pristine, tree)

    fresh()
    before = state(tree)
    code, steps, said = run(tree, words, -1, False)
    print(
        json.dumps(
            {
                "whole": code,
                "said": said,
                "before": before,
                "after": state(tree),
                "left": leftovers(tree),
                "steps": len(steps),
            }
        )
    )
    for step in chosen(steps, most):
        fresh()
        code, _, said = run(tree, words, step, mode == "full")
        cut = state(tree)
        left = leftovers(tree)
        again, _, told = run(tree, words, -1, False)
        outcome = {
            "step": f"{step}:{steps[step]}", "code": code, "said": said, "cut": cut, "cut_left": left,
            "again": again, "told": told, "after": state(tree), "left": leftovers(tree),
        }  # fmt: skip
        print(json.dumps(outcome))


main()
