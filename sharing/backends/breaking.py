"""A backend that fails is left alone for a while, and never holds up more than a few calls at once.

Each process learns for itself: that costs a few more attempts and no round trip. After FAILURES in a
row a backend rests for REST seconds; then one call tries it, while the others are still refused.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from sharing.gateway.sources import Unreadable

FAILURES = 5
REST = 30.0  # seconds
AT_ONCE = 4  # calls of one process that wait for the same backend


class Breaker:
    """What this process knows of one backend."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._failures = 0
        self._rests_until = 0.0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One call of the backend. Raises Unreadable when it rests or enough calls wait for it."""
        self._enter()
        try:
            yield
        except Unreadable:
            self._failed()
            raise
        else:
            with self._lock:
                self._failures, self._rests_until = 0, 0.0
        finally:
            self._slots.release()

    def _enter(self) -> None:
        now = time.monotonic()
        with self._lock:
            if now < self._rests_until:
                raise Unreadable(_("提供单位的系统连续没有应答，暂停调用，请稍后再试。"))
            if self._failures >= FAILURES:
                self._rests_until = now + REST  # this call tries, the others go on waiting
        if not self._slots.acquire(blocking=False):
            raise Unreadable(_("提供单位的系统应答缓慢，等待的调用过多，请稍后再试。"))

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rests_until = time.monotonic() + REST


_breakers: dict[int, Breaker] = {}
_making = threading.Lock()


def breaker_of(backend_id: int) -> Breaker:
    """The breaker of this process for the backend."""
    with _making:
        return _breakers.setdefault(backend_id, Breaker())
