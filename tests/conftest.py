"""What the tests of the gate share: the tree of release 0.1.0, edits on it, and its verdict."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent))

import corpus  # noqa: E402  (found beside this file)

from caucasus_data.finding import Finding  # noqa: E402
from caucasus_data.loading import published_frames  # noqa: E402
from caucasus_data.spec.model import Spec, load_spec  # noqa: E402
from caucasus_data.validate import validate  # noqa: E402

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
def base_raw(spec: Spec, base_files: corpus.Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on disk; read it, never write to it."""
    return corpus.Tree(spec, base_files).write(tmp_path_factory.mktemp("base") / "raw")


@pytest.fixture(scope="session")
def release_frames() -> Mapping[str, Any]:
    """What release 0.1.0 published."""
    return published_frames(None, str(corpus.RELEASE))


@pytest.fixture
def judge(
    spec: Spec, base_files: corpus.Files, base_raw: Path, release_frames: Mapping[str, Any], tmp_path: Path
) -> Judge:
    """Findings of the base tree after edits; ``baseline``: compare with release 0.1.0, or with
    it and further published rows."""

    def judge(edits: Iterable[Mapping[str, Any]], baseline: Any = None) -> list[Finding]:
        import pandas as pd

        tree = corpus.Tree(spec, base_files)
        tree.apply(edits)
        raw = tree.write(corpus.fresh(tmp_path / "raw"), base_raw)
        published = dict(release_frames) if baseline else {}
        for table, rows in (baseline if isinstance(baseline, dict) else {}).items():
            more = pd.DataFrame(rows).reindex(columns=published[table].columns)
            published[table] = pd.concat([published[table], more.astype(published[table].dtypes)], ignore_index=True)
        return validate(raw, spec, published).findings

    return judge
