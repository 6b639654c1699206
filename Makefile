# Python >= 3.11 and make are all that is needed; `make run` does the rest.
PORT ?= 8000
PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --quiet --disable-pip-version-check
READY := .venv/.installed
READY_DEV := .venv/.installed-dev

.PHONY: run test prove check bench lock wheels clean

run: $(READY)
	@exec $(PYTHON) -m api.demo.run --port $(PORT)

test: $(READY_DEV)
	$(PYTHON) -m pytest -q -n auto

# The long trials (marked `prove`), of which `make test` runs a small share.
prove: $(READY_DEV)
	$(PYTHON) -m pytest -q -m prove

check: $(READY_DEV)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy --strict
	.venv/bin/lint-imports

bench: $(READY_DEV)
	$(PYTHON) -m benchmarks.run

# Made again only when the locked versions or the package's own declaration change. What the tests
# need comes on top: `make run` takes what runs and nothing else.
$(READY_DEV): requirements-dev.lock $(READY)
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(READY): requirements.lock pyproject.toml
	@set -e; found=; \
	for each in python3.13 python3.12 python3.11 python3; do \
	    if $$each -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	        >/dev/null 2>&1; then found=$$each; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "zhiheng needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt install python3-venv)" >&2; \
	    exit 1; \
	fi; \
	if ! $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	    >/dev/null 2>&1; then \
	    echo "making .venv with $$($$found --version)"; $$found -m venv --clear .venv; \
	fi
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# For whoever changes the dependencies; needs uv. What the tests add takes the versions that run.
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --quiet --universal \
    --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11
lock:
	$(LOCK) --extra build --extra embedded --extra otel --extra gm --output-file requirements.lock
	$(LOCK) --all-extras --constraints requirements.lock --output-file requirements-dev.lock

# All that a machine without internet needs, for this Python and platform; deploy/OPERATING.md
# tells how to install from it.
wheels: $(READY)
	rm -rf dist/wheels
	$(PIP) download --require-hashes --only-binary :all: -r requirements.lock -d dist/wheels
	$(PIP) wheel --no-deps --no-build-isolation -w dist/wheels .
	cp requirements.lock dist/wheels/
	@du -sh dist/wheels

# Leaves var/ alone: a ledger may lie there.
clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis \
	    .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
