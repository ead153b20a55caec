# Every target makes .venv/ first and uses it. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest

.PHONY: build check gate site-test test test-main test-lowest docs bench fuzz lock clean venv venv-lowest

build: venv
	$(BIN)/caucasus-data build

check: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gate: venv
	$(BIN)/python -m caucasus_data.gate

test: check test-main test-lowest

test-main: venv
	$(BIN)/python -m pytest -n auto

test-lowest: venv-lowest
	$(LOWEST)/bin/python -m pytest tests/package/test_load.py tests/spec

docs: venv
	$(BIN)/python -m caucasus_data.gate --write
	$(BIN)/python -m caucasus_data.plot.gallery --out docs/gallery

bench: venv
	$(BIN)/python -m compileall -q caucasus_data $(VENV)/lib > /dev/null || true
	$(BIN)/python -m benchmarks

fuzz: venv
	CAUCASUS_FUZZ_EXAMPLES=2000 $(BIN)/python -m pytest tests/fuzz

# in a real browser: needs chromium (Debian's package, or CAUCASUS_CHROMIUM) and npm
site-test: venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "playwright>=1.49"
	npm install --silent --prefix .axe axe-core@4
	$(BIN)/python -m pytest tests/site

venv: $(VENV)/.stamp
venv-lowest: $(LOWEST)/.stamp

$(VENV)/.stamp: requirements-dev.lock requirements-schemas.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --require-hashes --no-deps --target $(VENV)/schemas -r requirements-schemas.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(LOWEST)/.stamp: requirements-lowest.lock pyproject.toml
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lowest.lock
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra dev -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --resolution lowest-direct --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra test -o requirements-lowest.lock pyproject.toml

clean:
	rm -rf $(VENV) $(LOWEST) build/dev
