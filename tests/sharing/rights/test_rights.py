"""From the undertaking to the disposal: what a department owes that uses another's data."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.demo.clock import DemoClock
from citybrain.demo.story import at
from citybrain.duties.services import open_duties_of
from citybrain.notices.models import Notice
from sharing.choices import AuthorizationState
from sharing.models import Authorization, Undertaking, UseReminder, UseReport
from sharing.rights import reminding, reports
from sharing.rights.choices import ReportState
from sharing.services import applications, authorizations, codes
from sharing.tasks import keep_rights
from tests import scenes
from tests.evaluation.years import call
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
WORDS = {
    "scenario": "预防接种登记",
    "process": "窗口受理时逐件核验",
    "effect": "减少证明材料两项",
    "storage": "不落库，只存核验结果",
    "destruction": "核验结果满一年清除",
}


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_nobody_uses_data_before_the_obligations_are_accepted(world: World, client: Client) -> None:
    application = applications.move(
        "agree",
        actor=actor_of(world.police_head),
        application=scenes.a_delivered_application(world, scenes.a_hosted_entry(world)),
    )
    grant = application.authorization
    with pytest.raises(ValidationError, match="数据使用承诺"):
        codes.issue(actor=actor_of(world.health_cataloguer), authorization=grant)
    client.force_login(world.health_head)
    page = client.get(reverse("sharing:authorization", args=[grant.pk])).content.decode()
    assert "不向任何第三方提供" in page
    url = reverse("sharing:undertake", args=[grant.pk])
    assert client.post(url, {"wording": "2019-1"}).status_code == 409
    for _twice in range(2):
        assert client.post(url, {"wording": "2026-1"}).status_code == 302
    kept = Undertaking.objects.get()
    assert (kept.accepted_by, kept.department) == (world.health_head, world.health)
    assert codes.issue(actor=actor_of(world.health_cataloguer), authorization=grant)


def test_use_is_reported_each_half_year_and_ends_with_a_certificate(world: World) -> None:
    with DemoClock(at(date(2026, 3, 2), 9)).running() as clock:
        entry = scenes.a_hosted_entry(world)
        grant = scenes.an_authorization(world, entry)
        code = scenes.a_code(world, grant)
        assert keep_rights() == 0, "nothing is owed for a half-year before the grant"
        clock.now = at(date(2026, 4, 1), 9)
        assert call(code, grant) == 200
        clock.now = at(date(2026, 7, 1), 1)
        assert (keep_rights(), keep_rights()) == (1, 0)
        report = UseReport.objects.get()
        assert (report.first_day, report.last_day) == (date(2026, 3, 2), date(2026, 6, 30))
        consumer = actor_of(world.health_cataloguer)
        with pytest.raises(ValidationError):
            reports.move("file", actor=consumer, report=report, inputs={**WORDS, "effect": ""})
        report = reports.move("file", actor=consumer, report=report, inputs=WORDS)
        assert (report.calls, report.rows, len(report.digest)) == (1, len(scenes.ROWS), 64)
        assert not open_duties_of(report)
        report = reports.move(
            "return",
            actor=actor_of(world.police_head),
            report=report,
            inputs={"reason": "写明存储位置"},
        )
        assert [duty.rule for duty in open_duties_of(report)] == ["record_use"]

        # The purpose is met: use ends at once, and the consumer says what became of the data.
        authorizations.move(
            "finish", actor=consumer, authorization=grant, reason="系统下线，不再需要"
        )
        assert call(code, grant) == 403
        ended = UseReport.objects.get(kind="disposal")
        assert [duty.department for duty in open_duties_of(ended)] == [world.health]
        ended = reports.move(
            "certify",
            actor=consumer,
            report=ended,
            inputs={"storage": "缓存库一份", "destruction": "覆写三次，两人监督"},
        )
        ended = reports.move("confirm", actor=actor_of(world.police_head), report=ended)
        assert ended.state == ReportState.CONFIRMED


def test_both_sides_are_told_of_the_end_and_of_what_nobody_uses(world: World) -> None:
    begin = date(2026, 3, 2)
    with DemoClock(at(begin, 9)).running() as clock:
        entry = scenes.a_hosted_entry(world)
        grant = scenes.an_authorization(world, entry)
        clock.now = at(begin + timedelta(days=181), 9)
        assert list(reminding.idle()) == [grant]
        assert (reminding.remind(), reminding.remind()) == (1, 0)
        assert told("sharing.authorization.idle") == {
            "health_cataloguer", "health_head", "police_head", "coordinator",
        }  # fmt: skip
        counts = []
        # The job does not run on the seventh day; it makes up for that on the sixth.
        for left in (31, 30, 29, 6, 1, 0):
            clock.now = at(grant.ends_on - timedelta(days=left), 9)
            counts.append(reminding.remind())
        assert counts == [0, 1, 0, 1, 1, 0]
        UseReminder.objects.filter(stage=1).delete()  # had it not run on the day before
        assert reminding.remind() == 1
        assert "今天到期" in Notice.objects.latest("id").title
        assert told("sharing.authorization.ends_soon") == {
            "health_cataloguer", "health_head", "police_head",
        }  # fmt: skip
        clock.now = at(grant.ends_on + timedelta(days=1), 2)
        assert authorizations.expire_due() == 1
        assert UseReport.objects.get().is_disposal
        assert Authorization.objects.get().state == AuthorizationState.EXPIRED
        assert timezone.localdate() > grant.ends_on
