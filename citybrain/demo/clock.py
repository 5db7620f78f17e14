"""The demo's own time: the portal's clock shows the moment at which something happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


class DemoClock:
    """`django.utils.timezone.now`, from which the portal takes every time, shows `now`."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def show(self) -> datetime:
        return self.now

    @contextmanager
    def running(self) -> Iterator["DemoClock"]:
        with mock.patch.object(timezone, "now", side_effect=self.show):
            yield self
