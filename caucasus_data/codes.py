"""Every code that a finding can bear: what it means, why the rule is there, wrong and right.

``explain`` and ``docs/rules.md`` are printed from here. The checks themselves stand elsewhere:
``template-`` in ``authoring``, ``file-`` and ``csv-`` and ``text-`` in ``read``, ``type-`` in the schemas that ``spec`` compiles,
``key-`` and ``rule-`` in ``rules``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code. ``waivable``: an editor may let a finding stand with a line in ``waivers``."""

    name: str
    title: str
    why: str
    wrong: str
    right: str
    hint: str = ""
    severity: str = "error"
    waivable: bool = False

    @property
    def layer(self) -> str:
        """What kind of thing is refused: file, csv, text, type, key or rule."""
        return self.name.split("-", 1)[0]


_ALL = [
    # files
    Code("file-missing", "A table's file is missing", "Every table of schemas/ has one CSV in raw/; a table that silently vanished would look like a table without rows.", "raw/ without links.csv", "raw/links.csv with at least its header line", "restore the file, with at least its header line"),
    Code("file-unexpected", "A file that belongs to no table", "A misspelled file name would hide its rows from every check.", "raw/Events.csv, raw/events (1).csv", "raw/events.csv", "move it out of raw/, or rename it to its table"),
    Code("file-not-regular", "A folder or link in a file's place", "A link can point outside the repository; what it points at is not under version control.", "raw/events.csv -> /tmp/events.csv", "raw/events.csv as a plain file", "replace it with a plain file"),
    # bytes and shape
    Code("csv-empty", "The file is empty", "A table without rows still has its header; an empty file is a lost one.", "(nothing)", "event_id,title,…", "write the header line"),
    Code("csv-utf16", "The file is UTF-16", "Spreadsheets save 'Unicode text' as UTF-16; readers of UTF-8 see garbage.", "FF FE 65 00 …", "UTF-8", "save as CSV UTF-8"),
    Code("csv-bom", "A byte order mark", "The mark becomes part of the first column's name in many readers.", "EF BB BF event_id,…", "event_id,…", "run caucasus-data format, or save as UTF-8 without BOM"),
    Code("csv-not-utf8", "Bytes that are not UTF-8", "A cell saved in another encoding turns names into garbage.", "Şuşa saved as windows-1254", "Şuşa saved as UTF-8", "save the file as UTF-8 and write the cell again"),
    Code("csv-nul", "A NUL byte", "Many programs end a text at a NUL byte and lose the rest.", "Jermuk\\0", "Jermuk", "delete the NUL byte"),
    Code("csv-line-ends", "Line ends are not LF", "Mixed line ends make every line of a diff look changed, and a lone CR hides rows.", "…\\r\\n", "…\\n", "run caucasus-data format, or save with LF line ends"),
    Code("csv-no-final-newline", "No line end after the last line", "A row appended to such a file would glue itself to the last one.", "EV-00012,…(end of file)", "EV-00012,…\\n", "run caucasus-data format"),
    Code("csv-delimiter", "Cells are not divided by commas", "Spreadsheets of some countries save CSV with semicolons.", "event_id;title;…", "event_id,title,…", "save with commas"),
    Code("csv-no-header", "The header line is missing", "Without the header a column is known only by its place, and one shifted column spoils all.", "EV-00001,Fighting …", "event_id,title,…", "make the first line the header of the table"),
    Code("csv-duplicate-column", "A column stands twice", "Which of the two is meant can't be known.", "title,title", "title,description", "delete one of the two"),
    Code("csv-renamed-column", "A column under another name", "Columns are known by name; a new spelling is a lost column.", "Title", "title", "use the declared name"),
    Code("csv-unknown-column", "A column that is not declared", "A column outside schemas/ would be checked by nothing and published nowhere.", "my_notes", "coder_note", "delete the column, or declare it in schemas/"),
    Code("csv-missing-column", "A declared column is missing", "Its values would silently turn blank.", "event_id,event_type", "event_id,title,…,event_type", "restore the column"),
    Code("csv-column-order", "Columns in another order", "A fixed order keeps diffs readable.", "title,event_id", "event_id,title", "run caucasus-data format"),
    Code("csv-short-row", "Too few cells", "A missing comma shifts every later cell into the wrong column.", "EV-00001,Fighting", "EV-00001,Fighting,,battle,…", "count the commas; put a cell with a comma inside in double quotes"),
    Code("csv-long-row", "Too many cells", "An unquoted comma shifts every later cell into the wrong column.", "EV-00001,Baku, Yerevan,…", 'EV-00001,"Baku, Yerevan",…', "put a cell with a comma inside in double quotes"),
    Code("csv-blank-line", "A blank line", "Readers that skip blank lines count rows differently from readers that don't.", "(an empty line)", "(no line)", "delete the line"),
    Code("csv-empty-row", "A row of nothing but commas", "Spreadsheets leave such rows behind; they are rows without a key.", ",,,,", "(no line)", "delete the line"),
    Code("csv-stray-quote", "A quote inside an unquoted cell", "Readers disagree on what it means.", 'the "Sochi" statement', '"the ""Sochi"" statement"', "put the whole cell in double quotes and double the quotes inside"),
    Code("csv-unclosed-quote", "A quote that is not closed", "Readers swallow all following rows into one cell.", '"Jermuk,…', '"Jermuk",…', "close the quote"),
    Code("csv-line-break", "A line break inside a cell", "One row is one line, so that a diff and a line number mean what they say.", '"two\\nlines"', "two lines", "replace the line break by a space"),
    Code("csv-text-after-quote", "Text after a closing quote", "Readers disagree on what it means.", '"Jermuk" town', '"Jermuk town"', "close the quote at the end of the cell"),
    # text
    Code("text-edge-space", "A space at the edge of a cell", "'Jermuk ' and 'Jermuk' are two values.", "' Jermuk'", "Jermuk", "delete the space"),
    Code("text-double-space", "Two spaces in a row", "Two spellings of one value; searches miss one of them.", "Jermuk  town", "Jermuk town", "leave one space"),
    Code("text-odd-space", "A space that is not the plain one", "It looks like a space and matches none.", "Jermuk(NBSP)town", "Jermuk town", "write a plain space"),
    Code("text-tab", "A tab in a cell", "Tabs divide cells in other formats.", "Jermuk(tab)town", "Jermuk town", "write a space"),
    Code("text-not-nfc", "Letters not in Unicode form NFC", "One letter with two encodings makes two names of one.", "S + combining cedilla", "Ş", "run caucasus-data format"),
    Code("text-invisible", "An invisible character", "Zero-width and direction marks, soft hyphens: two cells look the same and differ, or show text in a false order.", "Jer(U+200B)muk", "Jermuk", "delete it: write the cell anew by hand"),
    Code("text-control", "A control character", "Terminals obey it, files break on it.", "Jermuk(ESC)[31m", "Jermuk", "delete it"),
    Code("text-mixed-script", "Letters of two scripts in one word", "A Cyrillic а in a Latin word looks right and matches nothing.", "Jermuk with a Cyrillic е", "Jermuk", "write the word anew in one script", waivable=True),
    Code("text-formula", "A cell that a spreadsheet would run", "=, +, -, @ at the start turn a text into a formula.", "=HYPERLINK(…)", "HYPERLINK …", "begin with a letter", waivable=True),
    Code("text-null-word", "A word that stands for nothing", "Missing is a blank cell here; NA and -9 become values in some readers and blanks in others.", "NA", "(blank)", "leave the cell blank"),
    Code("text-too-long", "A cell longer than its column allows", "Mostly a swallowed row or a pasted page.", "(60,000 characters)", "one or two sentences", "shorten it"),
    # types and vocabularies
    Code("type-required", "A required cell is blank", "Without it the row can't be understood.", "title: (blank)", "title: Fighting near Jermuk", "fill it in"),
    Code("type-integer", "Not a whole number", "Thousands separators, decimals and spreadsheet forms are read differently everywhere.", "1,234 / 5.0 / +7 / 1e3", "1234 / 5 / 7 / 1000", "write digits only"),
    Code("type-number", "Not a number", "A decimal comma or a separator changes the value by powers of ten.", "39,84", "39.84", "write digits with a point"),
    Code("type-boolean", "Neither true nor false", "yes, 1 and TRUE are read differently.", "yes", "true", "write true or false"),
    Code("type-date", "Not a day", "Only YYYY-MM-DD is read the same way everywhere.", "13/09/2022", "2022-09-13", "write YYYY-MM-DD"),
    Code("type-edtf", "Not a date of the grammar", "A date that is half known must say so in one way only (EDTF).", "13/09/2022, Sep 13 2022, 2022-13", "2022-09-13, 2022-09, [2022-09-13..2022-09-14]", "write YYYY-MM-DD, YYYY-MM or YYYY"),
    Code("type-vocabulary", "A word outside the vocabulary", "Two words for one thing split every count.", "border clash", "border_clash", "choose a word of the column's vocabulary"),
    Code("type-range", "A number out of range", "A latitude of 394.8 or a rule 7 can't be.", "latitude 394.8", "latitude 39.48", "check the number"),
    Code("type-id", "A malformed id", "Ids are opaque and of one form, so that they can be told from text.", "EV-12", "EV-00012", "write the id as the column asks"),
    Code("type-url", "A malformed address", "An address that does not open is no source.", "www.example.org", "https://www.example.org/", "write it whole, with https://"),
    Code("type-lang", "A malformed language tag", "Language tags are BCP 47: two or three small letters, and a script or region if needed.", "eng-US, Russian", "en, ru, az-Cyrl", "write a BCP 47 tag"),
    Code("type-pattern", "A cell not of its column's form", "The column's pattern says what can stand there.", "iso3: Armenia", "iso3: ARM", "write it in the column's form"),
    # keys
    Code("key-duplicate", "A key that stands twice", "Two rows under one key: which of them is meant?", "EV-00012 on two lines", "EV-00012, EV-00013", "give the later row a new id, or delete it"),
    Code("key-dangling", "A reference to nothing", "The row points at something that does not exist.", "place_id: jermouk", "place_id: jermuk", "choose an existing key, or add the row it means"),
    Code("key-wrong-kind", "A reference to the wrong kind of record", "An event is not an agreement: the column says what it may point at.", "agreement_id: EV-00012", "agreement_id: AG-00003", "point at a record of the right table"),
    Code("key-two-tables", "An id used in two tables", "Every id is unique across all tables, so that a citation can't be read two ways.", "actor jermuk and place jermuk", "actor jermuk-municipality, place jermuk", "rename the later one"),
    Code("key-retired", "A retired id in use", "A retired id is never used again.", "EV-00007 after it was retired", "a new id", "use a new id, or take the line out of retired"),
    Code("key-disappeared", "A published record disappeared", "Users cite published ids; a record leaves only through retired.csv, with a reason.", "EV-00007 deleted", "EV-00007 in retired.csv", "restore the row, or add a line to retired.csv"),
    Code("key-reused", "A published id names another thing", "Nothing of the published record's title, dates or actors is left: the id was reused.", "EV-00007 overwritten by another event", "a new id for the new event", "restore the row and give the new record a new id", waivable=True),
    # rules
    Code("rule-numbers-order", "Numbers out of order", "low ≤ best ≤ high, or one of them is wrong.", "low 80, best 71", "low 71, best 80", "put the numbers in order"),
    Code("rule-bound", "Numbers do not agree with the bound", "The bound says which cells a claim fills: 'at least 49' has a low and nothing else.", "bound at_least with best 49", "bound at_least, low 49", "fill the cells that the bound asks for, and no others"),
    Code("rule-dates-order", "Dates out of order", "An end before its beginning, a signature after the entry into force.", "signed 2023, effective 2022", "signed 2022, effective 2023", "check the two dates"),
    Code("rule-outside-parent", "Outside the parent's dates", "parent_event_id means: part of it, inside its dates.", "a battle of 2022 in the war of 2020", "parent: the conflict", "choose another parent, or link it with consequence_of"),
    Code("rule-outside-life", "Outside an actor's or body's life", "A body can't have members before it was founded or after it was dissolved.", "a member before the founding", "start at the founding", "check the dates of both"),
    Code("rule-after-coverage", "After the end of coverage", "Nothing is coded past coverage_end of schemas/dataset.yaml.", "date 2031-01-01", "a date up to coverage_end", "check the year, or move coverage_end with the whole dataset"),
    Code("rule-before-scope", "Before the scope begins", "Events begin on 20 February 1988; only treaties in force and spells may be older. An event of type conflict may be too.", "an event of 1921", "the treaty of 1921 as an agreement", "code the text as an agreement, or leave it out"),
    Code("rule-overlap", "Spells of one pair overlap", "An actor has one status at a time in a body, within a track.", "member from 2003 and member from 2010", "one spell from 2003", "end the earlier spell, or merge the two"),
    Code("rule-never", "'never' beside other spells", "never means: no tie of any kind up to the end of coverage; it is the pair's only row, without dates.", "never and observer", "observer alone", "delete the never row, or the others"),
    Code("rule-spell-dates", "A spell's dates and bases do not agree", "A spell has a start and its basis; an end has a basis too.", "end_edtf without end_basis", "end_edtf with end_basis", "fill in the missing half"),
    Code("rule-cycle", "A chain that bites its tail", "A thing can't be part of itself, not even by way of others.", "A part of B, B part of A", "B at the top", "cut the chain where it is wrong"),
    Code("rule-uncited", "A row without a source", "Every event, agreement, spell and qualifier has a citation; claims and figures carry their source.", "an event without a line in citations", "a line in citations with field *", "add a citation"),
    Code("rule-confirmed", "Confirmed on dependent sources", "confirmed needs two supporting sources of different origin and alignment, or one primary text.", "two papers that repeat one agency", "one paper of each side, or the treaty", "write probable, or add an independent source"),
    Code("rule-citation-field", "A citation of a column that the record does not have", "The citation would support nothing.", "field: dates", "field: date_edtf", "write a column of the record's table, or *"),
    Code("rule-contradiction-value", "A contradicting citation without its value", "Who says otherwise must be quoted with what they say.", "stance contradicts, value blank", "stance contradicts, value 224", "write the source's own value"),
    Code("rule-revision", "A revision that changes more than its figure", "A revision keeps claimant, event, affected actor, scope, tally, place and period (replaces and corrects also group, type and cause); else it is another claim. withdraws has no figure.", "a revision by another ministry", "a claim of its own", "make it a claim of its own, or mend the cells that differ"),
    Code("rule-children-floor", "The parts exceed the whole", "A parent's claim covers its children: the least that the children claim can't exceed the most that the parent does.", "war: 100 killed; its battles: 130", "war: 130 or more", "check the parent's claims", "warning", True),
    Code("rule-duplicate-event", "Probably the same event twice", "Same type, same day, same place or nearly the same title.", "two rows for one summit", "one row", "merge the two, or waive it with a reason", "warning", True),
    Code("rule-duplicate-agreement", "Probably the same text twice", "Same day and nearly the same title.", "two rows for one statement", "one row, further languages in names", "merge the two, or waive it with a reason", "warning", True),
    Code("rule-duplicate-source", "Probably the same source twice", "The same address under two ids makes one source look like two.", "http://x.org/a and https://www.x.org/a/", "one source", "use one of the two everywhere"),
    Code("rule-source-identity", "A source that can't be found again", "A source is identified by its address, its DOI, or title with publisher and date.", "a title alone", "a title with its address", "add the address, the DOI, or the date"),
    Code("rule-contested-name", "A contested place without both names", "Contested places carry both forms in alphabetical order.", "Shusha", "Shusha/Shushi", "write both forms", waivable=True),
    Code("rule-place-id", "A place id that does not say what it is", "Ids of countries and territories end in -area, so that no place shares an id with a state; only they do.", "place armenia", "armenia-area", "rename the place id"),
    Code("rule-state-code", "A state code on what is no state", "iso3, cow_code and gw_code stand on states only.", "iso3 on a de facto authority", "iso3 blank", "clear the code"),
    Code("rule-wording", "A word that takes a side", "Titles and descriptions state what happened without a side's vocabulary; official titles are exempt.", "occupied", "held by", "use the neutral word", waivable=True),
    Code("rule-coordinates", "Half a point, or a point far from its country", "Latitude and longitude go together; swapped ones fall into another sea.", "latitude 45.67, longitude 39.84", "latitude 39.84, longitude 45.67", "fill in both; check whether they are swapped"),
    Code("rule-where-precision", "A place without its precision, or the reverse", "where_precision says how exactly the place is known.", "place_id without where_precision", "where_precision 1", "fill in both or neither"),
    Code("rule-according-to", "Blame without who says so", "initiator and perpetrator are somebody's account; the other roles are not.", "perpetrator without according_to", "according_to: armenia", "fill in according_to, or use another role"),
    Code("rule-figure-subject", "A figure on both an event and an agreement, or neither", "A figure is about exactly one of them.", "event_id and agreement_id", "event_id", "fill in exactly one"),
    Code("rule-stage", "Stage and sub-stage do not agree", "PA-X sub-stages belong to one stage each.", "stage Cea, stage_sub Prin", "stage Pre, stage_sub Prin", "choose a sub-stage of the stage"),
    Code("rule-undated-agreement", "An agreement without a date", "A text without any date can't be placed.", "no date at all", "signed_edtf", "fill in at least one date"),
    Code("rule-link-kind", "A relation between the wrong kinds of records", "Each relation joins certain kinds: an event violates an agreement, not the reverse.", "AG violates EV", "EV violates AG", "turn the link around, or choose another relation"),
    Code("rule-stale-waiver", "A waiver without its finding", "A waiver that waives nothing hides the next mistake there.", "a waiver for a mended row", "(no line)", "delete the waiver"),
    Code("rule-not-waivable", "A waiver for what can't be waived", "Types and keys hold for every row.", "a waiver for type-edtf", "the mended cell", "delete the waiver and mend the cell"),
    Code("rule-stale-exclusion", "An exclusion that excludes nothing", "A statement is excluded once, and as a duplicate only if its source is cited where the statement is coded.", "one statement excluded twice", "one line", "delete the line that is stale"),
    Code("rule-stale-gap", "A gap that is filled", "A gap says that a cell of the claims matrix is empty; a claim fills it.", "a gap and a claim", "the claim", "delete the gap"),
    Code("rule-stale-retired", "A retired line that retires nothing", "A line says that a published id left the tables; an id that was never published needs none.", "retired EV-99999, never published", "(no line)", "delete the line"),
    # templates
    Code("template-not-utf8", "A template that is not UTF-8", "Names saved in another encoding turn into garbage.", "Şuşa saved as windows-1254", "Şuşa saved as UTF-8", "save the file as UTF-8"),
    Code("template-syntax", "A template that is not YAML", "What can't be read can't be checked.", "title: a: b", "title: 'a: b'", "put a text with a colon, a hash or a bracket in single quotes"),
    Code("template-alias", "A YAML alias", "A few aliases of aliases unfold into gigabytes; a template has no need of them.", "title: *t", "title: Fighting near Jermuk", "write the value itself"),
    Code("template-shape", "Another shape than the key takes", "A record is a mapping, what hangs on it is a list of mappings, a cell is one text.", "event_actors: armenia", "event_actors: [{actor_id: armenia, role: side_a}]", "see caucasus-data new for the shape"),
    Code("template-unknown-key", "A key that the template does not have", "A misspelled key would be a silently lost value.", "event_types: battle", "event_type: battle", "see caucasus-data new for the keys"),
    Code("template-duplicate-key", "A key that stands twice in one mapping", "Which of the two is meant can't be known.", "title: a, title: b", "title: a", "delete one of the two"),
    Code("template-handle", "A handle that can't be used", "A handle stands for one record that the templates of one call define.", "place_id: new:jermuk", "place_id: jermuk", "define it once, in the id column of a record"),
    Code("template-conflict", "One row given twice with other cells", "Which of the two is meant can't be known.", "two citations of one place, supports and contradicts", "one of them", "delete one of the two, or make them equal"),
    Code("template-missing-row", "A row that the list no longer has", "A row with an id never vanishes in silence: users may have cited it.", "event_actors without EA-00007", "a line in retired", "retire it (a row in retired), or delete it in the CSV if it was never published"),
]  # fmt: skip

CODES: dict[str, Code] = {code.name: code for code in _ALL}
"""Every code by its name, in the order of the layers."""
