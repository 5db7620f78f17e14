"""Misuse is rectified or ends the use; a supply is not stopped without a word; data goes no further."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from citybrain.duties.services import open_duties_of
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from sharing.choices import AuthorizationState
from sharing.models import Authorization, RightsMatter, UseReport
from sharing.rights import matters
from sharing.rights.choices import MatterKind, MatterState
from tests import scenes
from tests.evaluation.years import call
from tests.personas import World, actor_of
from tests.sharing.using import SignedIn, text_of

pytestmark = pytest.mark.django_db


def raised(world: World, person: User, kind: str, **values: object) -> RightsMatter:
    return matters.raise_matter(
        actor=actor_of(person),
        authorization=Authorization.objects.get(),
        kind=kind,
        **{"text": "查明的情况和理由", **values},  # type: ignore[arg-type]
    )


def moved(name: str, matter: RightsMatter, person: User, **inputs: str) -> RightsMatter:
    return matters.move(name, actor=actor_of(person), matter=matter, inputs=inputs)


def owed(matter: RightsMatter) -> list[tuple[str, str]]:
    return [(duty.rule, duty.department.short_name) for duty in open_duties_of(matter)]


def test_a_misuse_suspends_until_it_is_rectified_or_ends_the_use(
    world: World, signed_in: SignedIn
) -> None:
    grant = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    code = scenes.a_code(world, grant)
    for stranger in (world.health_head, world.water_head, world.police_cataloguer):
        with pytest.raises(Exception):  # noqa: B017, PT011 - unseen or not allowed
            raised(world, stranger, MatterKind.MISUSE)
    found = raised(world, world.police_head, MatterKind.MISUSE)
    assert owed(found) == [("rectify_use", "市卫健委")]
    assert call(code, grant) == 403
    with pytest.raises(Conflict, match="同类事项"):
        raised(world, world.coordinator, MatterKind.MISUSE)
    found = moved("report", found, world.health_cataloguer, response="已停用越权功能")
    page = text_of(signed_in(world.coordinator).get(reverse("sharing:matter", args=[found.pk])))
    assert "等待办理：<b>海口市公安局</b>" in page, "whoever could only end it sees who is to look"
    found = moved("reject", found, world.police_head, reason="日志显示仍在调用")
    assert owed(found) == [("rectify_use", "市卫健委")]
    found = moved("report", found, world.health_cataloguer, response="已下线")
    found = moved("accept", found, world.police_head)
    assert (found.state, call(code, grant)) == (MatterState.RECTIFIED, 200)

    again = raised(world, world.coordinator, MatterKind.MISUSE)
    with pytest.raises(PermissionDenied):
        moved("end", again, world.police_head, reason="逾期")
    moved("end", again, world.coordinator, reason="逾期未整改")
    grant.refresh_from_db()
    assert grant.state == AuthorizationState.REVOKED
    assert UseReport.objects.get(authorization=grant).is_disposal


def test_a_supply_ends_after_agreement_and_filing_on_its_day(world: World) -> None:
    grant = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    day = timezone.localdate() + timedelta(days=30)
    with pytest.raises(ValidationError, match="提前协商"):
        raised(world, world.police_head, MatterKind.STOP, wanted_on=timezone.localdate())
    found = raised(world, world.police_head, MatterKind.STOP, wanted_on=day)
    found = moved("object", found, world.health_head, response="没有替代来源")
    found = moved("renegotiate", found, world.police_head, reason="改由新接口提供")
    assert owed(found) == [("answer_matter", "市卫健委")]
    found = moved("agree", found, world.health_head, response="两周内切换")
    found = moved("file", found, world.coordinator, filing_number="海数备〔2026〕3号")
    grant.refresh_from_db()
    assert (grant.state, matters.end_filed()) == (AuthorizationState.ACTIVE, 0)
    RightsMatter.objects.update(wanted_on=timezone.localdate())
    assert (matters.end_filed(), matters.end_filed()) == (1, 0)
    grant.refresh_from_db()
    assert grant.state == AuthorizationState.REVOKED


def test_data_goes_to_a_third_party_with_the_providers_consent_alone(world: World) -> None:
    scenes.an_authorization(world, scenes.a_hosted_entry(world))
    with pytest.raises(ValidationError, match="第三方"):
        raised(world, world.health_head, MatterKind.FORWARD)
    for name in (world.water.name, world.water.short_name):
        with pytest.raises(ValidationError, match="自行提出共享申请"):
            raised(world, world.health_head, MatterKind.FORWARD, recipient=name)
    found = raised(world, world.health_head, MatterKind.FORWARD, recipient="海口市某医院")
    assert owed(found) == [("answer_matter", "市公安局")]
    with pytest.raises(PermissionDenied):
        moved("grant", found, world.health_head, response="自己同意")
    found = moved("grant", found, world.police_head, response="限核验结果，一年")
    assert (found.state, owed(found)) == (MatterState.GRANTED, [])
