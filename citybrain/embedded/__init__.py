"""PostgreSQL and Redis that come along, and the process that runs the whole portal with them.

`make run`, `make test` and `make manage` go through `python -m citybrain.embedded`. Nothing here
imports Django: the services must stand before settings can be read. Set DATABASE_URL or REDIS_URL
and the embedded one of the two is left out; a deployment sets both and uses none of this.

    instance.py   one directory of services, and the locks that let commands share it
    account.py    the system account that PostgreSQL needs when root starts it
    postgres.py   the database server          redis_server.py   the queue and cache server
    services.py   start, share, stop           local.py          the environment of local runs
    checks.py     what can be wrong before     children.py       processes watched and stopped
    prepare.py    migrate, demo, static files  supervisor.py     what `make run` does
"""

import sys


class EmbeddedError(Exception):
    """What stops a start, worded for the person at the terminal: what is wrong and what to do."""


def say(text: str, end: str = "\n") -> None:
    """Tells the person at the terminal, at once even where the output is a file or a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()
