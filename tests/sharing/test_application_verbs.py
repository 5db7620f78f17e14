"""What becomes of an application beyond agreement: given up, taken back, supplemented, extended."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from catalog.choices import SharingType
from citybrain.duties.models import Duty
from citybrain.duties.queries import standing_of
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from sharing.choices import ApplicationState, ExtensionState
from sharing.models import ExtensionRequest, ShareApplication
from sharing.services import applications, extensions
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02T09:00:00+08:00"


def move(name: str, person, application, **inputs: str) -> ShareApplication:
    return applications.move(name, actor=actor_of(person), application=application, inputs=inputs)


def reply_duty() -> Duty:
    return Duty.objects.get(rule="reply_conditional")


def told(person, application) -> list[str]:
    notices = Notice.objects.about("sharing.ShareApplication", application.pk)
    return list(notices.filter(recipient=person).values_list("kind", flat=True))


def test_what_is_given_up_before_the_signature_is_never_heard_of(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = move("submit", world.health_cataloguer, scenes.a_draft_application(world, entry))
    application = move("drop", world.health_cataloguer, application)
    assert application.state == ApplicationState.WITHDRAWN
    assert not Duty.objects.open().of(application).exists()
    people = Notice.objects.about("sharing.ShareApplication", application.pk)
    assert set(people.values_list("recipient", flat=True)) == {world.health_head.pk}
    with pytest.raises(Http404):
        move("withdraw", world.police_head, application, reason="与我无关")
    again = scenes.a_draft_application(world, entry)
    assert again.number != application.number


def test_what_is_taken_back_after_the_signature_is_told_and_ends_the_clock(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    request = extensions.ask(
        actor=actor_of(world.police_head), application=application, days=5, reason="核对历史数据"
    )
    with pytest.raises(ValidationError):
        move("withdraw", world.health_cataloguer, application)
    with pytest.raises(Conflict):
        move("drop", world.health_cataloguer, application)
    application = move("withdraw", world.health_cataloguer, application, reason="改用汇总数据")
    duty = reply_duty()
    assert duty.cancelled_at is not None
    assert duty.cancel_reason == "改用汇总数据"
    assert "sharing.application.withdraw" in told(world.police_head, application)
    request.refresh_from_db()
    assert request.state == ExtensionState.LAPSED
    with pytest.raises(Conflict):
        move("agree", world.police_head, application)


def test_the_clock_stands_while_the_applicant_supplements(world: World) -> None:
    with time_machine.travel(MONDAY):
        application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
        assert reply_duty().due_on == date(2026, 3, 16)
    with time_machine.travel("2026-03-05T10:00:00+08:00"):
        application = move(
            "ask_supplement", world.police_head, application, reason="缺少三定规定条款"
        )
        assert "sharing.application.ask_supplement" in told(world.health_cataloguer, application)
    with time_machine.travel("2026-03-19T10:00:00+08:00"):
        assert standing_of(reply_duty()).days_left == 8
        with pytest.raises(Conflict):
            move("agree", world.police_head, application)
        application = move("supplement", world.health_cataloguer, application, supplement="已补")
        duty = reply_duty()
        assert standing_of(duty).days_left == 8
        assert duty.due_on == date(2026, 3, 31)
        assert application.supplement == "已补"


@pytest.mark.parametrize("days", [0, 11])
def test_no_more_time_than_the_article_allows(world: World, days: int) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    with pytest.raises(ValidationError, match="延长期限为1至10个工作日"):
        extensions.ask(
            actor=actor_of(world.police_head), application=application, days=days, reason="核对"
        )
    assert not ExtensionRequest.objects.exists()


def test_only_the_provider_asks_and_in_time(world: World) -> None:
    with time_machine.travel(MONDAY):
        application = scenes.a_delivered_application(world, scenes.a_published_entry(world))

    def ask(person) -> ExtensionRequest:
        return extensions.ask(
            actor=actor_of(person), application=application, days=3, reason="核对历史数据"
        )

    with time_machine.travel("2026-03-17T09:00:00+08:00"):
        for person in (world.health_head, world.police_cataloguer, world.coordinator):
            with pytest.raises(PermissionDenied):
                ask(person)
        with pytest.raises(Http404):
            ask(world.water_head)
        with pytest.raises(ValidationError, match="答复期限已过"):
            ask(world.police_head)
    with time_machine.travel("2026-03-16T17:00:00+08:00"):
        request = ask(world.police_head)
        with pytest.raises(ValidationError, match="不能超过300个字"):
            extensions.decide(
                actor=actor_of(world.coordinator),
                request=request,
                consent=False,
                opinion="长" * 301,
            )
        extensions.decide(actor=actor_of(world.coordinator), request=request, consent=True)
        assert reply_duty().due_on == date(2026, 3, 19)
    heads = Notice.objects.about("sharing.ExtensionRequest", request.pk)
    assert heads.filter(recipient=world.health_head, kind="sharing.extension.grant").exists()


def test_what_is_answered_at_once_has_no_extension(world: World) -> None:
    entry = scenes.a_published_entry(
        world, sharing_type=SharingType.UNCONDITIONAL, sharing_condition=""
    )
    application = scenes.a_delivered_application(world, entry)
    with pytest.raises(Conflict):
        extensions.ask(
            actor=actor_of(world.police_head), application=application, days=3, reason="核对"
        )


def test_an_application_belongs_to_its_entry_and_its_house(world: World) -> None:
    entry = scenes.a_published_entry(world)
    other = scenes.a_published_entry(world, title="机动车登记信息")
    with pytest.raises(ValidationError, match="不属于该信息资源"):
        applications.draft(
            actor=actor_of(world.health_cataloguer),
            entry=entry,
            values=scenes.application_values(),
            item_ids=[other.items.get(name="姓名").pk],
        )
    with pytest.raises(ValidationError, match="无须申请"):
        applications.draft(
            actor=actor_of(world.police_cataloguer),
            entry=entry,
            values=scenes.application_values(),
            item_ids=[],
        )
    with pytest.raises(PermissionDenied):
        applications.draft(
            actor=actor_of(world.health_head),
            entry=entry,
            values=scenes.application_values(),
            item_ids=[],
        )
    assert not ShareApplication.objects.exists()
