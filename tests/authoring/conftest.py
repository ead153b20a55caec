"""A tiny tree made from the real declaration, and the command line run in this process."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from caucasus_data import locate
from caucasus_data.__main__ import main

BASE = """\
actors:
- {actor_id: armenia, name: Armenia, actor_class: state, iso3: ARM}
- {actor_id: azerbaijan, name: Azerbaijan, actor_class: state, iso3: AZE}
- {actor_id: armenia-prime-minister, name: Prime Minister of Armenia, actor_class: state_body, parent_id: armenia}
- {actor_id: csto, name: Collective Security Treaty Organization, abbreviation: CSTO, actor_class: organization}
places:
- {place_id: armenia-area, name: Armenia, place_type: country, country: ARM, contested: 'false'}
sources:
- {source_id: seed-2025, source_type: opinion, title: An essay, publisher: unknown, published_edtf: '2025',
   lang: en, accessed_on: '2026-11-22', alignment: international, institution: opinion}
"""

EVENT = """\
event:
  event_id: new:jermuk
  title: Fighting along the Armenia–Azerbaijan border, September 2022
  event_type: border_clash
  scope_rule: 1
  date_edtf: 2022-09-13/2022-09-14
  place_id: armenia-area
  where_precision: 4
  parent_event_id: new:conflict
  occurrence: established
  attribution: disputed
  confidence: probable
  citations:
    - {field: '*', source_id: rferl-clashes, locator: '*', stance: supports, read_extent: excerpt}
    - {field: date_edtf, source_id: seed-2025, locator: para 12, stance: supports, read_extent: full}
event_actors:
  - {actor_id: azerbaijan, role: side_a}
  - {actor_id: armenia, role: side_b}
  - actor_id: azerbaijan
    role: initiator
    according_to: armenia
    citations:
      - {field: '*', source_id: rferl-clashes, locator: para 3, stance: supports, read_extent: excerpt}
  - {actor_id: armenia, role: initiator, according_to: azerbaijan, citations: [
      {field: '*', source_id: azertac-clashes, locator: '*', stance: supports, read_extent: excerpt}]}
casualties:
  - {casualty_id: new:second, affected_actor_id: armenia, victim_group: military, type: killed, scope: whole,
     tally: cumulative, low: 105, best: 105, high: 105, bound: exact, cause: violence,
     claimant_id: armenia-prime-minister, method: official_statement, claimed_on_edtf: 2022-09-14,
     source_id: hetq-losses, locator: '*', revision_of_id: new:first, revision_kind: replaces}
  - {casualty_id: new:first, affected_actor_id: armenia, victim_group: military, type: killed, scope: whole,
     tally: cumulative, low: 49, bound: at_least, cause: violence,
     claimant_id: armenia-prime-minister, method: official_statement, claimed_on_edtf: 2022-09-13,
     source_id: rferl-clashes, locator: '*', coder_note: 'a, "b"'}
sources:
  - {source_id: rferl-clashes, source_type: news, title: Clashes, publisher: RFE/RL, published_edtf: 2022-09-14, lang: en,
     url: 'https://www.rferl.org/a/1.html', accessed_on: 2026-11-22, alignment: western, institution: foreign_funded_media, doi: }
  - {source_id: azertac-clashes, source_type: news, title: On the border, publisher: Azertac, published_edtf: 2022-09-14, lang: en,
     url: 'https://azertag.az/1', accessed_on: 2026-11-22, alignment: azerbaijani, institution: state_media}
  - {source_id: hetq-losses, source_type: news, title: Losses, publisher: Hetq, published_edtf: 2022-09-14, lang: en,
     url: 'https://hetq.am/1', accessed_on: 2026-11-22, alignment: armenian, institution: private_media}
"""

CONFLICT = """\
event:
  event_id: new:conflict
  title: Nagorno-Karabakh conflict
  event_type: conflict
  scope_rule: 1
  date_edtf: 1988-02-20/..
  occurrence: established
  attribution: disputed
  confidence: probable
  citations:
    - {field: '*', source_id: seed-2025, locator: para 1, stance: supports, read_extent: full}
"""


@dataclass
class Tree:
    """A folder with raw/ and an empty release beside it."""

    event = EVENT
    conflict = CONFLICT
    root: Path
    run: Callable[..., tuple[int, str, str]]

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.raw.iterdir())}

    def lines(self, table: str) -> list[str]:
        return (self.raw / f"{table}.csv").read_text(encoding="utf-8").split("\n")[1:-1]

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def apply(self, *texts: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        files = [str(self.write(f"t{n}.yaml", text)) for n, text in enumerate(texts, 1)]
        code, out, _ = self.run("apply", "--raw", str(self.raw), *options, *files)
        return code, out.replace(f"{self.root}/", "")


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["caucasus-data", *args])
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return stopped.value.code, shown.out, shown.err

    return call


@pytest.fixture
def empty(tmp_path, run):
    """Headers only."""
    spec = locate.spec()
    (tmp_path / "raw").mkdir()
    for table in spec.raw_tables:
        header = ",".join(column.name for column in table.raw_columns)
        (tmp_path / "raw" / f"{table.name}.csv").write_text(header + "\n", encoding="utf-8")
    releases = tmp_path / "build" / "releases"
    (releases / "0.1.0").mkdir(parents=True)
    entry = {"date": "2026-01-02", "coverage_end": "2026-06-30", "rows": {}, "content_sha256": {}}
    index = {"latest": "0.1.0", "releases": {"0.1.0": {**entry, "files": {}, "writers": {}}}}
    (releases / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return Tree(tmp_path, run)


@pytest.fixture
def tree(empty):
    """The base: actors, a place, a source."""
    code, out = empty.apply(BASE)
    assert code == 0, out
    return empty


@pytest.fixture
def full(tree):
    """An event with all that hangs on it, and its conflict."""
    code, out = tree.apply(EVENT, CONFLICT)
    assert code == 0, out
    return tree
