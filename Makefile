# make run, make test: all that a newcomer needs; everything is kept in .venv.
#   ARGS   more arguments:  make test ARGS="tests/engine -x",  make run ARGS="--preset gru"
#   PYTHON which Python:    make test PYTHON=python3.13

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14 python
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test lint docs bench bench-check bench-tasks bench-theory pictures clean

help:
	@echo "make run          open the window (without a display: draw it into gradient-flow.png)"
	@echo "make test         run the tests"
	@echo "make lint         check style, types and imports"
	@echo "make docs         build the reference and the notebooks into build/docs"
	@echo "make bench        measure: the tables of the README (half an hour; ARGS=--quick: ten minutes)"
	@echo "make bench-check  measure beside an earlier commit: fails where a ratio is worse than the stored one by more than 15 %"
	@echo "make bench-tasks  train every task from its preset: what it reaches, and how fast (some minutes)"
	@echo "make bench-theory hold the program's numbers beside theory: a table of deviations (some minutes)"
	@echo "make pictures     draw the pictures of the README again"
	@echo "make clean        remove everything that was made"

run: $(VENV)/.run
	@$(BIN)/python tools/system_libraries.py
	@$(BIN)/python main.py $(ARGS)

# One process a core, each with a half of its own until it takes over the other's rest: what tests of a file share is made
# once. ARGS="-n 0" runs them all in this one.
test: $(VENV)/.test
	@QT_QPA_PLATFORM=offscreen $(BIN)/python tools/system_libraries.py
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is generated stands beside its copy of the sources, not among them.
docs: $(VENV)/.docs
	@rm -rf build/docs-source && mkdir -p build && cp -R docs build/docs-source
	MPLBACKEND=agg $(BIN)/python -m sphinx -W --keep-going -q -b html build/docs-source build/docs $(ARGS)
	@echo "Open build/docs/index.html"

bench: $(VENV)/.bench
	@$(BIN)/python -m benchmarks $(ARGS)

bench-check: $(VENV)/.run
	@$(BIN)/python -m benchmarks.beside --check $(ARGS)

bench-tasks: $(VENV)/.run
	@$(BIN)/python -m benchmarks.tasks $(ARGS)

bench-theory: $(VENV)/.run
	@$(BIN)/python -m benchmarks.theory $(ARGS)

pictures: $(VENV)/.run
	@mkdir -p docs/pictures build
	$(BIN)/python main.py render docs/pictures/hero.png --view window --size 1600x1000
	$(BIN)/python main.py render docs/pictures/lstm.png --preset lstm-remembers --size 1600x1000 --theme dark
	$(BIN)/python main.py render docs/pictures/projector.png --preset exploding-relu --size 1600x1000 --theme projector
	$(BIN)/python main.py train --preset task-temporal-order --steps 600 --out build/order.gflow
	$(BIN)/python main.py render docs/pictures/training.png --file build/order.gflow --size 1600x1000
	$(BIN)/python main.py sweep docs/edge-of-chaos.toml --out build/edge-of-chaos.npz \
		--picture docs/pictures/edge-of-chaos.png --size 900x520
	$(BIN)/python main.py render docs/pictures/chinese.png --preset phenomenal --view window --size 1600x1000 --lang zh_CN

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find explorer tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp stands for an installation; a newer pyproject.toml makes it again.
$(VENV)/.run: $(BIN)/python pyproject.toml
	@echo "Installing the program into $(VENV) (once) ..."
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --editable '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	@echo "Installing the linters (once) ..."
	@$(PIP) install --editable '.[test,lint]'
	@touch $@

$(VENV)/.docs: $(VENV)/.run
	@echo "Installing what the documentation is built with (once) ..."
	@$(PIP) install --editable '.[docs]'
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	@echo "Installing what the benchmarks compare with (once; PyTorch is large) ..."
	@$(PIP) install --editable '.[bench]'
	@touch $@

# A name on the path can be a mere shim: each candidate must run, be new enough and make an environment.
$(BIN)/python:
	@for python in $(CANDIDATES); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  if ! $$python -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	    lacking="$$lacking python$$version-venv"; continue; \
	  fi; \
	  echo "Making $(VENV) with Python $$version ..."; \
	  $$python -m venv $(VENV) && exit 0; \
	  rm -rf $(VENV); exit 1; \
	done; \
	if [ -n "$$lacking" ]; then \
	  set -- $$lacking; \
	  echo "Python can't make environments here. On Debian or Ubuntu: sudo apt install $$1" >&2; \
	else \
	  echo "Python 3.11 or newer is needed, and none was found." >&2; \
	  echo "On Debian or Ubuntu: sudo apt install python3 python3-venv; on macOS: brew install python" >&2; \
	fi; \
	exit 1
