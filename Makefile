# make demo   set up and grade one example class per sheet
# make test   set up and run the tests
# Everything lives in .venv; `make clean` removes it.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
WORKERS ?= 2
PEERS ?= .venv-peers
ROUNDS ?= 3
MINUTES ?= 10
SEED ?= 1
SEEDS ?= 2

.PHONY: setup check format test audit repeat rates renaming properties fuzz hostile kills bench bench-peers demo session docs schema clean help

help:
	@sed -n '1,3p' Makefile; grep -oE '^[a-z-]+:' Makefile | tr -d : | sort | xargs echo targets:

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

# Slow: every notebook that rests on chance under 20 seeds, about an hour on two cores.
repeat: setup
	$(BIN)/grader audit --repeat 20

# Stated error rates of criteria on chance, on as many hand-ins as the rubrics say.
rates: setup
	$(BIN)/grader audit --rates 1000000

hostile: setup
	$(BIN)/grader audit --hostile --level all

# SIGKILL at random moments of batches of forty, each resumed and compared: ten minutes.
KILLS ?= 50

kills: setup
	$(BIN)/python -m tests.pipeline.killing $(KILLS)

renaming: setup
	$(BIN)/python -m grader.audit.renaming

# Slow: every reference written anew in ways no marker would notice, and graded.
properties: setup
	$(BIN)/python -m tests.find.properties --seeds $(SEEDS)

fuzz: setup
	$(BIN)/python -m tests.fuzz.notebooks --minutes $(MINUTES) --seed $(SEED)
	$(BIN)/python -m tests.fuzz.typed --minutes $(MINUTES) --seed $(SEED)

bench: setup
	$(BIN)/python bench/throughput.py --rounds $(ROUNDS)
	$(BIN)/python bench/box.py
	$(BIN)/python bench/light.py

bench-peers: setup $(PEERS)/.ready
	$(BIN)/python bench/throughput.py --rounds $(ROUNDS) --peers $(PEERS)/bin/nbgrader

$(PEERS)/.ready:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet nbgrader
	@touch $@

# One example class per sheet; `make demo-mlph-sheet07` grades that class alone.
SHEETS = $(filter $(notdir $(wildcard submissions/*)),$(basename $(notdir $(wildcard rubrics/*.yaml))))

demo: $(addprefix demo-,$(SHEETS))

demo-%: setup
	$(BIN)/grader grade submissions/$* --timeout 60 --total 300 --i-trust-these-notebooks \
		--out results/$*/demo

session: setup
	@mkdir -p results
	@$(MAKE) --silent demo-mlph-sheet07 > results/session.txt
	@$(BIN)/python -m grader.cli.session README.md < results/session.txt

docs: setup
	$(BIN)/python -m grader.cli.pages
	$(BIN)/python -m grader.cli.covering
	$(BIN)/python -m grader.rubric.schema

schema: setup
	$(BIN)/python -m grader.rubric.schema

clean:
	rm -rf $(VENV) $(PEERS) results .mypy_cache .ruff_cache .pytest_cache
