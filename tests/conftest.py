"""What the tests of the gate share: the tree of release 0.1.0, edits on it, and its verdict."""

import fcntl
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent))

import corpus  # noqa: E402  (found beside this file)

from caucasus_data.finding import Finding  # noqa: E402
from caucasus_data.spec.model import Spec, load_spec  # noqa: E402

Judge = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def spec() -> Spec:
    """The declaration in ``schemas/``."""
    return load_spec(ROOT / "schemas")


@pytest.fixture(scope="session")
def base_files(spec: Spec) -> corpus.Files:
    """The raw tables of release 0.1.0, by file name."""
    return corpus.base_files(spec)


@pytest.fixture(scope="session")
def base_raw(
    spec: Spec, base_files: corpus.Files, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same on disk; read it, never write to it."""
    return corpus.Tree(spec, base_files).write(tmp_path_factory.mktemp("base") / "raw")


@pytest.fixture(scope="session")
def real_files() -> corpus.Files:
    """The working tree's ``raw/``, read once: it may change while tests run."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / "raw").iterdir())}


@pytest.fixture(scope="session")
def bench(base_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> corpus.Bench:
    """What makes edits on the base tree and judges them."""
    return corpus.Bench(base_raw, tmp_path_factory.mktemp("edits") / "raw")


@pytest.fixture
def judge(bench: corpus.Bench) -> Judge:
    """Findings of the base tree after edits; ``baseline``: compare with release 0.1.0, or with
    it and further published rows."""
    return bench.judge


@pytest.fixture(scope="session")
def verdicts(
    request: pytest.FixtureRequest, base_raw: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], list[Finding]]:
    """Findings of every case of a corpus that was selected, by corpus and name: judged once for all
    workers, in two processes; a worker that asks meanwhile waits."""
    folder = tmp_path_factory.mktemp("cases")
    common = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    made = common / "verdicts.pickle"
    with (common / "verdicts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_file():
            made.write_bytes(pickle.dumps(judged(request, base_raw, folder)))
        found: Mapping[tuple[str, str], list[Finding]] = pickle.loads(made.read_bytes())
    return found


def judged(
    request: pytest.FixtureRequest, base_raw: Path, folder: Path
) -> dict[tuple[str, str], list[Finding]]:
    """Judge every case that was selected."""
    wanted = [
        (item.path.stem.removeprefix("test_"), item.callspec.params["name"])
        for item in request.session.items
        if "verdicts" in getattr(item, "fixturenames", ()) and "name" in item.callspec.params
    ]
    edits = [corpus.read_case(*case) for case in wanted]
    if len(wanted) < 8:
        bench = corpus.Bench(base_raw, folder / "raw")
        return {case: bench.judge(*edit) for case, edit in zip(wanted, edits, strict=True)}
    with ProcessPoolExecutor(
        2, multiprocessing.get_context("spawn"), corpus.set_up, (base_raw, folder)
    ) as pool:
        return dict(zip(wanted, pool.map(corpus.judge_here, edits, chunksize=4), strict=True))


@pytest.fixture(scope="session")
def judge_raw(
    spec: Spec, real_files: corpus.Files, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Mapping[str, bytes]], list[Finding]]:
    """Findings of the real tables with some files changed; ids are not compared with a release."""
    folder = tmp_path_factory.mktemp("real")
    base = corpus.Tree(spec, real_files).write(folder / "base")
    remembered = corpus.Remembered()

    def judge_raw(changed: Mapping[str, bytes]) -> list[Finding]:
        tree = corpus.Tree(spec, real_files | dict(changed))
        return remembered.judge(tree.write(corpus.fresh(folder / "raw"), base), spec, {})

    return judge_raw
