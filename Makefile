# Every command a person or CI needs. `make help` lists them; ARGS="…" is passed on.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
CODE := okrproject conversations knowledge profiling tests manage.py
SHIPPED := okrproject conversations knowledge profiling deploy manage.py
XDIST ?= -n 2 --dist loadgroup

.PHONY: help demo up test check lint bench capacity evaluate renewal soak lock openapi install clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.runtime ## the whole system and a real conversation; ARGS=--once ends after it
	@exec $(BIN)/python manage.py demo $(ARGS)

up: .venv/.runtime ## the whole system without the demonstration; ARGS="--port 9000 …"
	@exec $(BIN)/python manage.py up $(ARGS)

backup: .venv/.runtime ## the database in one file, in var/backups; ARGS=FILE names another place
	@$(BIN)/python manage.py backup $(ARGS)

restore: .venv/.runtime ## bring a backup back: ARGS="FILE [--force]"
	@$(BIN)/python manage.py restore $(ARGS)

test: .venv/.dev ## every test, on servers of its own; ARGS="-k name" chooses
	@bash deploy/browser.sh
	@bash deploy/promtool.sh
	@bash deploy/test.sh $(XDIST) $(ARGS)

# The import contracts, the migrations check and the comparison of docs/openapi.yaml with the
# code are tests as well, so they run in `test` and need no server started beside it.
check: lint test ## everything CI calls: ruff, mypy, bandit, pip-audit, contracts, migrations, OpenAPI, tests

lint: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(CODE)
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium $(SHIPPED) \
		2> >(sed '/no failed test/d' >&2)
	@bash deploy/audit.sh

bench: .venv/.dev ## the benchmarks: a table, and var/bench/*.json
	@$(BIN)/python -m tests.benchmarks $(ARGS)

evaluate: .venv/.runtime ## the golden set against the configured API (a running stack's, or none); ARGS="--judge …"
	@$(BIN)/python manage.py evaluate $(ARGS)

capacity: .venv/.dev ## measure what this machine holds; writes the README's table and docs/performance/capacity
	@$(BIN)/python -m tests.benchmarks service throughput capacity job_cpu
	@$(BIN)/python -m tests.benchmarks.capacity_report

renewal: .venv/.dev ## three renewals of a running stack under load
	@OKR_RENEWAL=1 $(BIN)/python -m pytest tests/acceptance/test_renewal.py $(ARGS)

soak: .venv/.dev ## 10,000 messages while everything breaks by a seeded schedule; ARGS="--messages 500 --write"
	@$(BIN)/python -m tests.soak $(ARGS)

openapi: .venv/.dev ## write docs/openapi.yaml anew
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

lock: .venv/.dev ## lock the dependencies of pyproject.toml anew, with hashes
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --python-version 3.11 --universal \
		pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --python-version 3.11 --universal \
		pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

install: .venv/.dev ## .venv with everything a developer needs

clean: ## remove .venv and the data of local stacks
	@if [ -f var/postgres-home ]; then rm -rf "$$(cat var/postgres-home)"; fi
	@rm -rf .venv var

.venv/.runtime: requirements.txt deploy/install.sh
	@PYTHON="$(PYTHON)" bash deploy/install.sh requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt deploy/install.sh
	@PYTHON="$(PYTHON)" bash deploy/install.sh requirements-dev.txt
	@touch $@ .venv/.runtime
