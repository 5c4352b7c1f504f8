# Everything a fresh machine needs is set up by the targets themselves: Python ≥ 3.11, git and make.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install run test coverage test-browser check bench soak lock docs translations

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) ## Set up the environment in .venv, and nothing else

$(READY): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "PaperPicks needs Python 3.11 or newer, and none is on the path."; exit 1; }
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV)
	@echo "Installing packages…"
	@uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@uv pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages (about a minute)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
endif
	@$(BIN)/pybabel --quiet compile --domain paperpicks --directory bot/locale
	@touch $@

run: $(READY) ## Start PaperPicks: Telegram with TELEGRAM_BOT_TOKEN set (in .env, say)
	@$(BIN)/paperpicks run

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -n auto

coverage: $(READY) ## Run the tests and say what they leave out; takes nearly twice as long
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered --cov-fail-under=90

test-browser: $(READY) ## Drive the chat page in Chromium, which is installed where the system allows
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m pytest tests/browser -n auto

check: $(READY) ## Format, lint, types, names, import contracts, texts, migrations, map, audit
	@$(BIN)/ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo > $(VENV)/contracts.log || { cat $(VENV)/contracts.log; exit 1; }
	@tail -n 3 $(VENV)/contracts.log
	@$(BIN)/python -m tests.checks.translations
	@$(BIN)/python -m tests.checks.catalogs
	@$(BIN)/python -m tests.checks.migrations
	@$(BIN)/python -m tests.checks.dependencies
	@$(BIN)/python -m tests.checks.architecture
	@$(BIN)/python -m tests.checks.names

soak: $(READY) ## Kill the bot again and again, alone and in parts, and live through a year (an hour)
	@$(BIN)/python -m tests.soak

bench: $(READY) ## Measure speed and memory, as ratios where it can be (half an hour)
	@$(BIN)/python -m tests.bench

docs: $(READY) ## Draw the map of the code in docs/architecture.md
	@$(BIN)/python -m tests.checks.architecture --write

translations: $(READY) ## Collect the texts that readers see for translators
	@$(BIN)/pybabel --quiet extract --no-location --sort-output --project PaperPicks --version 0 \
		--copyright-holder "The PaperPicks authors" --msgid-bugs-address "the issue tracker" \
		--keywords "gettext ngettext:1,2" --output bot/locale/paperpicks.pot bot
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --domain paperpicks \
		--input-file bot/locale/paperpicks.pot --output-dir bot/locale
	@$(BIN)/pybabel --quiet compile --domain paperpicks --directory bot/locale

lock: ## Resolve the packages anew into requirements*.txt (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-strip-extras --upgrade pyproject.toml --output-file requirements.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-strip-extras --upgrade --extra dev pyproject.toml --output-file requirements-dev.txt
	@printf 'babel\nsetuptools\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --constraint requirements-dev.txt - \
		--output-file requirements-build.txt
