"""What a process remembers of a grant is proven by the statement that serves: changes count at once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sharing.choices import Outcome
from sharing.gateway import remembered
from sharing.models import (
    Authorization,
    AuthorizationCode,
    InterfaceService,
    MaintenanceWindow,
    ServiceCall,
    ServiceEnd,
)
from tests import scenes
from tests.calling import call, headers
from tests.sharing.conftest import Granted

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    remembered._known.clear()
    yield
    remembered._known.clear()


def pause() -> None:
    MaintenanceWindow.objects.create(
        service=InterfaceService.objects.get(),
        starts_at=timezone.now() - timedelta(minutes=1),
        ends_at=timezone.now() + timedelta(hours=1),
        reason="系统升级",
    )


CHANGES: dict[str, tuple[Callable[[], object], int]] = {
    Outcome.REVOKED_CODE: (
        lambda: AuthorizationCode.objects.update(revoked_at=timezone.now()), 403,
    ),
    Outcome.SUSPENDED: (lambda: Authorization.objects.update(state="suspended"), 403),
    Outcome.EXPIRED: (lambda: Authorization.objects.update(ends_on=TODAY - timedelta(days=1)), 403),
    Outcome.OVER_QUOTA: (lambda: Authorization.objects.update(daily_quota=2), 429),
    Outcome.MAINTENANCE: (pause, 503),
    Outcome.UNAVAILABLE: (lambda: InterfaceService.objects.update(enabled=False), 503),
    Outcome.NO_DATA: (lambda: InterfaceService.objects.update(dataset=None), 503),
    Outcome.OTHER_NETWORK: (
        lambda: AuthorizationCode.objects.update(networks=["10.9.0.0/16"]), 403,
    ),
}  # fmt: skip


@pytest.mark.parametrize("outcome", CHANGES)
def test_what_has_changed_since_counts_for_the_next_call(granting: Granted, outcome: str) -> None:
    code = scenes.a_code(*granting)
    address = f"/gateway/v1/services/{InterfaceService.objects.get().code}/records"
    assert call(code, address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert call(code, address).status_code == 200
    assert len(asked) == 1, "the page, its record and the proof in one"
    change, status = CHANGES[outcome]
    change()
    refused = call(code, address)
    assert (refused.status_code, refused.json()["outcome"]) == (status, outcome)
    last = ServiceCall.objects.latest("at")
    assert (last.outcome, last.authorization) == (outcome, granting[1])
    assert ServiceCall.objects.count() == 3


def test_what_has_grown_old_is_looked_up_and_remembered_anew(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = scenes.a_code(*granting)
    address = f"/gateway/v1/services/{InterfaceService.objects.get().code}/records"
    monkeypatch.setattr(remembered, "SECONDS", -1.0)
    call(code, address)
    monkeypatch.setattr(remembered, "SECONDS", 60.0)
    costs = []
    for _call in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert call(code, address).status_code == 200
        costs.append(len(asked))
    assert costs == [2, 1]


def test_memory_serves_nobody_else_and_nothing_twice(granting: Granted) -> None:
    code = scenes.a_code(*granting)
    address = f"/gateway/v1/services/{InterfaceService.objects.get().code}/records"
    for _call in range(2):
        assert call(code, address).status_code == 200
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert call(wrong, address).json()["outcome"] == Outcome.UNKNOWN_CODE
    same = headers(code, address, nonce="n" * 32)
    first, again = (Client().get(address, headers=same) for _call in range(2))
    assert first.status_code == 200
    assert again.json()["outcome"] == Outcome.REPLAYED
    ServiceEnd.objects.create(
        service=InterfaceService.objects.get(), ends_on=TODAY + timedelta(days=30), reason="整合"
    )
    assert "Sunset" in call(code, address), "an end that was announced since is told"
