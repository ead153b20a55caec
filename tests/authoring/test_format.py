"""Canonical CSV: what carries no meaning is mended, and nothing else is touched."""

import pytest

from caucasus_data import locate
from caucasus_data.authoring.canonical import canonical_csv, formatted

ACTORS = "actor_id,name,abbreviation,actor_class,parent_id,founded_edtf,dissolved_edtf,successor_id,iso3,cow_code,gw_code,wikidata_qid,website"
LINKS = "from_id,relation,to_id\n"
ROWS = 'armenia,Armenia,,state,,,,,ARM,,,,\nbaku,"Baku, city",,other,,,,,,,,,\n'
GOOD = f"{ACTORS}\n{ROWS}".encode()

MENDED = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "CR LF": GOOD.replace(b"\n", b"\r\n"),
    "CR LF on some lines": GOOD.replace(b"\n", b"\r\n", 1),
    "no final newline": GOOD[:-1],
    "newlines after the end": GOOD + b"\n\n",
    "rows in another order": f"{ACTORS}\n{''.join(reversed(ROWS.splitlines(keepends=True)))}".encode(),
    "quotes without need": GOOD.replace(b",Armenia,", b',"Armenia",').replace(
        b",,state", b',"",state'
    ),
    "edge spaces": GOOD.replace(b",Armenia,", b",  Armenia ,"),
    "spaces inside quotes": GOOD.replace(b'"Baku, city"', b'" Baku,   city"'),
    "a cell of spaces": GOOD.replace(b"Armenia,,", b"Armenia,  ,"),
}


@pytest.fixture
def actors(empty):
    path = empty.raw / "actors.csv"
    path.write_bytes(GOOD)
    return path


def run_format(tree, *options):
    return tree.run("format", "--raw", str(tree.raw), *options)


@pytest.mark.parametrize("data", MENDED.values(), ids=MENDED)
def test_it_mends_what_carries_no_meaning(empty, actors, data):
    actors.write_bytes(data)
    code, out, _ = run_format(empty, "--check")
    assert code == 1
    assert out.startswith("--- raw/actors.csv\n+++ raw/actors.csv (canonical)\n@@ ")
    assert actors.read_bytes() == data, "--check writes nothing"
    assert run_format(empty)[:2] == (0, "formatted raw/actors.csv\n")
    assert actors.read_bytes() == GOOD
    assert run_format(empty)[:2] == (0, "")
    assert run_format(empty, "--check")[:2] == (0, "")


def test_lone_cr_line_ends_are_mended(empty):
    path = empty.raw / "links.csv"
    path.write_bytes(b"from_id,relation,to_id\rEV-00001,response_to,EV-00002\r")
    assert run_format(empty)[0] == 0
    assert path.read_bytes() == b"from_id,relation,to_id\nEV-00001,response_to,EV-00002\n"


def test_columns_are_put_in_order(empty):
    path = empty.raw / "links.csv"
    path.write_bytes(b"to_id,from_id,relation\nEV-00002,EV-00001,response_to\n")
    assert run_format(empty)[0] == 0
    assert path.read_bytes() == b"from_id,relation,to_id\nEV-00001,response_to,EV-00002\n"


def test_decomposed_letters_are_composed(empty, actors):
    actors.write_bytes(GOOD.replace(b"Baku", "S\u0327us\u0327a".encode()))
    assert run_format(empty)[0] == 0
    assert actors.read_bytes() == GOOD.replace(b"Baku", "\u015eu\u015fa".encode())


KEPT = [
    "Baku\u00a0city",
    "Baku\tcity",
    "Ba\u200bku",
    "NA",
    "=1+1",
    "BAKU",
    "\u2003Baku",
    "1,234",
    "a\nb",
    'the "city"',
    "\u2028",
    "٣",
]


@pytest.mark.parametrize("value", KEPT, ids=map(ascii, KEPT))
def test_no_other_value_is_changed(empty, actors, value):
    spec = locate.spec()["actors"]
    names = [column.name for column in spec.raw_columns]
    row = dict.fromkeys(names) | {"actor_id": "baku", "name": value, "actor_class": "other"}
    actors.write_bytes(canonical_csv(spec, [row]))
    before = actors.read_bytes()
    assert run_format(empty)[0] == 0
    assert actors.read_bytes() == before


UNSAFE = {
    "csv-short-row": GOOD + b"csto,CSTO\n",
    "csv-long-row": GOOD.replace(b'"Baku, city"', b"Baku, city"),
    "csv-unclosed-quote": GOOD.replace(b'city"', b"city"),
    "csv-stray-quote": GOOD.replace(b"Armenia", b'Arm"enia'),
    "csv-text-after-quote": GOOD.replace(b'city"', b'city" town'),
    "csv-not-utf8": GOOD.replace(b"Armenia", b"Arm\xe9nia"),
    "csv-nul": GOOD.replace(b"Armenia", b"Arm\0nia"),
    "csv-utf16": GOOD.decode().encode("utf-16"),
    "csv-delimiter": GOOD.replace(b",", b";"),
    "csv-missing-column": GOOD.replace(b",website\n", b"\n").replace(b",\n", b"\n"),
    "csv-unknown-column": GOOD.replace(b"website\n", b"website,mine\n").replace(b",\n", b",,\n"),
    "csv-renamed-column": GOOD.replace(b",name,", b",Name,"),
    "csv-no-header": ROWS.encode(),
    "csv-blank-line": GOOD.replace(b"\nbaku", b"\n\nbaku"),
    "csv-empty-row": GOOD + b",,,,,,,,,,,,\n",
    "csv-line-ends": GOOD.replace(b"Armenia", b"Arm\renia"),
    "csv-empty": b"",
}


@pytest.mark.parametrize(("code", "data"), UNSAFE.items(), ids=UNSAFE)
def test_a_file_that_cannot_be_read_for_certain_is_left_alone(empty, actors, code, data):
    actors.write_bytes(data)
    (empty.raw / "links.csv").write_bytes(b"\xef\xbb\xbf" + LINKS.encode())
    assert f" {code}: " in run_format(empty, "--check")[1]
    exit_code, out, _ = run_format(empty)
    assert exit_code == 1
    assert f" {code}: " in out
    assert actors.read_bytes() == data
    assert (empty.raw / "links.csv").read_bytes() == LINKS.encode(), "the other files are formatted"


def test_a_link_in_a_files_place_is_not_followed(empty, tmp_path):
    path = empty.raw / "links.csv"
    path.rename(tmp_path / "elsewhere.csv")
    path.symlink_to(tmp_path / "elsewhere.csv")
    (tmp_path / "elsewhere.csv").write_bytes(b"\xef\xbb\xbf" + LINKS.encode())
    assert run_format(empty)[0] == 1
    assert (tmp_path / "elsewhere.csv").read_bytes() == b"\xef\xbb\xbf" + LINKS.encode()


def test_a_folder_that_does_not_exist_is_exit_2(empty):
    assert empty.run("format", "--raw", str(empty.root / "nowhere"))[0] == 2
    assert empty.run("format", "--check", "--raw", str(empty.root / "nowhere"))[0] == 2


def test_equal_keys_stay_in_their_order(empty, actors):
    data = f"{ACTORS}\nb,2,,,,,,,,,,,\nb,1,,,,,,,,,,,\na,3,,,,,,,,,,,\n".encode()
    actors.write_bytes(data)
    after = formatted(actors, locate.spec()["actors"]).after
    assert after == f"{ACTORS}\na,3,,,,,,,,,,,\nb,2,,,,,,,,,,,\nb,1,,,,,,,,,,,\n".encode()


def test_nothing_is_left_beside_the_folder(empty, actors):
    actors.write_bytes(b"\xef\xbb\xbf" + GOOD)
    run_format(empty)
    assert sorted(path.name for path in empty.root.iterdir()) == ["build", "raw"]
    assert len(list(empty.raw.iterdir())) == len(locate.spec().raw_tables)
