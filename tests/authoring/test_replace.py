"""Several files change together or not at all, even if the run is cut off."""

from pathlib import Path

import pytest

from caucasus_data.authoring.replace import digest, finish, locked, replace_files, staging
from caucasus_data.errors import BrokenData

OLD = {"a.csv": b"a\n1\n", "b.csv": b"b\n1\n"}
NEW = {"a.csv": b"a\n2\n", "b.csv": b"b\n2\n"}


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, data in OLD.items():
        (folder / name).write_bytes(data)
    return folder


def seen(raw):
    return {name: digest(raw / name) for name in OLD}


def held(raw):
    return {path.name: path.read_bytes() for path in sorted(raw.iterdir())}


def cut_off(monkeypatch, after):
    """Let the process 'die' at the rename number ``after``, without any clean-up."""
    done = []
    rename = Path.replace

    def replace(self, target):
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(self)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_all_files_change(raw):
    replace_files(raw, NEW, seen(raw))
    assert held(raw) == NEW
    assert [path.name for path in raw.parent.iterdir()] == ["raw"]


def test_cut_off_before_the_journal_nothing_changes(raw, monkeypatch):
    cut_off(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        replace_files(raw, NEW, seen(raw))
    monkeypatch.undo()
    with locked(raw):
        assert held(raw) == OLD


@pytest.mark.parametrize("renamed", [1, 2])
def test_cut_off_between_files_the_next_run_finishes(raw, monkeypatch, renamed):
    cut_off(monkeypatch, renamed)
    with pytest.raises(KeyboardInterrupt):
        replace_files(raw, NEW, seen(raw))
    monkeypatch.undo()
    assert held(raw) != NEW
    with locked(raw):
        assert held(raw) == NEW
    assert [path.name for path in raw.parent.iterdir()] == ["raw"]


def test_an_edit_after_a_cut_off_is_not_overwritten(raw, monkeypatch):
    cut_off(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        replace_files(raw, NEW, seen(raw))
    monkeypatch.undo()
    (raw / "b.csv").write_bytes(b"by hand\n")
    with pytest.raises(BrokenData, match=r"b\.csv was changed since"):
        finish(raw)
    assert (raw / "b.csv").read_bytes() == b"by hand\n"
    assert (staging(raw) / "b.csv").read_bytes() == NEW["b.csv"]


def test_a_file_changed_meanwhile_is_not_overwritten(raw):
    before = seen(raw)
    (raw / "b.csv").write_bytes(b"by hand\n")
    with pytest.raises(BrokenData, match="nothing is written"):
        replace_files(raw, NEW, before)
    assert held(raw) == OLD | {"b.csv": b"by hand\n"}


def test_file_modes_are_kept(raw):
    (raw / "a.csv").chmod(0o640)
    replace_files(raw, NEW, seen(raw))
    assert (raw / "a.csv").stat().st_mode & 0o777 == 0o640
