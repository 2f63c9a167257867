# Two commands do everything on a fresh machine: `make up` and `make test`.
# They need Python 3.11 or newer and make; the rest is installed into .venv.
PYTHON ?= python3
STACK ?= local
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install -q --compile-bytecode
LOCK := $(UV) pip compile -q --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url

.PHONY: up preview drain down status test check format inventory bench mutants search lock help

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*##/\t/' | expand -t 12

up: $(VENV)/.run  ## the main job: deploy, train, gate, serve a prediction on the local stack
	$(BIN)/mlp up --stack $(STACK)

preview: $(VENV)/.run  ## what `make up` would change
	$(BIN)/mlp preview --stack $(STACK)

status: $(VENV)/.run  ## what is deployed, running and serving
	$(BIN)/mlp status --stack $(STACK)

drain: $(VENV)/.run  ## cancel, undeploy and delete what jobs made
	$(BIN)/mlp drain --stack $(STACK)

down: $(VENV)/.run  ## drain, destroy, and prove that nothing is left
	$(BIN)/mlp down --stack $(STACK)

test: check  ## lint, types and all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev  ## lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright

format: $(VENV)/.dev  ## rewrite in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

inventory: $(VENV)/.run  ## rewrite inventory/ and docs/graph.md from the graph
	$(BIN)/mlp graph --inventory

bench: $(VENV)/.dev  ## measure, and write the table of docs/benchmarks.md
	$(BIN)/python -m benchmarks

mutants: $(VENV)/.dev  ## negate conditions one at a time: how many does a test notice?
	$(BIN)/python -m tests.mutants

search: $(VENV)/.dev  ## property-based tests with examples that no run had before, and more of them
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n auto -m hypothesis

lock: $(VENV)/.setup  ## resolve all groups together, then write one hashed lock per group
	$(LOCK) pyproject.toml --group jobs --group dev --group spark --group automation --group setup -o $(VENV)/union.txt
	$(LOCK) pyproject.toml -c $(VENV)/union.txt --generate-hashes -o requirements.txt
	$(LOCK) --group scan --generate-hashes -o requirements-scan.txt
	for group in jobs dev spark automation setup; do \
	  $(LOCK) --group $$group -c $(VENV)/union.txt --generate-hashes -o requirements-$$group.txt || exit 1; \
	done

# pip stays in the environment: the official CLI lists the installed packages with it.
$(VENV)/.setup: requirements-setup.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements-setup.txt
	touch $@

$(VENV)/.run: $(VENV)/.setup requirements.txt requirements-jobs.txt pyproject.toml
	@echo "installing the program and the jobs into $(VENV) (once, about a minute)"
	$(INSTALL) --require-hashes -r requirements.txt -r requirements-jobs.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q automation catalog infra jobs localcloud ops policy
	touch $@

# Spark is for one test, which needs Java too.
$(VENV)/.dev: $(VENV)/.run requirements-dev.txt requirements-spark.txt
	$(INSTALL) --require-hashes -r requirements-dev.txt
	if command -v java >/dev/null; then $(INSTALL) --require-hashes -r requirements-spark.txt; fi
	touch $@
