# One command each: set up, demo, check, test. Needs python3 with pip, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install -q --require-hashes --only-binary :all:
DEMO ?= demo

.PHONY: demo test test-full eval-read eval-copies check setup setup-test lock format figures docs clean

setup: .stamps/core
setup-test: .stamps/test

# A venv without its own pip works where Debian's python3-venv is missing; pip acts on it from outside.
$(BIN)/python:
	$(PYTHON) -m venv --without-pip $(VENV)

.stamps/core: requirements/core.txt pyproject.toml | $(BIN)/python
	$(PIP) -r requirements/core.txt
	$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install -q --no-deps --no-build-isolation --no-index -e .
	@mkdir -p .stamps && touch $@

# pdqhash, the oracle for our PDQ, comes as source: tools/debian-packages brings what compiles it. So does docopt (pure Python).
.stamps/test: requirements/test.txt tools/debian-packages .stamps/core
	sh tools/debian-packages
	$(PIP) --no-binary pdqhash --no-binary docopt -r requirements/test.txt
	@mkdir -p .stamps && touch $@

demo: .stamps/core
	$(BIN)/counterclaim demo --into $(DEMO)

check: .stamps/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house -x

test: .stamps/test
	$(BIN)/pytest

test-full: .stamps/test
	COUNTERCLAIM_TEST_SIZE=full $(BIN)/pytest tests --timeout 7200 --result-file=docs/results/test-full.txt

eval-read: .stamps/test
	$(BIN)/python tools/eval_read.py --result-file docs/results/eval-read.txt

eval-copies: .stamps/test
	$(BIN)/python tools/eval_copies.py --result-file docs/results/eval-copies.txt

figures: .stamps/test
	$(BIN)/python tools/readme_figures.py

docs: .stamps/test
	$(BIN)/python tools/picture_dossier.py

format: .stamps/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock holds hashes for every platform and writes no index address.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group build pyproject.toml -o requirements/core.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group build --group test --extra web --extra ocr --extra en --extra ru pyproject.toml -o requirements/test.txt

clean:
	rm -rf $(VENV) .stamps $(DEMO)
