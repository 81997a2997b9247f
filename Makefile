# What one needs to know: make run [SITE=https://example.com/] [PORT=8000], make test, make check.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run free-port test check bench format requirements clean

# The bundled sample posts, whatever else the environment says to serve.
SAMPLES := FEEDSVC_CONFIG_TOML= FEEDSVC_SITES= FEEDSVC_DATABASE_URL=sqlite:///samples.db

run: free-port $(VENV)/.run
ifdef site
	@echo "write SITE in capital letters: make run SITE=$(site)" >&2; exit 1
else ifdef SITE
	@FEEDSVC_HOST=127.0.0.1 FEEDSVC_PORT=$(PORT) exec $(BIN)/feedsvc serve --require-sites --site "$(SITE)"
else
	@echo "feedsvc: these are sample posts; make run SITE=https://example.com/ serves a site's own"
	@test ! -e config.toml || echo "feedsvc: what config.toml says is served by $(BIN)/feedsvc serve"
	@$(BIN)/python samples/pictures.py http://127.0.0.1:$(PORT)/ \
	    | $(SAMPLES) $(BIN)/feedsvc import --config samples/config.toml - >/dev/null
	@$(SAMPLES) FEEDSVC_HOST=127.0.0.1 FEEDSVC_PORT=$(PORT) \
	    exec $(BIN)/feedsvc serve --no-poller --config samples/config.toml
endif

# Said before anything is installed.
free-port:
	@$(PYTHON) -c 'import socket, sys; port = "$(PORT)"; \
	port.isdecimal() and 0 < int(port) < 65536 or sys.exit(f"PORT={port} is no port: make run PORT=8000"); \
	is_taken = lambda number: socket.socket().connect_ex(("127.0.0.1", number)) == 0; \
	free = next(number for number in range(int(port), 65536) if not is_taken(number)); \
	sys.exit(free != int(port) and f"port {port} is taken by another program: make run PORT={free}")'

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
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "feedsvc needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "feedsvc: making $(VENV), a folder for what it needs"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) can't make $(VENV), which was removed again: on Debian or Ubuntu, apt-get install python3-venv" >&2; \
	    exit 1; }

# What builds a package runs on this machine as well: it comes pinned, and first, and nothing else is fetched
# for a build. What was broken off while .venv was made has no pip yet.
$(VENV)/.run: requirements-build.txt requirements.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "feedsvc: installing what it needs into $(VENV), once; it takes a minute or two"
	@$(PIP) install --require-hashes -r requirements-build.txt
	@$(PIP) install --require-hashes --no-build-isolation -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "feedsvc: installing what its tests need into $(VENV), once"
	@$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
