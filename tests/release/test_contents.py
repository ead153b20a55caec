"""What stands in a release's folder, in the index and in the archive for download."""

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from cells import Run, set_cell

from caucasus_data.release import MOST_BYTES


def index_of(tree: Path) -> dict:  # type: ignore[type-arg]
    return json.loads((tree / "build/releases/index.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_every_table_is_there_twice_with_the_papers_beside(package: Path) -> None:
    names = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    tables = {name.removesuffix(".parquet") for name in names if name.endswith(".parquet")}
    assert {
        "events",
        "agreements",
        "casualties",
        "memberships",
        "changes",
        "events_wide",
        "records",
    } <= tables
    papers = {
        "datapackage.json",
        "metadata.jsonld",
        "codebook.md",
        "CITATION.cff",
        "LICENSE-DATA",
        "DISCLAIMER.md",
        "SHA256SUMS",
    }
    assert names == {f"{t}.parquet" for t in tables} | {f"csv/{t}.csv" for t in tables} | papers
    assert "express no position" in (package / "DISCLAIMER.md").read_text(encoding="utf-8")
    assert "Creative Commons" in (package / "LICENSE-DATA").read_text(encoding="utf-8")


def test_sha256sum_itself_agrees(package: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_index_tells_all_that_a_downloader_needs(released_once: Path, package: Path) -> None:
    index = index_of(released_once)
    assert index["latest"] == "0.1.0"
    facts = index["releases"]["0.1.0"]
    assert facts["date"] == "2026-01-02"
    assert set(facts["writers"]) == {"pyarrow", "pandas"}
    assert set(facts["files"]) == {
        path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()
    }
    for name, known in facts["files"].items():
        data = (package / name).read_bytes()
        assert (known["bytes"], known["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    for table, known in facts["content_sha256"].items():
        data = (package / "csv" / f"{table}.csv").read_bytes()
        assert known == hashlib.sha256(data).hexdigest()
        assert facts["rows"][table] <= data.count(b"\n") - 1


def test_one_document_is_schema_org_and_croissant(package: Path) -> None:
    document = json.loads((package / "metadata.jsonld").read_text(encoding="utf-8"))
    assert document["@type"] == "sc:Dataset"
    assert document["@context"]["@vocab"] == "https://schema.org/"
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert (document["version"], document["datePublished"]) == ("0.1.0", "2026-01-02")
    for part in (
        "name",
        "description",
        "license",
        "creator",
        "citeAs",
        "keywords",
        "temporalCoverage",
        "spatialCoverage",
    ):
        assert document[part]
    files = {each["contentUrl"]: each["sha256"] for each in document["distribution"]}
    assert "events.parquet" in files
    assert "csv/events.csv" in files
    for name, known in files.items():
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == known


def test_croissants_own_library_takes_it_and_reads_every_table(package: Path) -> None:
    croissant = pytest.importorskip("mlcroissant")
    dataset = croissant.Dataset(str(package / "metadata.jsonld"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    rows = json.loads((package.parent / "index.json").read_text())["releases"]["0.1.0"]["rows"]
    assert {each.name for each in dataset.metadata.record_sets} == set(rows)
    for table, count in rows.items():
        assert sum(1 for _ in dataset.records(table)) == count, table


def test_the_archive_is_the_same_bytes_whenever_and_whoever_makes_it(
    released: Path, package: Path, run: Run, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    done = run("verify", package, "--zip", first)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = released / "build/releases/0.1.0"
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            os.utime(path, (1_000_000_000, 1_000_000_000))
    done = run("verify", folder, "--zip", tmp_path / "second", TZ="Asia/Kamchatka")
    assert done.returncode == 0, done.stdout + done.stderr
    name = "caucasus-data-0.1.0.zip"
    assert (first / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    with zipfile.ZipFile(first / name) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
        assert archive.namelist() == sorted(archive.namelist())
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o100644}
    unpacked = tmp_path / "out" / "caucasus-data-0.1.0"
    assert run("verify", unpacked).returncode == 0
    assert {p.relative_to(unpacked) for p in unpacked.rglob("*")} == {
        p.relative_to(package) for p in package.rglob("*")
    }


def test_no_archive_is_made_of_what_is_not_the_release(
    released: Path, run: Run, tmp_path: Path
) -> None:
    folder = released / "build/releases/0.1.0"
    (folder / "codebook.md").write_text("other", encoding="utf-8")
    assert run("verify", folder, "--zip", tmp_path / "zips").returncode == 1
    assert not (tmp_path / "zips").exists()


@pytest.mark.parametrize(
    "name",
    [
        "events.parquet",
        "csv/links.csv",
        "datapackage.json",
        "metadata.jsonld",
        "CITATION.cff",
        "SHA256SUMS",
    ],
)
def test_one_flipped_bit_anywhere_is_found(released: Path, run: Run, name: str) -> None:
    path = released / "build/releases/0.1.0" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    done = run("verify", path.parents[1 if "/" in name else 0])
    assert done.returncode == 1
    assert name in done.stdout
    assert "Traceback" not in done.stderr


def test_changed_files_with_checksums_to_match_are_found_by_the_index(
    released: Path, run: Run
) -> None:
    folder = released / "build/releases/0.1.0"
    before = hashlib.sha256((folder / "codebook.md").read_bytes()).hexdigest()
    (folder / "codebook.md").write_text("other", encoding="utf-8")
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text().replace(before, hashlib.sha256(b"other").hexdigest()))
    done = run("verify", folder)
    assert done.returncode == 1
    assert "codebook.md: its size or sha256 is not the index's" in done.stdout


def test_a_release_over_three_megabytes_is_refused_and_leaves_nothing(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caucasus_data import locate, release
    from caucasus_data.errors import BadValue

    assert MOST_BYTES == 3_000_000
    monkeypatch.setattr(release, "MOST_BYTES", 50_000)
    before = sorted(path.relative_to(empty) for path in empty.rglob("*"))
    spec = locate.spec(empty / "raw")
    with pytest.raises(BadValue, match="50,000 is the most"):
        release.release(
            "0.2.0", empty / "raw", spec, empty / "build/releases", "2026-02-02", "Licence\n"
        )
    assert sorted(path.relative_to(empty) for path in empty.rglob("*")) == before


def test_changes_keep_what_every_release_changed_and_why(released: Path, run: Run) -> None:
    raw = released / "raw"
    set_cell(raw / "events.csv", "EV-00010", "title", "Fighting on the border")
    lines = (raw / "gaps.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lost = lines.pop(1).split(",")[0]
    (raw / "gaps.csv").write_text("".join(lines), encoding="utf-8", newline="")
    with (raw / "retired.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f"{lost},0.2.0,A claim was found,\n")
    done = run("release", "0.2.0", "--raw", raw, "--date", "2026-02-01")
    assert done.returncode == 0, done.stdout + done.stderr
    import pyarrow.parquet as pq

    changes = pq.read_table(released / "build/releases/0.2.0/changes.parquet").to_pylist()
    fresh = {
        (c["table"], c["record"], c["field"], c["kind"]): c
        for c in changes
        if c["release"] == "0.2.0"
    }
    assert set(fresh) == {
        ("events", "EV-00010", "title", "changed"), ("gaps", lost, "*", "removed"), ("retired", lost, "*", "added"),
    }  # fmt: skip
    assert fresh["events", "EV-00010", "title", "changed"]["new"] == "Fighting on the border"
    assert fresh["gaps", lost, "*", "removed"]["reason"] == "A claim was found"
    first = pq.read_table(released / "build/releases/0.1.0/changes.parquet").to_pylist()
    assert {c["kind"] for c in first} == {"added"}
    assert {c["release"] for c in changes} == {"0.2.0"}
    set_cell(raw / "events.csv", "EV-00010", "title", "Fighting along the border")
    assert run("release", "0.3.0", "--raw", raw, "--date", "2026-03-01").returncode == 0
    later = pq.read_table(released / "build/releases/0.3.0/changes.parquet").to_pylist()
    assert [c for c in later if c["release"] == "0.2.0"] == [
        c for c in changes if c["kind"] != "added"
    ]
    assert [(c["field"], c["old"]) for c in later if c["release"] == "0.3.0"] == [
        ("title", "Fighting on the border")
    ]


def test_a_bump_that_hides_what_changed_is_refused_by_release_and_by_verify(
    released: Path, run: Run
) -> None:
    raw, releases = released / "raw", released / "build/releases"
    set_cell(raw / "events.csv", "EV-00010", "date_edtf", "2022-09-13/2022-09-15")
    refused = run("release", "0.1.1", "--raw", raw, "--date", "2026-02-01")
    assert refused.returncode == 2
    assert (
        "events EV-00010 date_edtf: 2022-09-13/2022-09-14 → 2022-09-13/2022-09-15" in refused.stderr
    )
    assert sorted(path.name for path in releases.iterdir()) == ["0.1.0", "index.json"]
    assert run("release", "0.2.0", "--raw", raw, "--date", "2026-02-01").returncode == 0
    assert run("verify", releases / "0.2.0").returncode == 0
    # the same folder, passed off as a patch
    index = index_of(released)
    index["releases"]["0.1.1"] = index["releases"].pop("0.2.0")
    index["latest"] = "0.1.1"
    (releases / "index.json").write_text(json.dumps(index))
    (releases / "0.2.0").rename(releases / "0.1.1")
    done = run("verify", releases / "0.1.1")
    assert done.returncode == 1
    assert (
        "0.1.1 is too small a bump from 0.1.0: a minor change asks for 0.2.0 (events EV-00010 date_edtf"
        in done.stdout
    )


def test_a_record_that_left_without_a_word_is_refused_by_verify(released: Path, run: Run) -> None:
    raw, releases = released / "raw", released / "build/releases"
    lines = (raw / "gaps.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lost = lines.pop(1).split(",")[0]
    (raw / "gaps.csv").write_text("".join(lines), encoding="utf-8", newline="")
    refused = run("release", "0.2.0", "--raw", raw, "--date", "2026-02-01")
    assert refused.returncode == 1
    assert "key-disappeared" in refused.stdout
    index = (releases / "index.json").read_bytes()
    shutil.move(releases / "0.1.0", released / "aside")
    (releases / "index.json").unlink()
    assert run("release", "0.2.0", "--raw", raw, "--date", "2026-02-01").returncode == 0
    shutil.move(released / "aside", releases / "0.1.0")
    merged = index_of(released)
    merged["releases"] = {**json.loads(index)["releases"], **merged["releases"]}
    (releases / "index.json").write_text(json.dumps(merged))
    done = run("verify", releases / "0.2.0")
    assert done.returncode == 1
    assert f"gaps {lost} was published in 0.1.0 and left without a line in retired" in done.stdout


def test_a_tree_that_is_itself_no_build_is_not_replaced(empty: Path, run: Run) -> None:
    before = sorted(p.name for p in (empty / "raw").iterdir())
    for out in ("raw", "build/releases/0.1.0", "LICENSE-DATA"):
        done = run("build", "--raw", empty / "raw", "--out", empty / out)
        assert done.returncode == 2, out
        assert done.stderr.count("\n") == 1
    assert sorted(p.name for p in (empty / "raw").iterdir()) == before
    assert run("verify", empty / "build/releases/0.1.0").returncode == 0
