"""python -m tests.benchmarks [name ...], as `make bench ARGS="name ..."` calls it.

Needs DATABASE_URL and REDIS_URL; every benchmark makes a database of its own beside the one named.
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from tests.benchmarks.runner import run


def main() -> int:
    django.setup()
    from tests.benchmarks import audit, calls, catalog, exports, gateway, imports, pages, worklist

    call_command("collectstatic", interactive=False, verbosity=0)  # pages name their files by hash
    benchmarks = {
        "catalog": catalog.run,
        "pages": pages.run,
        "gateway": gateway.run,
        "calls": calls.run,
        "audit": audit.run,
        "worklist": worklist.run,
        "imports": imports.run,
        "exports": exports.run,
    }
    return run(sys.argv[1:], benchmarks, Path(settings.VAR_DIR) / "benchmarks.json")


if __name__ == "__main__":
    sys.exit(main())
