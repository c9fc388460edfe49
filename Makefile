# Everything runs in .venv, which is made on first use.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LIMIT  ?= 50
# Two for each core: tests wait for servers and processes half of their time.
JOBS   ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
ALL    := -n $(JOBS) --dist worksteal
ARGS   ?= $(ALL) -m "not long"

.PHONY: crawl test test-long compiled lint docs clean

crawl: $(VENV)/installed
ifdef URL
	$(BIN)/newscrawl crawl --limit $(LIMIT) $(URL)
else
	$(BIN)/newscrawl sample crawl
endif

test: compiled
	$(BIN)/python -m pytest -q $(ARGS)

# The tests that are marked so: weeks in simulated time, commands killed at many moments, guides followed.
test-long: compiled
	$(BIN)/python -m pytest -q $(ALL) -m long

# Once, and not by each worker of the suite and each process that it starts.
compiled: $(VENV)/installed-test
	$(BIN)/python -m compileall -q -j 0 newscrawl

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.lint_prose

# The site in site/, as files that need no server. Every link is checked.
docs: $(VENV)/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[reader]'
	touch $@

$(VENV)/installed-test $(VENV)/installed-dev $(VENV)/installed-docs: $(VENV)/installed-%: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	touch $@

clean:
	rm -rf $(VENV) build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
