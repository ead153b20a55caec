"""Hostile text for the explorer: markup, scripts, long words, marks that turn the direction."""

from caucasus_data.site.content import Content, read_content

HOSTILE = (
    "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'><svg onload=window.hacked=1> "
    "{{ 7 * 7 }} &lt; javascript:window.hacked=1 \u202egpj.exe " + "W" * 400
)
RETIRED = "EV-99999"


def spoiled() -> Content:
    """The first release (small, and the same forever) with hostile text in every text cell of some records, and a retired id."""
    found = read_content("0.1.0")
    texts = {
        "events": ("title", "description", "coder_note"),
        "agreements": ("title", "neutral_label", "coder_note"),
        "actors": ("name", "abbreviation"),
        "places": ("name",),
        "sources": ("title", "publisher", "author"),
        "citations": ("value", "note", "locator"),
        "casualties": ("value_text", "coder_note"),
        "names": ("name",),
        "exclusions": ("statement",),
    }
    for table, columns in texts.items():
        for row in found.tables[table][:12]:
            row.update(dict.fromkeys(columns, HOSTILE))
    for row in found.tables["sources"][:12]:
        row["url"] = "javascript:window.hacked=1"
        row["archive_url"] = 'https://example.org/"onmouseover="window.hacked=1'
        row["lang"] = '"><script>window.hacked=1</script>'
    for row in found.tables["actors"][:12]:
        row["website"] = "data:text/html,<script>window.hacked=1</script>"
    for row in found.tables["records"]:
        row["label"] = HOSTILE
    found.tables["retired"] = [
        {"record_id": RETIRED, "retired_in": "0.1.0", "reason": HOSTILE, "successor_id": "EV-00002"}
    ]
    found.tables["changes"] = [
        {"release": "0.1.0", "table": "events", "record": "EV-00001", "field": "title", "kind": "changed",
         "old": HOSTILE, "new": HOSTILE, "reason": HOSTILE},
    ]  # fmt: skip
    return found
