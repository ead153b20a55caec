"""The data package is read by Frictionless, and refused when a cell was changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from cells import Run

pytest.importorskip("frictionless")


@pytest.fixture
def package(built: Path, tmp_path: Path) -> Path:
    target = tmp_path / "package"
    shutil.copytree(built / "build" / "dev", target)
    return target


def frictionless(folder: Path, *only: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json", *only],
        capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": ""}, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def test_frictionless_reads_every_resource_with_its_true_row_count(package_small: Path) -> None:
    code, report = frictionless(package_small)
    assert code == 0
    assert report["valid"]
    rows = rows_of(package_small)
    assert counted(report) == {**rows, **{f"{name}-parquet": n for name, n in rows.items()}}


def test_frictionless_reads_every_csv_of_the_real_data(package: Path) -> None:
    path = package / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"] = [
        resource
        for resource in descriptor["resources"]
        if not resource["name"].endswith("-parquet")
    ]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    code, report = frictionless(package)
    assert code == 0
    assert counted(report) == rows_of(package)


def rows_of(package: Path) -> dict[str, int]:
    return {path.stem: pq.ParquetFile(path).metadata.num_rows for path in package.glob("*.parquet")}


def counted(report: dict[str, Any]) -> dict[str, int]:
    # frictionless leaves the count out where it is 0
    return {task["name"]: task["stats"].get("rows", 0) for task in report["tasks"]}


def test_frictionless_refuses_a_changed_cell(package: Path) -> None:
    assert frictionless(package, "--resource-name", "events")[0] == 0
    path = package / "csv" / "events.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("2022-09-13/2022-09-14", "2022-09-13/2022-09-15", 1),
        encoding="utf-8",
        newline="",
    )
    code, report = frictionless(package, "--resource-name", "events")
    assert code == 1
    bad = [task["name"] for task in report["tasks"] if not task["valid"]]
    assert bad == ["events"]


def test_verify_and_sha256sum_refuse_a_parquet_with_a_changed_cell(package: Path, run: Run) -> None:
    assert run("verify", package).returncode == 0
    path = package / "events.parquet"
    table = pq.read_table(path)
    titles = table.column("title").to_pylist()
    titles[0] += " indeed"
    import pyarrow as pa

    changed = table.set_column(
        table.schema.get_field_index("title"),
        table.schema.field("title"),
        pa.array(titles, pa.string()),
    )
    pq.write_table(changed, path, compression="zstd")
    done = run("verify", package)
    assert done.returncode == 1
    assert "events.parquet: its sha256 is not the listed one" in done.stdout
    assert "events.parquet: its rows are not those of csv/events.csv" in done.stdout
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], capture_output=True, text=True, cwd=package, check=False
    )
    assert sums.returncode != 0
    assert "events.parquet: FAILED" in sums.stdout


def test_verify_refuses_files_that_are_missing_or_not_listed(package: Path, run: Run) -> None:
    (package / "extra.txt").write_text("x")
    (package / "links.parquet").unlink()
    out = run("verify", package).stdout
    assert "extra.txt: present and not listed" in out
    assert "links.parquet: listed and missing" in out


def test_the_descriptor_validates_against_the_standards_json_schema(
    package: Path, root: Path
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    published = Path(sys.prefix) / "schemas" / "datapackage" / "profiles" / "data-package.json"
    profile = json.loads(published.read_text(encoding="utf-8"))
    for path in (package / "datapackage.json", root / "raw" / "datapackage.json"):
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(profile).validate(descriptor)
        for key in ("name", "title", "licenses", "contributors", "keywords", "resources"):
            assert descriptor[key]
    assert json.loads((package / "datapackage.json").read_text())["version"] == "dev"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(profile).validate({"name": 5, "resources": []})


def test_foreign_keys_of_the_parquet_twins_point_at_twins(package: Path) -> None:
    for resource in json.loads((package / "datapackage.json").read_text())["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            target = key["reference"]["resource"]
            assert target == "" or target.endswith("-parquet") == resource["name"].endswith(
                "-parquet"
            )


def test_frictionless_can_check_raw_itself(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "raw", tmp_path / "raw")
    code, report = frictionless(tmp_path / "raw")
    assert code == 0, report
    assert sum(task["stats"].get("rows", 0) for task in report["tasks"]) > 1000
