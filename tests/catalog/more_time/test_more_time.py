"""More time to enter a change of law: asked for once, five working days at most, with consent."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.models import CatalogEntry, MoreTimeRequest
from catalog.more_time import services
from catalog.services import entries
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def a_revision_by_law(world: World) -> CatalogEntry:
    entry = scenes.a_published_entry(world)
    return scenes.a_revision(world, entry, move="revise_by_law", summary="登记的新事项")


def asked(world: World, copy: CatalogEntry, days: int = 5) -> MoreTimeRequest:
    actor = actor_of(world.police_cataloguer)
    return services.ask(actor=actor, entry=copy, days=days, reason="新规细则尚未印发")


def test_consented_to_it_gives_five_working_days_more(world: World, signed_in: Any) -> None:
    copy = a_revision_by_law(world)
    duty = Duty.objects.get(rule="update_catalog")
    before = duty.due_on
    client = signed_in(world.police_cataloguer)
    assert "申请延期" in client.get(reverse("catalog:entry", args=[copy.pk])).content.decode()
    address = reverse("catalog:more_time_ask", args=[copy.pk])
    wrong = client.post(address, {"days": 6, "reason": ""})
    assert wrong.status_code == 422
    made = client.post(address, {"days": 5, "reason": "新规细则尚未印发"})
    found = MoreTimeRequest.objects.get()
    assert made.url == reverse("catalog:more_time", args=[found.pk])
    assert Notice.objects.filter(recipient=world.approver, kind="catalog.more_time.asked").exists()
    bureau = signed_in(world.approver)
    assert "延期5个工作日" in bureau.get(reverse("home")).content.decode()
    page = bureau.get(made.url).content.decode()
    for words in ("新规细则尚未印发", "办法修订，增加登记事项", world.police_cataloguer.name):
        assert words in page
    # A draft is out of the bureau's sight: no link that would lead nowhere.
    address = reverse("catalog:entry", args=[copy.pk])
    assert f'href="{address}"' not in page
    assert f'href="{address}"' in client.get(made.url).content.decode()
    bureau.post(reverse("catalog:more_time_move", args=[found.pk, "grant"]), {"version": 0})
    found.refresh_from_db()
    duty.refresh_from_db()
    assert (found.state, duty.extended_days) == ("granted", 5)
    assert duty.due_on > before
    with pytest.raises(Conflict, match="已提出过延期"):
        asked(world, copy)


def test_declined_it_says_why_and_the_deadline_stays(world: World) -> None:
    copy = a_revision_by_law(world)
    before = Duty.objects.get(rule="update_catalog").due_on
    found = asked(world, copy)
    actor = actor_of(world.approver)
    with pytest.raises(ValidationError):
        services.decide("decline", actor=actor, request=found)
    found = services.decide("decline", actor=actor, request=found, reason="时间足够")
    assert (found.state, found.opinion) == ("declined", "时间足够")
    assert Duty.objects.get(rule="update_catalog").due_on == before


def test_only_the_department_asks_and_only_the_bureau_consents(world: World) -> None:
    copy = a_revision_by_law(world)
    with pytest.raises(PermissionDenied):
        services.ask(actor=actor_of(world.police_head), entry=copy, days=3, reason="忙")
    found = asked(world, copy)
    with pytest.raises(PermissionDenied):
        services.decide("grant", actor=actor_of(world.police_head), request=found)
    for wrong in (0, 6):
        MoreTimeRequest.objects.all().delete()
        with pytest.raises(ValidationError):
            asked(world, copy, days=wrong)


def test_without_a_deadline_or_after_it_none_is_given(world: World) -> None:
    plain = scenes.a_revision(world, scenes.a_published_entry(world), summary="登记的新事项")
    with pytest.raises(Conflict, match="只有因法规或者职能变化"):
        asked(world, plain)
    entry = scenes.a_published_entry(world, title="出租屋登记信息")
    late = scenes.a_revision(world, entry, move="revise_by_law", summary="登记的新事项")
    with (
        time_machine.travel(timezone.now() + timedelta(days=40)),
        pytest.raises(Conflict, match="更新期限已过"),
    ):
        asked(world, late)


def test_it_lapses_when_the_revision_is_signed_or_given_up(world: World) -> None:
    copy = a_revision_by_law(world)
    found = asked(world, copy)
    cataloguer = actor_of(world.police_cataloguer)
    entries.move("discard", actor=cataloguer, entry=copy, reason="不改了")
    found.refresh_from_db()
    assert found.state == "lapsed"
