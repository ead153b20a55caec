"""The papers of a package: citation, disclaimer, the sources it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caucasus_data.spec.model import Spec

if TYPE_CHECKING:
    import pyarrow as pa


def listed_sources(sources: pa.Table) -> list[dict[str, Any]]:
    """The publishers that the data rests on, most cited first, as the descriptor's ``sources``."""
    if sources.num_rows == 0:
        return []
    import pyarrow.compute as pc

    counts = pc.value_counts(sources.column("publisher")).to_pylist()
    counts.sort(key=lambda item: (-item["counts"], str(item["values"])))
    named = [item for item in counts if item["values"] not in (None, "unknown")]
    return [
        {"title": f"{item['values']} ({item['counts']} source{'s' if item['counts'] > 1 else ''})"}
        for item in named
    ]


def disclaimer(spec: Spec) -> str:
    """The disclaimer that every release carries."""
    return "# Disclaimer\n\n" + " ".join(str(spec.dataset["disclaimer"]).split()) + "\n"


def citation_cff(spec: Spec, version: str, date: str) -> str:
    """CITATION.cff of one version."""
    dataset = spec.dataset
    authors = "".join(f"  - name: {person['title']}\n" for person in dataset["contributors"])
    words = "".join(f"  - {word}\n" for word in dataset["keywords"])
    return (
        "cff-version: 1.2.0\n"
        "message: If you use this dataset, please cite it as below.\n"
        f"title: '{dataset['title']}'\n"
        "type: dataset\n"
        f"version: {version}\n"
        f"date-released: '{date}'\n"
        f"authors:\n{authors}"
        "license: CC-BY-4.0\n"
        f"keywords:\n{words}"
    )


def citation_text(spec: Spec, version: str, date: str | None) -> str:
    """One line to cite a version by."""
    people = "; ".join(str(person["title"]) for person in spec.dataset["contributors"])
    year = f" ({date[:4]})" if date else ""
    return f"{people}{year}. {spec.dataset['title']}, version {version}. Licence CC-BY-4.0."


def citation_bibtex(spec: Spec, version: str, date: str | None) -> str:
    """The same as BibTeX."""
    people = " and ".join(
        "{" + str(person["title"]) + "}" for person in spec.dataset["contributors"]
    )
    year = f"  year = {{{date[:4]}}},\n" if date else ""
    return (
        f"@misc{{caucasus-data-{version},\n  author = {{{people}}},\n  title = {{{spec.dataset['title']}}},\n"
        f"{year}  version = {{{version}}},\n  note = {{Dataset, CC-BY-4.0}}\n}}"
    )
