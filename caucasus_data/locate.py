"""Where things are: the checkout's ``raw/``, ``schemas/``, ``build/``, or the package's copies.

An editable install and a run inside a checkout use the checkout; an installed wheel uses the
schemas and the release that it carries.
"""

from __future__ import annotations

import functools
from pathlib import Path

from caucasus_data.spec.model import Spec, load_spec

PACKAGE = Path(__file__).parent
CARRIED = PACKAGE / "_carried"
"""What the wheel carries: ``schemas/*.json`` and ``releases/<version>/*.parquet``."""


def checkout() -> Path | None:
    """The repository that this package runs from (an editable install), or None."""
    root = PACKAGE.parent
    return root if (root / "schemas" / "events.yaml").is_file() else None


def schemas_folder(raw: Path | None = None) -> Path:
    """Schemas beside ``raw`` if there are any (without ``raw``: beside one in the current
    folder), else the checkout's, else the package's."""
    if raw is None and Path("raw").is_dir():
        raw = Path("raw")
    if raw is not None and any((raw.parent / "schemas").glob("*.yaml")):
        return raw.parent / "schemas"
    root = checkout()
    return root / "schemas" if root is not None else CARRIED / "schemas"


def releases_folder(raw: Path | None = None) -> Path:
    """Releases beside ``raw`` if there are any, else the checkout's, else the package's."""
    if raw is not None and (raw.parent / "build" / "releases" / "index.json").is_file():
        return raw.parent / "build" / "releases"
    root = checkout()
    return root / "build" / "releases" if root is not None else CARRIED / "releases"


def raw_folder() -> Path:
    """The default ``--raw``: here, if the current folder has one, else the checkout's."""
    here = Path("raw")
    root = checkout()
    return here if here.is_dir() or root is None else root / "raw"


@functools.lru_cache(maxsize=8)
def _spec(folder: Path) -> Spec:
    return load_spec(folder)


def spec(raw: Path | None = None) -> Spec:
    """The declaration that applies to ``raw`` (or to the package)."""
    return _spec(schemas_folder(raw).resolve())


def licence(raw: Path | None = None) -> str:
    """Text of the data's licence beside ``raw``, else the checkout's."""
    root = checkout()
    for folder in ([raw.absolute().parent] if raw is not None else []) + ([root] if root else []):
        path = folder / "LICENSE-DATA"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    names = [
        item["title"] for item in spec(raw).dataset["licences"] if item.get("applies_to") == "data"
    ]
    return f"The data is licensed under {', '.join(names)}.\n"
