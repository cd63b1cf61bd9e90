# Everything runs from a virtual environment that these targets make themselves; `make` alone lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Which pinned set `install` brings: runtime, embedded (adds the Temporal server) or dev (adds the test tools).
GROUP  ?= embedded
ARGS   ?=
# Test processes: much of what they do is waiting for servers, so one more than there are processors.
JOBS   ?= $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)
FILE   ?= examples/all-well.yaml
export PATH := $(abspath $(BIN)):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help install install-dev rehearse demo dev test unit fuzz node-clients bench-sandbox lint format histories \
	lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(VENV)/$(GROUP).stamp ## make the virtual environment with the pinned packages (GROUP=runtime|embedded|dev)

$(VENV)/%.stamp: requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=python3.x" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "no virtual environment can be made: on Debian and Ubuntu 'apt install python3-venv'" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

install-dev: ## the same with the test tools
	@$(MAKE) --no-print-directory install GROUP=dev

rehearse: install ## play a filing's whole life in seconds before it is submitted (FILE=app.yaml)
	@$(BIN)/python starter.py rehearse $(FILE) $(ARGS)

demo: install ## file the examples on the embedded engine and watch (ARGS=--exit ends by itself)
	@$(BIN)/python starter.py demo $(ARGS)

dev: install ## the embedded stack in the foreground at demo pace: Temporal, Web UI, sandbox, worker
	@$(BIN)/python worker.py --embedded --pace demo $(ARGS)

test: install-dev lint unit ## lint, type-check and test

unit: install-dev ## the tests alone
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

fuzz: install-dev ## 50,000 hostile requests to a sandbox of their own (ARGS="--requests N --seed N")
	@$(BIN)/python -m tests.sandbox.fuzzing $(ARGS)

node-clients: install-dev ## run clients from npm against the sandbox; needs Node.js
	@command -v npm >/dev/null || { echo "npm is needed: install Node.js" >&2; exit 1; }
	cd tests/sandbox/node_clients && npm ci --ignore-scripts --no-audit --no-fund
	@$(BIN)/python -m pytest tests/sandbox/test_node_clients.py $(ARGS)

bench-sandbox: install-dev ## signed reads of the sandbox as a share of a route that does nothing
	@$(BIN)/python -m bench.sandbox_reads $(ARGS)

lint: install-dev ## ruff, mypy --strict, import-linter, temporalint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/temporalint workflows activities

format: install-dev ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

histories: install-dev ## save the histories of the test lives anew, for replays
	@$(BIN)/python -m tests.workflows.save_histories

lock: install-dev ## pin all packages anew within the ranges of pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 pyproject.toml -o requirements/runtime.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra embedded pyproject.toml -o requirements/embedded.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra embedded --extra dev pyproject.toml -o requirements/dev.txt

clean: ## remove what was built and cached; keeps .data
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
