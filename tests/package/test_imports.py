"""What an import costs: users of ``load`` pay for pandas and pyarrow only."""

import subprocess
import sys


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_neither_pandas_nor_typing() -> None:
    fresh = loaded_after("pass")
    found = loaded_after("import caucasus_data") - fresh
    assert not found & {"pandas", "numpy", "pyarrow", "typing", "click", "json", "pathlib"}
    assert {name for name in found if name.startswith("caucasus_data")} == {
        "caucasus_data",
        "caucasus_data._version",
    }


def test_load_imports_no_validator() -> None:
    found = loaded_after("import caucasus_data as cd; cd.load('events')")
    assert {"pandas", "pyarrow"} <= found
    assert not found & {
        "pandera",
        "frictionless",
        "polars",
        "yaml",
        "duckdb",
        "altair",
        "pyarrow.dataset",
        "rich",
    }


def test_load_of_arrow_needs_no_pandas() -> None:
    found = loaded_after("import caucasus_data as cd; cd.load('events', engine='pyarrow')")
    assert "pandas" not in found


def test_the_command_line_imports_only_what_it_runs() -> None:
    found = loaded_after(
        "import caucasus_data.commands as c\ntry:\n c.group.main(['explain', 'type-edtf'], standalone_mode=False)\nexcept SystemExit: pass"
    )
    assert not found & {"pandas", "pandera", "pyarrow", "frictionless"}


def test_dir_lists_the_public_names() -> None:
    import caucasus_data as cd

    assert {
        "load",
        "tables",
        "codebook",
        "schema",
        "memberships_at",
        "casualty_ranges",
        "sources_of",
        "cite",
        "version",
    } <= set(dir(cd))
    for name in dir(cd):
        assert getattr(cd, name) is not None
