"""Generated files are not stale, papers are valid, the author is the contributors."""

import csv
import json
import sys
from pathlib import Path

import pytest

from caucasus_data import generated, locate
from caucasus_data.release_index import read_index
from caucasus_data.reports.seed import SEED


def test_nothing_generated_is_stale(root: Path) -> None:
    assert list(generated.stale(root)) == []


@pytest.mark.parametrize("name", ["raw/datapackage.json", "docs/codebook.md", "CITATION.cff"])
def test_a_changed_generated_file_is_called_stale(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_text

    def changed(path: Path, *words: object, **more: object) -> str:
        text = read(path, *words, **more)  # type: ignore[arg-type]
        return text + " " if path == root / name else text

    monkeypatch.setattr(Path, "read_text", changed)
    files = {key: make for key, make in generated.generated(root).items() if key == name}
    monkeypatch.setattr(generated, "generated", lambda _: files)
    assert list(generated.stale(root)) == [name]


def test_the_citation_file_is_of_the_newest_release(root: Path) -> None:
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    index = read_index(locate.releases_folder())
    assert found["version"] == index["latest"]
    assert found["authors"] == [{"name": "caucasus-data contributors"}]


def test_the_citation_file_validates_against_its_json_schema(root: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    published = Path(sys.prefix) / "schemas" / "cffconvert" / "schemas" / "1.2.0" / "schema.json"
    schema = json.loads(published.read_text(encoding="utf-8"))
    found = yaml.load((root / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    jsonschema.Draft7Validator(schema).validate(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**found, "date-released": "22 November"})


def test_the_author_everywhere_is_the_contributors(root: Path) -> None:
    zenodo = json.loads((root / ".zenodo.json").read_text(encoding="utf-8"))
    assert zenodo["creators"] == [{"name": "caucasus-data contributors"}]
    assert 'authors = [{ name = "caucasus-data contributors" }]' in (
        root / "pyproject.toml"
    ).read_text(encoding="utf-8")
    assert "caucasus-data contributors" in (root / "LICENSE").read_text(encoding="utf-8")


def test_every_statement_of_the_seed_article_leads_where_it_says(root: Path) -> None:
    with (root / "docs" / "seed-statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def table(name: str) -> list[dict[str, str]]:
        with (root / "raw" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    cited = {
        (r["record_id"], r["field"], r["locator"], r["stance"])
        for r in table("citations")
        if r["source_id"] == SEED
    }
    for name, key in (("casualties", "casualty_id"), ("figures", "figure_id")):
        cited |= {
            (r[key], "*", r["locator"], "supports") for r in table(name) if r["source_id"] == SEED
        }
    excluded = {
        (r["exclusion_id"], r["locator"]) for r in table("exclusions") if r["source_id"] == SEED
    }
    stances = {"coded": "supports", "contradicted": "contradicts", "qualified": "qualifies"}
    assert {int(row["line"]) for row in rows} == set(range(1, 87))
    assert sum(row["outcome"] != "none" for row in rows) > 100
    for row in rows:
        place = f"para {row['line']}"
        if row["outcome"] == "none":
            assert not row["record_id"]
        elif row["outcome"] == "excluded":
            assert (row["record_id"], place) in excluded, row
        else:
            assert (row["record_id"], row["field"], place, stances[row["outcome"]]) in cited, row
