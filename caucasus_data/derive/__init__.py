"""Derived tables: pure functions over typed frames, on the base install (pandas only).

``normalize`` calls them in a build, ``query`` for the API, ``rules`` where a rule needs one.
"""
