# Everything a newcomer or a contributor runs; `make` alone says what there is.

PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin
INTERPRETERS ?= python3.11 python3.12 python3.13 $(wildcard $(HOME)/.pyenv/versions/3.1[1-3].*/bin/python)

.DEFAULT_GOAL := help
.PHONY: help demo test check style types types-windows unit test-all soak bench dist clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/installed ## install, train skip-gram on a piece of Wikipedia, show what the vectors know (a minute)
	$(RUN)/python examples/demo.py

# Style and layers take seconds and are checked first; mypy, which has one process, runs beside the tests.
test: style ## style, types, layers and tests
	@$(MAKE) --no-print-directory -j2 types unit

check: style types types-windows ## style, types (also as on Windows) and layers

style: $(VENV)/installed-test
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/lint-imports

types: $(VENV)/installed-test
	$(RUN)/mypy

types-windows: $(VENV)/installed-test
	$(RUN)/mypy --platform win32 --cache-dir .mypy_cache/win32

# An idle process takes tests from the end of another's list, so nearly all files stay in one process, and what their
# fixtures train is trained once. Threads of BLAS would wait for each other by spinning.
unit: export OPENBLAS_NUM_THREADS = 1
unit: $(VENV)/installed-test ## the tests alone, in several processes
	$(RUN)/pytest -n auto --maxprocesses 4 --dist worksteal

# Types once only: with each Python comes another NumPy, and with that other types of the same functions.
test-all: check ## the tests with every interpreter there is, one environment for each
	@set -e; done=" "; for python in $(INTERPRETERS); do \
	    version=$$($$python -c 'import ensurepip, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	    case "$$done" in *" $$version "*) continue;; esac; \
	    done="$$done$$version "; echo "== Python $$version: $$python"; \
	    $(MAKE) unit PYTHON=$$python VENV=.venv-$$version; \
	done; echo "passed with Python$$done"

soak: $(VENV)/installed-test ## let every system call of the writing commands fail, damage files by the hundred (hours)
	WORDVEC_SOAK=1 $(RUN)/pytest -x tests/test_faults.py tests/test_fuzz.py tests/test_cli_interrupted.py tests/test_trainers.py
	WORDVEC_SOAK=1 $(RUN)/pytest -x -m hypothesis

bench: $(VENV)/installed-test ## measure speed and quality against other tools
	$(RUN)/python -m tests.benchmarks

# Each is installed beside nothing of the checkout; the source distribution is built into a wheel on the way.
dist: $(VENV)/installed-test ## build the wheel and the source distribution, and try each in an environment of its own
	rm -rf dist
	$(RUN)/python -m build --outdir dist .
	@set -e; for file in dist/*.whl dist/*.tar.gz; do \
	    echo "== $$file"; folder=$$(mktemp -d); trap "rm -rf $$folder" EXIT; \
	    $(PYTHON) -m venv $$folder/venv; \
	    $$folder/venv/bin/python -m pip install --quiet $$file; \
	    cp tests/smoke.py $$folder; (cd $$folder && venv/bin/python -I smoke.py); \
	    rm -rf $$folder; \
	done

clean: ## remove environments, caches, distributions and what the demo made
	rm -rf .venv .venv-* build dist demo bench *.egg-info .coverage* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Both installations are editable, so that they follow the source and do not disturb each other.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet -e .
	@touch $@

$(VENV)/installed-test: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet -e '.[test]'
	@touch $@ $(VENV)/installed
