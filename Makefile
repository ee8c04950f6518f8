# make demo   set up and grade the example class
# make test   set up and run the tests
# Everything lives in .venv; `make clean` removes it.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
WORKERS ?= 2

.PHONY: setup check format test audit bench demo session docs schema clean help

help:
	@sed -n '1,3p' Makefile; grep -oE '^[a-z]+:' Makefile | tr -d : | sort | xargs echo targets:

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[kernel,dev]'
	@touch $(READY)

check: setup
	$(BIN)/ruff format --check grader tests
	$(BIN)/ruff check grader tests
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

format: setup
	$(BIN)/ruff format grader tests
	$(BIN)/ruff check --fix grader tests

test: setup
	$(BIN)/python -m pytest -n $(WORKERS)

audit: setup
	$(BIN)/grader audit

bench: setup
	$(BIN)/python bench/throughput.py

demo: setup
	$(BIN)/grader grade submissions/mlph-sheet07 --timeout 60 --total 300 \
		--out results/mlph-sheet07/demo

session: setup
	@mkdir -p results
	@$(MAKE) --silent demo > results/session.txt
	@$(BIN)/python -m grader.cli.session README.md < results/session.txt

docs: setup
	$(BIN)/python -m grader.cli.pages
	$(BIN)/python -m grader.rubric.schema

schema: setup
	$(BIN)/python -m grader.rubric.schema

clean:
	rm -rf $(VENV) results .mypy_cache .ruff_cache .pytest_cache
