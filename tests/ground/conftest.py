"""Instances of services in directories of their own, which nothing else on the machine uses."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from citybrain.embedded.account import SHARED
from citybrain.embedded.instance import Instance
from citybrain.embedded.services import stop_leftovers

Maker = Callable[..., Instance]


@pytest.fixture(scope="module")
def own_services() -> Iterator[None]:
    """The services of the test run itself must not stand in for those that a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def make_instance(own_services: None) -> Iterator[Maker]:
    """Makes instances below directories that every account can enter; stops and removes them."""
    made: list[tuple[Path, Instance]] = []

    def make(name: str = "var", *, mode: int = 0o755, durable: bool = False) -> Instance:
        top = Path(tempfile.mkdtemp(prefix="ground-"))
        top.chmod(mode)
        instance = Instance((top / name).resolve(), durable=durable)
        made.append((top, instance))
        return instance

    yield make
    for top, instance in made:
        assert stop_leftovers(instance), "a test left a user of its services behind"
        for record in instance.run.glob("*.sockets"):
            shutil.rmtree(record.read_text(encoding="utf-8"), ignore_errors=True)
        shutil.rmtree(top)
        if os.geteuid() == 0:
            shutil.rmtree(SHARED / instance.identity, ignore_errors=True)
