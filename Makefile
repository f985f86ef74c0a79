# Everything a developer starts. Needs nothing but Python 3.11 or newer; the environment is made in .venv when it is missing.
#
#   make demo        Gatehouse on http://127.0.0.1:8000/ against an emulator (PORT, AWS_PORT, DEMO_DIR choose otherwise)
#   make demo-reset  the same, forgetting what the last demo kept
#   make test        every test
#   make check       style, imports, types, deployment checks, missing migrations
#   make conformance holds the embedded AWS against the recorded answers of API Gateway (ONLY=canary plays a part)
#   make bench       measures into var/bench.json (ONLY=tables, apis or localaws runs one group)

.DEFAULT_GOAL := help
# Fixed on purpose: the environment is made with --clear, which would empty any other one that VENV named.
override VENV := .venv
override PYTHON := $(VENV)/bin/python
override STAMP := $(VENV)/.installed
WORKERS ?= 2
# The values of checks that start Django without serving anybody.
FOR_CHECKS = SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	DATABASE_URL="sqlite:///$$($(PYTHON) -c 'import tempfile; print(tempfile.mkdtemp())')/check.sqlite3"

# An environment whose Python is gone is made again.
ifneq ($(wildcard $(STAMP)),)
ifneq ($(shell $(PYTHON) -c 'print(1)' 2>/dev/null),1)
$(shell rm -f $(STAMP))
endif
endif

.PHONY: help venv demo demo-reset test check conformance bench

help:
	@sed -n 's/^#   //p' Makefile

venv: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt
	@for candidate in python3.13 python3.12 python3.11 python3 python; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Gatehouse needs Python 3.11 or newer, and none is on the PATH." >&2; exit 1; fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make virtual environments; install its venv package (on Debian: apt-get install python3-venv)." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$("$$found" --version); the first time takes a minute." >&2; \
	"$$found" -m venv --clear $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input -r requirements-dev.txt
	@touch $(STAMP)

demo: $(STAMP)
	@exec $(PYTHON) -m dashboard.localaws.demo --with-parent

demo-reset: $(STAMP)
	@exec $(PYTHON) -m dashboard.localaws.demo --with-parent --reset

test: $(STAMP) $(if $(filter true,$(CI)),check)
	@$(PYTHON) -m tests.setup.needs
	@exec $(PYTHON) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: $(STAMP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(VENV)/bin/lint-imports
	@$(FOR_CHECKS) $(PYTHON) -m mypy dashboard apiconfig tests manage.py
	@$(FOR_CHECKS) $(PYTHON) manage.py check --deploy --fail-level WARNING
	@$(FOR_CHECKS) $(PYTHON) manage.py makemigrations --check --dry-run

conformance: $(STAMP)
	@exec $(PYTHON) -m tests.conformance $(ONLY)

bench: $(STAMP)
	@exec $(PYTHON) -m tests.bench
