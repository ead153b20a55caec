"""Tracks of membership status, read from the vocabulary's terms (``tie: full member``)."""

from __future__ import annotations

from collections.abc import Mapping

from caucasus_data.spec.model import Spec


def track_of(spec: Spec) -> Mapping[str, str]:
    """Status to track: tie, partnership, accession, or none for ``never``."""
    terms = spec["memberships"].by_name["status"].terms
    return {status: str(text).split(":")[0] for status, text in terms.items()}
