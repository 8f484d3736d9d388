# Every target makes and uses a private environment; nothing is installed outside this folder.
# Another Python: make PYTHON=python3.13 test.  Newest versions of everything: make CONSTRAINTS= test.

PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
VENV := .venv
BIN := $(VENV)/bin
export CONSTRAINTS
export NO_MKDOCS_2_WARNING := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

install = @$(PYTHON) tools/environment.py $(VENV)

.DEFAULT_GOAL := help
.PHONY: help demo test slow coverage lint format types layers docs papers docs-serve wheel check bench bench-nuts constraints clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo:  ## fit the models to the CDNOW sample and write relmodels-report.html
	$(install) '.[report]'
	@$(BIN)/relmodels demo

test:  ## all tests but the slow ones
	$(install) '.[test]'
	@$(BIN)/python -m pytest -q

slow:  ## the slow tests: recovery of parameters and long runs
	$(install) '.[test]'
	@$(BIN)/python -m pytest -q -m slow

coverage:  ## the same tests, with the lines and branches they miss
	$(install) '.[test]'
	@$(BIN)/python -m pytest -q --cov --cov-report=term --cov-fail-under=95

lint:  ## style and format, without changing anything
	$(install) '.[check]'
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format:  ## format, and mend what can be mended
	$(install) '.[check]'
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types:  ## both type checkers
	$(install) '.[check]'
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python

layers:  ## arrows between rooms point down only
	$(install) '.[test]'
	@$(BIN)/lint-imports --no-logo

docs:  ## the documentation, into site/
	$(install) '.[docs]'
	@$(BIN)/mkdocs build --strict --quiet
	@echo "the documentation is in site/index.html"

papers:  ## write the pages of papers and of taxonomies anew
	$(install) '.[docs]'
	@$(BIN)/python -m tools.papers_page
	@$(BIN)/python -m tools.taxonomies_page

docs-serve:  ## the documentation in a browser, following changes
	$(install) '.[docs]'
	@$(BIN)/mkdocs serve

wheel:  ## build the wheel, install it alone, use it
	$(install) '.[check]'
	@$(BIN)/python tools/wheel_check.py

check: lint types layers test docs wheel  ## everything above that can fail

bench:  ## times, memory and calibration beside other libraries, in an environment of their own (1 GB)
	@$(PYTHON) tools/environment.py .venv-bench '.[bench]'
	@.venv-bench/bin/python -m benchmarks

bench-nuts:  ## the same for posteriors, with NUTS on Pareto/NBD: more than six minutes longer
	@$(PYTHON) tools/environment.py .venv-bench '.[bench]'
	@.venv-bench/bin/python -m benchmarks posterior --nuts

constraints:  ## renew constraints.txt with the newest versions
	@CONSTRAINTS= $(PYTHON) tools/environment.py .venv-newest '.[check,docs,bench]'
	@.venv-newest/bin/python -m pip list --format=freeze --exclude-editable --exclude pip --exclude setuptools > constraints.txt
	@rm -rf .venv-newest

clean:  ## remove environments, caches and what was built
	@rm -rf .venv .venv-* build dist site htmlcov .coverage .*_cache .hypothesis relmodels-report.html
	@find . -name __pycache__ -prune -exec rm -rf {} +
