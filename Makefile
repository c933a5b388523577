# One command builds the book, one tests it. Everything lives in .venv and _build.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: book test serve lab bench bench-scale check links refresh canary audit fuzz pins upgrade clean
.DEFAULT_GOAL := book

# Every library is named in requirements.txt, so pip need not look for more; when it does, it finds an extra without a hash and stops.
$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else 'Python %d.%d found; expected 3.11 to 3.13: make PYTHON=python3.12' % v)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

book: $(READY)
	@$(BIN)/tworooms build

test: $(READY)
	$(BIN)/python -m pytest -q

check: $(READY)
	@$(BIN)/tworooms check

serve: $(READY)
	@$(BIN)/tworooms serve

lab: $(READY)
	$(BIN)/jupyter lab cases

bench: $(READY)
	@$(BIN)/python tests/bench.py

# Takes a quarter of an hour: builds collections of 200 and of 1,000 cases beside the published one. SIZES="published 100" for others.
bench-scale: $(READY)
	@$(BIN)/python tests/bench_scale.py $(SIZES)

# Asks other hosts, and so is no part of the tests.
links: $(READY)
	@$(BIN)/python tests/links.py

# Takes as long as you give it: make fuzz SECONDS=3600. With atheris (`pip install -e '.[fuzz]'`; it exists for Linux only) it is
# led by what an input reaches; without it Hypothesis does all.
SECONDS ?= 600
fuzz: $(READY)
	@$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS)

# What is due to be read again, and whether external addresses still answer.
refresh: $(READY)
	@$(BIN)/python tests/refresh.py

# Tries the newest libraries that pyproject.toml allows; reports, and never fails.
canary: $(READY)
	@$(BIN)/python tests/canary.py

# Known vulnerabilities of what is pinned.
audit: $(READY)
	@$(BIN)/python tests/audit.py

# Writes requirements.txt from pyproject.toml, with the hash of every file that an installer may take; needs uv.
# What is pinned stays. `make upgrade` takes the newest of everything, `make upgrade PACKAGE=plotly` the newest of one.
PINS := uv pip compile pyproject.toml --extra author --extra hub --extra test --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" --quiet --output-file requirements.txt

pins:
	$(PINS)

upgrade:
	$(PINS) $(if $(PACKAGE),--upgrade-package $(PACKAGE),--upgrade)

clean:
	rm -rf _build
