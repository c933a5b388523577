# One command builds the book, one tests it. Everything lives in .venv and _build.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: book test serve lab bench check links pins clean
.DEFAULT_GOAL := book

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else 'Python %d.%d found; expected 3.11 to 3.13: make PYTHON=python3.12' % v)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
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

# Asks other hosts, and so is no part of the tests.
links: $(READY)
	@$(BIN)/python tests/links.py

# Writes requirements.txt anew from pyproject.toml; needs uv.
pins:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements.txt
	printf -- '-e .\n' >> requirements.txt

clean:
	rm -rf _build
