# What one needs to know: make run [SITE=https://example.com/] [PORT=8000], make test, make check.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run test check bench format requirements clean

# The bundled sample posts, whatever else the environment says to serve.
SAMPLES := FEEDSVC_CONFIG_TOML= FEEDSVC_SITES= FEEDSVC_DATABASE_URL=sqlite:///samples.db

run: $(VENV)/.run
ifdef SITE
	FEEDSVC_HOST=127.0.0.1 FEEDSVC_PORT=$(PORT) exec $(BIN)/feedsvc serve --site "$(SITE)"
else
	$(SAMPLES) $(BIN)/feedsvc import --config samples/config.toml samples/posts.json
	$(SAMPLES) FEEDSVC_HOST=127.0.0.1 FEEDSVC_PORT=$(PORT) exec $(BIN)/feedsvc serve --config samples/config.toml
endif

test: $(VENV)/.dev
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pinned versions and their hashes, from pyproject.toml, for every system and Python that it allows. Pins
# that still fit stay as they are; UPGRADE=--upgrade takes the newest.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)

requirements: $(VENV)/.dev
	$(COMPILE) --group build -o requirements-build.txt
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "feedsvc needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

# What builds a package runs on this machine as well: it comes pinned, and first, and nothing else is fetched
# for a build.
$(VENV)/.run: requirements-build.txt requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-build.txt
	$(PIP) install --require-hashes --no-build-isolation -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
