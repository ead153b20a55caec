"""Compile one JSON-LD document that is at once a schema.org Dataset and a Croissant description.

Search engines read the former, machine-learning libraries the latter: every file with its sha256,
every table as a record set with types and keys. Parquet is what the record sets are read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caucasus_data.spec import papers
from caucasus_data.spec.model import Column, Spec, Table

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that Croissant 1.0 prescribes."""

_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
_MEDIA = {
    "parquet": "application/x-parquet",
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
}


def document(
    spec: Spec, files: Mapping[str, Mapping[str, Any]], *, version: str, date: str
) -> dict[str, Any]:
    """The document; ``files``: size and sha256 by name, of every file that it describes."""
    dataset = spec.dataset
    base = str(dataset.get("base_url") or "").rstrip("/")
    licence = next(item for item in dataset["licences"] if item.get("applies_to", "data") == "data")
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": dataset["name"],
        "alternateName": dataset["title"],
        "conformsTo": CONFORMS_TO,
        "description": _line(dataset["description"]) + " " + _line(dataset["disclaimer"]),
        "citeAs": papers.citation_bibtex(spec, version, date),
        "creator": [
            {"@type": "sc:Organization", "name": who["title"]} for who in dataset["contributors"]
        ],
        "datePublished": date,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "isLiveDataset": False,
        "keywords": list(dataset["keywords"]),
        "license": licence["path"],
        "spatialCoverage": {"@type": "sc:Place", "name": dataset["spatial"]},
        "temporalCoverage": f"{dataset['coverage_start']}/{dataset['coverage_end']}",
        "version": version,
    }
    if base:
        described["url"] = f"{base}/{version}/"
    described["distribution"] = [_file(name, facts) for name, facts in files.items()]
    described["recordSet"] = [_records(table) for table in spec if f"{table.name}.parquet" in files]
    return described


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _file(name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    ending = name.rsplit(".", 1)[-1]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{facts['bytes']} B",
        "encodingFormat": _MEDIA.get(ending, "text/plain"),
        "sha256": facts["sha256"],
    }


def _records(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": _line(table.description),
    }
    if table.key:
        found["key"] = [{"@id": f"{table.name}/{name}"} for name in table.key]
    found["field"] = [_field(table, column) for column in table.columns]
    return found


def _field(table: Table, column: Column) -> dict[str, Any]:
    # What a key refers to stands in datapackage.json: readers of Croissant take ``references`` as
    # an order to join, and fail where two columns refer to one table.
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": _line(column.description)
        + (f" Unit: {column.unit}." if column.unit else ""),
        "dataType": _TYPES[column.type],
        "source": {
            "fileObject": {"@id": f"{table.name}.parquet"},
            "extract": {"column": column.name},
        },
    }
