# City Brain: every command a developer needs. POSIX make and sh, and Python 3.11 or newer.

PORT ?= 8000
HOST = 127.0.0.1
ARGS =
YES =
PYTHON =

VENV_PYTHON = .venv/bin/python
EMBEDDED = $(VENV_PYTHON) -m citybrain.embedded

# Looks for a Python that is new enough (PYTHON= first) and lets it make .venv.
INSTALL = \
	found=; for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    found=$$python; break; \
	  fi; \
	  if [ -n "$(PYTHON)" ]; then break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11 or newer is needed. Found: $$($(or $(PYTHON),python3) -V 2>&1)." >&2; \
	  echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it:" >&2; \
	  echo "  make run PYTHON=/path/to/python3.12" >&2; \
	  exit 1; \
	fi; \
	"$$found" requirements/install.py $(if $(PYTHON),--anew)

.PHONY: help base dev run test manage check bench drill reset-demo stop requirements

help:
	@echo 'make run [PORT=8000] [HOST=127.0.0.1]   the whole portal with a demo, until Ctrl-C'
	@echo 'make test [ARGS="-k words"]             the tests'
	@echo 'make check                              style, types, floors, migrations, templates, settings'
	@echo 'make manage ARGS="command ..."          manage.py with the same services and settings'
	@echo 'make bench                              benchmarks, written to var/benchmarks.json'
	@echo 'make drill                              servers stopped, a worker killed, floods; what stays'
	@echo 'make reset-demo [YES=1]                 empty the database and load the demo again'
	@echo 'make stop                               end what make run started elsewhere'
	@echo 'make requirements [ARGS=--upgrade]      pins and hashes from requirements/*.in'
	@echo 'PYTHON=/path/to/python3 chooses the Python; DATABASE_URL and REDIS_URL replace the'
	@echo 'embedded servers; CITYBRAIN_VAR_DIR moves the data, which is otherwise in var/.'

base dev:
	@$(INSTALL) $@

run: base
	@exec $(EMBEDDED) run --host '$(HOST)' --port '$(PORT)'

manage: base
	@exec $(EMBEDDED) exec -- $(VENV_PYTHON) manage.py $(ARGS)

# Compiled code is kept, whatever the environment says: every worker would compile all of it anew.
test: dev
	@PYTHONDONTWRITEBYTECODE= exec $(EMBEDDED) exec --instance test -- $(VENV_PYTHON) -m pytest -n 2 $(ARGS)

bench: dev
	@exec $(EMBEDDED) exec --instance bench -- $(VENV_PYTHON) -m tests.benchmarks $(ARGS)

drill: dev
	@exec $(EMBEDDED) exec --instance drill -- $(VENV_PYTHON) -m tests.drills $(ARGS)

# Django's deploy check sees the settings as a deployment has them: production, behind TLS.
check: dev
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	@# Types are read from the settings, which want addresses; nothing is connected to.
	CITYBRAIN_ENV=test DATABASE_URL=postgresql:///none REDIS_URL=unix:///none $(VENV_PYTHON) -m mypy
	.venv/bin/lint-imports
	$(VENV_PYTHON) -m djlint templates --lint --quiet
	@$(EMBEDDED) exec -- env CITYBRAIN_ENV=production CITYBRAIN_PLAIN_HTTP=0 sh -c '\
	  set -ex; \
	  $(VENV_PYTHON) manage.py makemigrations --check --dry-run; \
	  $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING'

reset-demo: base
	@exec $(EMBEDDED) reset $(if $(YES),--yes)

stop: base
	@exec $(EMBEDDED) stop

PIN = $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--strip-extras --no-config --custom-compile-command 'make requirements' $(ARGS)

requirements: dev
	cd requirements && ../$(PIN) base.in -o base.txt >/dev/null
	cd requirements && ../$(PIN) -c base.txt dev.in -o dev.txt >/dev/null
	cd requirements && ../$(PIN) --no-deps redis.in -o redis.txt >/dev/null
