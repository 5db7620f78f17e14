"""What the tests of the evaluation have in common: a year in which they set the clock."""

from collections.abc import Iterator
from datetime import date

import pytest

from citybrain.demo.clock import DemoClock
from citybrain.demo.story import at

# A Monday; 2025 has no day of rest in the week after it.
BEGINNING = date(2025, 3, 3)


@pytest.fixture
def clock() -> Iterator[DemoClock]:
    """The portal's time, standing at nine o'clock of BEGINNING until the test moves it."""
    with DemoClock(at(BEGINNING, 9)).running() as running:
        yield running
