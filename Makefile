# What one does with this project. `make` alone lists it; ARGS goes to pytest, as in `make test ARGS=tests/jobs`.

PYTHON ?= python3
VENV ?= .venv
# Three tests at a time on two cores: many wait for a process or a clock.
PROCESSES ?= 3

BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes
BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed

# Tests that need a program which this machine lacks are left out, and that is said.
CHROMIUM := $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name))))
# Looked up when they are used, after `npm` has had its turn.
MISSING = $(strip $(shell [ -d tests/clients/node_modules ] && command -v node >/dev/null || echo node) $(if $(CHROMIUM),,browser))
SPACE := $(subst ,, )
MARKS = $(if $(MISSING),-m "not ($(subst $(SPACE), or ,$(MISSING)))")
PYTEST = $(PY) -m pytest -q -n $(PROCESSES) --dist loadfile $(MARKS) $(ARGS)

SERVICES_DATABASE_URL := $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)
SERVICES_REDIS_URL := $(or $(REDIS_URL),redis://127.0.0.1:6379/9)
WITH_SERVICES := DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL)

.DEFAULT_GOAL := help
.PHONY: npm help run test check fuzz bench documents services services-answer clean lock say-missing

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(BASE) ## set up on first use, then serve everything on this machine; Ctrl-C ends it
	@$(PY) manage.py prepare && exec $(PY) manage.py serve

test: $(DEV) npm say-missing ## run the tests on SQLite, within this machine alone
	@env -u DATABASE_URL -u REDIS_URL $(PYTEST)

services: $(DEV) npm say-missing services-answer ## run the same tests on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
	@$(WITH_SERVICES) $(PYTEST)

check: $(DEV) ## lint, types, arrows between packages, migrations, and the contract with the log of its changes
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@env -u DATABASE_URL -u REDIS_URL $(PY) manage.py makemigrations --check --dry-run
	@env -u DATABASE_URL -u REDIS_URL $(PY) manage.py export_schema --check
	@echo "check: everything is in order"

fuzz: $(DEV) ## send 20,000 generated requests, and compare 15,000 planned answers with graphql-core's
	@env -u DATABASE_URL -u REDIS_URL FUZZ_OPERATIONS=20000 PLAN_EXAMPLES=1000 \
		$(PY) -m pytest -q -s tests/schema/fuzz tests/schema/plans/test_same_answer.py $(ARGS)

bench: $(DEV) ## measure what bench/ measures, beside peers that it installs; ARGS goes to bench/feed, as in ARGS=--quick
	@set -e; for script in bench/*.py; do echo "$$script"; $(PY) "$$script"; done
	@echo bench/feed; $(PY) -m bench.feed $(ARGS)
	@echo bench/feed/growth; $(PY) -m bench.feed.growth

documents: $(BASE) ## collect a client's documents into a manifest, as in `make documents CLIENT=../app OUT=app.json`
	@[ -n "$(CLIENT)" ] || { echo "make documents CLIENT=folder [OUT=documents.json]"; exit 1; }
	@$(PY) manage.py collect_documents $(CLIENT) --out $(or $(OUT),documents.json)

lock: ## pin requirements/*.in again, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: $(PYTHON) -m pip install uv"; exit 1; }
	@for name in base tracing dev; do $(COMPILE) requirements/$$name.in -o requirements/$$name.txt; done
	@$(COMPILE) --no-deps requirements/data.in -o requirements/data.txt
	@for peer in graphene strawberry; do $(COMPILE) $(PEERS)/$$peer/requirements.in -o $(PEERS)/$$peer/requirements.txt; done
	@! command -v npm >/dev/null || \
		npm install --prefix $(PEERS)/mercurius --package-lock-only --omit-lockfile-registry-resolved --silent

clean: ## remove what was built and installed; the data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov bench/out
	@rm -rf tests/clients/node_modules
	@find backend media tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

PEERS := bench/feed/peers
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

services-answer: $(DEV)
	@$(WITH_SERVICES) $(PY) tests/services_answer.py

# npm's own client is tested too, where node and npm are there.
npm:
	@[ -d tests/clients/node_modules ] || ! command -v npm >/dev/null || \
		npm ci --prefix tests/clients --silent --no-audit --no-fund >/dev/null 2>&1 || \
		echo "npm could not install tests/clients: tests with npm's client are left out"

say-missing:
	@[ -z "$(MISSING)" ] || echo "left out, as this machine lacks what they need: tests marked $(MISSING)"

$(PY):
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更新版本，例如 make run PYTHON=python3.12"; \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt requirements/data.txt | $(PY)
	@echo "正在安装依赖 installing packages…"
	@$(PIP) -r requirements/base.txt
	@$(PIP) --no-deps -r requirements/data.txt
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	@echo "正在安装开发依赖 installing packages for development…"
	@$(PIP) -r requirements/dev.txt
	@touch $@
