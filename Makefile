# make demo   set up .venv and run the demo        make test   set up .venv and run everything CI runs
PYTHON ?= python3
VENV   ?= .venv
# Any torch that pyproject.toml allows will do; this one is known to work. `make TORCH=torch demo` takes the newest.
TORCH  ?= torch==2.13.0
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: setup demo test lint types unit mutants fuzz docs clean

setup: $(READY)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Tem-Adapter needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else 0'
	@echo "Setting up $(VENV) (a few minutes, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$(TORCH)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $(READY)

demo: setup
	$(BIN)/temadapter demo

# Types are checked while the tests wait for processes and pages, and told of at the end.
test: setup lint
	@mkdir -p build
	@$(BIN)/mypy >build/types.txt 2>&1 & types=$$!; \
	$(MAKE) --no-print-directory unit; failed=$$?; \
	wait $$types || failed=1; echo "mypy"; cat build/types.txt; exit $$failed

lint: setup
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

# Two processes with one thread each: faster than one with two, and the same numbers on any machine.
# Compiled files are kept, whatever the environment says: every process here imports the same.
# Each process takes neighbouring tests, which share what is made once a file, and the last tests from the other one.
unit: setup
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses 2 --dist worksteal

# Small faults, one at a time, each with the test that must notice it; `make mutants ONLY=training` for some files.
mutants: setup
	PYTHONPATH=tests $(BIN)/python -m mutants $(ONLY)

# Ten minutes of damaged videos, odd tables, kills and attacks, from a seed; prints one table of counts.
fuzz: setup
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m fuzz

# The pages and the API reference as a site that loads nothing from elsewhere.
docs: setup
	$(BIN)/mkdocs build --strict --quiet
	@echo "Open build/site/index.html"

clean:
	rm -rf $(VENV) temadapter-demo build dist
