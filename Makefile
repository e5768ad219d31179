# `make` alone lists the targets. Everything is built into .venv from the lock files (docs/decisions/0001).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

BIN := .venv/bin
UV ?= uv
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--python-version 3.11 --custom-compile-command "make lock" pyproject.toml --group build

N ?= 2000
MUTATED ?= payment ledger order subscription access node steps

# The tests start many processes, which share their bytecode also where the environment forbids Python to write any.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo init run test unit check lint architecture services coverage bench crash moves scan walks hostile cuts broadcast restore codec mutants pictures lock audit pin-images release clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- the usual targets ----

setup: .venv/.dev ## Build .venv with everything for development

demo: .venv/.runtime ## Try the whole shop in a browser: no token, no Docker, no database
	@$(BIN)/orbit demo

init: .venv/.runtime ## Ask what a real shop needs, look at it live, and write its settings
	@$(BIN)/orbit init

run: .venv/.runtime ## Run the real bot on its embedded database (after make init)
	@$(BIN)/orbit run

test: services ## Check everything and run every test, side by side
	@$(MAKE) --no-print-directory lint & lint=$$!; \
	tests=0; $(BIN)/pytest -q -n 5 --dist worksteal || tests=$$?; \
	wait $$lint || { echo 'make lint failed: its words stand above.' >&2; exit 1; }; \
	exit $$tests

# ---- parts of make test ----

unit: .venv/.dev ## The fast tests only: no network, no servers
	@$(BIN)/pytest -q -n 2 tests/unit

check: lint architecture ## Style, types, dependencies, boundaries and the rules of the architecture

lint: .venv/.dev
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { \
		echo 'Some files are not formatted. Next: $(BIN)/ruff format' >&2; exit 1; }
	@$(BIN)/mypy
	@output=$$($(BIN)/lint-imports 2>&1) || { echo "$$output" >&2; exit 1; }
	@output=$$($(BIN)/deptry src 2>&1) || { echo "$$output" >&2; exit 1; }

architecture: .venv/.dev
	@$(BIN)/pytest -q tests/unit/architecture

services: .venv/.dev
	@scripts/test_tools.sh

# ---- measurements ----

coverage: .venv/.dev ## Branch coverage of the domain by the unit tests
	@$(BIN)/coverage run --source=src/orbit_domain -m pytest -q tests/unit
	@$(BIN)/coverage report

bench: .venv/.dev ## Measure speed (benchmarks/)
	@$(BIN)/python -m benchmarks

crash: .venv/.dev ## Crash the shop N times on PostgreSQL (N=50000: the full run)
	@$(BIN)/python -m tests.integration.faults.crash_points --points $(N)

moves: .venv/.dev services ## Crash at every call of an evacuation and of a mending, on PostgreSQL
	@ORBIT_TEST_MOVES_EVERY=1 $(BIN)/pytest -q -s -n 0 tests/integration/faults/crash_points/test_moves_on_postgres.py

scan: N = 20000
scan: .venv/.dev ## Read and book N transfers from an index that loses, repeats and lies (N=1000000: the full run)
	@$(BIN)/python -m tests.integration.ton.scan_marathon --transfers $(N)

walks: N = 200
walks: .venv/.dev ## Walk N times at random through a shop with every way to pay, its faults and crashes (N=600: every call)
	@$(BIN)/python -m tests.integration.all_gateways --walks $(N)

hostile: N = 100000
hostile: .venv/.dev ## Send N forged, recorded and malformed calls to all webhooks of a shop, and N to its subscription links
	@ORBIT_TEST_HOSTILE_CALLS=$(N) $(BIN)/pytest -q -s -n 0 -k 'accepted or opens_a_link' \
		tests/integration/all_gateways/test_hostile_calls.py tests/integration/subscription_links/test_hostile_requests.py

cuts: N = 10000
cuts: .venv/.dev ## Let three panels do N changes whose answers are lost, and look for a second account
	@ORBIT_TEST_CUT_ANSWERS=$(N) $(BIN)/pytest -q -s -n 0 tests/integration/panels/test_accept_then_cut.py

broadcast: N = 100000
broadcast: .venv/.dev ## Write to N customers in virtual time, with ten kills in the middle, and count what each got and when
	@ORBIT_TEST_BROADCAST=$(N) $(BIN)/pytest -q -s -n 0 -k whatever_dies tests/unit/use_cases/test_broadcasts.py

restore: N = 1000
restore: services ## Lose a shop with N payments after its backup, and restore it: SQLite from a bucket, PostgreSQL beside its folder
	@ORBIT_TEST_PAYMENTS_SINCE=$(N) $(BIN)/pytest -q -s -n 0 tests/integration/backup/test_lost_shop.py

codec: N = 1000
codec: .venv/.dev ## Read N cells and 10 N damaged strings as pytoniq-core does (N=10000: the full run)
	@$(BIN)/python -m tests.unit.ton.codec_agreement --cells $(N) --mutated $$(($(N) * 10))

mutants: .venv/.dev ## Mutate the domain's rules, list the mutants that no test found, count all (an hour)
	@rm -rf mutants
	@$(BIN)/mutmut run $(MUTATED:%='orbit_domain.%.*')
	@$(BIN)/mutmut results
	@$(BIN)/mutmut export-cicd-stats
	@cat mutants/mutmut-cicd-stats.json

pictures: .venv/.dev services ## Take the README's screenshots again
	@PYTHONPATH=. $(BIN)/python scripts/pictures.py
	@PYTHONPATH=. $(BIN)/python scripts/opening_page_picture.py

# ---- housekeeping ----

lock: ## Resolve the dependencies and pin them by hash (needs uv)
	@command -v $(UV) >/dev/null || { \
		echo 'uv was not found. Next: pip install uv, or make lock UV=/path/to/uv' >&2; exit 1; }
	@$(LOCK) -o requirements.lock
	@$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

audit: .venv/.dev ## Ask for published advisories about the packages that run (3: they weren't reached)
	@$(BIN)/python scripts/audit.py

pin-images: ## Pin every base image by its digest of today (needs docker or skopeo)
	@scripts/pin_images.sh

release: .venv/.dev ## Build sdist, wheel, bill of materials and hashes of the last commit into dist/
	@scripts/release.sh

clean: ## Remove .venv, caches and reports; the data of a shop stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage mutants dist build
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runtime: requirements.lock pyproject.toml
	@scripts/setup.sh runtime

.venv/.dev: requirements-dev.lock requirements.lock pyproject.toml
	@scripts/setup.sh dev
