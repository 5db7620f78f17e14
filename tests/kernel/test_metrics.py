"""/metrics: for the monitor alone; requests by route and the figures of the business."""

import re
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client

from citybrain import metrics
from citybrain.audit import sealing
from citybrain.audit.services import record
from citybrain.organizations.actors import system_actor

pytestmark = pytest.mark.django_db


def scrape() -> dict[str, float]:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert answer.status_code == 200
    lines = re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", answer.content.decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer ", "Basic eDp5"])
def test_metrics_need_their_token(header: str) -> None:
    answer = Client().get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 403
    assert "citybrain" not in answer.content.decode()


def test_requests_are_counted_by_route_not_by_address() -> None:
    name = 'citybrain_requests_total{method="GET",route="account_login",status="200"}'
    before = scrape().get(name, 0)
    Client().get("/accounts/login/?next=/x")
    Client().generic("BREW", "/accounts/login/")
    found = scrape()
    assert found[name] == before + 1
    assert not [one for one in found if "BREW" in one or "next" in one]


def test_unsealed_records_are_shown_until_they_are_sealed() -> None:
    record("access.exported", actor=system_actor())
    assert scrape()["citybrain_audit_unsealed"] == 1
    sealing.seal_all()
    assert scrape()["citybrain_audit_unsealed"] == 0


def test_duties_and_the_queue_are_counted() -> None:
    found = scrape()
    assert found["citybrain_duties_open"] == 0
    assert found["citybrain_duties_overdue"] == 0
    assert found["citybrain_queue_length"] >= 0


def test_a_figure_that_cannot_be_had_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise redis.ConnectionError("redis://10.9.8.7 refused")

    what, _count = metrics.FIGURES["citybrain_queue_length"]
    monkeypatch.setitem(metrics.FIGURES, "citybrain_queue_length", (what, fail))
    found = scrape()
    assert "citybrain_queue_length" not in found
    assert "citybrain_duties_open" in found


def test_figures_are_cheap(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        scrape()
