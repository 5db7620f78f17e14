"""python -m tests.drills [name ...], as `make drill ARGS="name ..."` calls it.

Runs on the instance `drill`, whose PostgreSQL and Redis it stops and starts as it pleases. Every
drill makes a database of its own. Ends with 1 when something was lost that must not be.
"""

import sys
import time
import traceback

import django

from tests.benchmarks.runner import say


def main() -> int:
    django.setup()
    from tests.drills import (
        import_killed,
        postgres_restarted,
        redis_away,
        worker_killed,
        wrong_codes,
    )

    drills = {
        "redis": redis_away.run,
        "postgres": postgres_restarted.run,
        "worker": worker_killed.run,
        "import": import_killed.run,
        "wrong_codes": wrong_codes.run,
    }
    names = sys.argv[1:] or list(drills)
    if unknown := [name for name in names if name not in drills]:
        say(f"Unknown: {', '.join(unknown)}. Drills: {', '.join(drills)}.")
        return 2
    failed = []
    for name in names:
        say(f"== {name}: {(drills[name].__doc__ or '').strip().splitlines()[0]}")
        started = time.perf_counter()
        try:
            drills[name]()
        except Exception:
            say(traceback.format_exc())
            failed.append(name)
        say(f"   took {time.perf_counter() - started:.0f} s\n")
    say(f"Failed: {', '.join(failed)}." if failed else "Nothing was lost.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
