"""What the wheel carries beside the code: the schemas as JSON and the newest release's Parquet.

Does nothing for an editable install, which reads both from the checkout; fails a real wheel
that would have no data.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = "caucasus_data/_carried"


class CustomBuildHook(BuildHookInterface):
    """Adds the schemas and the newest release to a wheel (and the release to an sdist)."""

    def initialize(self, version, build_data):
        """Called by hatchling before it packs."""
        root = Path(self.root)
        if self.target_name == "wheel" and version == "editable":
            return
        releases = root / "build" / "releases"
        index_path = releases / "index.json"
        if not index_path.is_file():
            raise SystemExit("build/releases/index.json is missing: a wheel must carry a release")
        index = json.loads(index_path.read_text(encoding="utf-8"))
        newest = index["latest"]
        folder = releases / newest
        files = sorted(folder.glob("*.parquet"))
        if not files:
            raise SystemExit(
                f"build/releases/{newest} holds no Parquet: a wheel must carry a release"
            )
        known = index["releases"][newest]["files"]
        for path in files:
            if hashlib.sha256(path.read_bytes()).hexdigest() != known.get(path.name, {}).get(
                "sha256"
            ):
                raise SystemExit(
                    f"build/releases/{newest}/{path.name} is not the file that was released"
                )
        include = build_data["force_include"]
        if self.target_name == "sdist":
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    include[str(path)] = path.relative_to(root).as_posix()
            return
        import yaml

        self.scratch = Path(tempfile.mkdtemp())
        for path in sorted((root / "schemas").glob("*.yaml")):
            target = self.scratch / f"{path.stem}.json"
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            target.write_text(
                json.dumps(content, ensure_ascii=False, sort_keys=False), encoding="utf-8"
            )
            include[str(target)] = f"{CARRIED}/schemas/{target.name}"
        only = {**index, "releases": {newest: index["releases"][newest]}}
        listing = self.scratch / "index.json"
        listing.write_text(json.dumps(only, ensure_ascii=False, indent=1), encoding="utf-8")
        include[str(listing)] = f"{CARRIED}/releases/index.json"
        for path in files:
            include[str(path)] = f"{CARRIED}/releases/{newest}/{path.name}"

    def finalize(self, version, build_data, artifact_path):
        """Remove the scratch folder."""
        if hasattr(self, "scratch"):
            shutil.rmtree(self.scratch, ignore_errors=True)
