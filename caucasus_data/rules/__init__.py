"""Rules across columns and tables: pure functions from frames to hits, never from files.

Each module here holds one family; ``ALL`` is every rule in the order in which they run.
"""

from caucasus_data.rules.base import ALL, Data, Rule

__all__ = ["ALL", "Data", "Rule"]

from caucasus_data.rules import (
    casualties,
    chronology,
    duplicates,
    evidence,
    keys,
    ledgers,
    naming,
    published,
    rows,
    spells,
)

_ = (casualties, chronology, duplicates, evidence, keys, ledgers, naming, published, rows, spells)
