"""Charts of the newest release, and tables of a few rows with the cases that it lacks."""

from collections.abc import Mapping

import pandas as pd
import pytest

import caucasus_data as cd

TABLES = (
    "events", "places", "actors", "event_actors", "sources", "casualties", "memberships",
    "membership_qualifiers", "agreements", "links",
)  # fmt: skip


@pytest.fixture(scope="session")
def frames() -> Mapping[str, pd.DataFrame]:
    """Every table that charts use, loaded once; tests copy what they change."""
    return {name: cd.load(name) for name in TABLES}
