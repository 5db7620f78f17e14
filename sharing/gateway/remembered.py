"""Grants that this process has found a moment ago, used again under proof.

A grant is kept after a call was served under it. The statement that records the next call, and
reads its page, proves it by its stamp (sharing/gateway/grants.py): when a row behind it has been
written since, that statement does nothing, Outdated is raised, and the call begins anew with what
the rows say now. A code that was revoked, terms that were changed, a pause that has begun are
heeded by the very next call, as if everything had been looked up.

Nothing that stands against a call is told from memory: it is looked up first. Only hosted rows are
kept so; with other sources the rows are read before the record is written.
"""

import time

from sharing.choices import ServiceKind
from sharing.gateway.grants import Grant

SECONDS = 60.0
MOST = 10_000
Asked = tuple[str, str]  # key of the code, code of the service


class Outdated(Exception):
    """What was remembered may not be true any more."""


_known: dict[Asked, tuple[float, Grant]] = {}


def recall(asked: Asked) -> Grant | None:
    """The grant that was served under a moment ago, to be proven."""
    until, grant = _known.get(asked, (0.0, None))
    return grant if time.monotonic() < until else None


def keep(asked: Asked, grant: Grant) -> None:
    """Remembers the grant, under which a call has just been served."""
    if grant.kind == ServiceKind.HOSTED and recall(asked) is None:
        if len(_known) >= MOST:
            _known.clear()
        _known[asked] = (time.monotonic() + SECONDS, grant)


def forget(asked: Asked) -> None:
    _known.pop(asked, None)
