"""What leaves the country needs an assessment that the cyberspace office has checked (HK-22)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from security.abroad.choices import AssessmentState
from security.models import ExportAssessment
from sharing.choices import ApplicationState
from tests import scenes
from tests.permissions.security_abroad import an_assessment
from tests.personas import World
from tests.sharing.applying import client_of, page_of, press, typed

pytestmark = pytest.mark.django_db
NOTE = "香港某研究所，在香港处理，用于疫苗研究"


def test_an_application_that_leaves_the_country_waits_for_its_assessment(world: World) -> None:
    """Registered by form, checked, chosen in the supplement: only then can it be agreed to."""
    entry = scenes.a_published_entry(world)
    application = scenes.a_delivered_application(world, entry, goes_abroad=True, abroad_note=NOTE)
    assert NOTE in page_of(world.police_head, application)
    refused = press(world.police_head, application, "agree")
    assert refused.status_code == 422
    assert "没有数据出境安全评估记录" in refused.content.decode()
    press(world.police_head, application, "ask_supplement", reason="提供安全评估记录")

    made = an_assessment(world)
    new = client_of(world.health_security).post(reverse("security:export_new"), {"way": "contract"})
    assert new.status_code == 422
    url = reverse("sharing:application_supplement", args=[application.pk])
    cataloguer = client_of(world.health_cataloguer)
    words = typed(entry, goes_abroad="on", abroad_note=NOTE, supplement="已补", assessment=made.pk)
    words["version"] = application.version
    assert cataloguer.post(url, words).status_code == 422, "it has not been checked yet"
    officer = client_of(world.cyberspace_officer)
    confirm = reverse("security:export_move", args=[made.pk, "confirm"])
    assert officer.post(confirm, {"version": 0}).status_code == 302
    made.refresh_from_db()
    assert made.state == AssessmentState.CONFIRMED
    assert cataloguer.post(url, words).status_code == 302
    too_short = timezone.localdate() + timedelta(days=30)
    ExportAssessment.objects.update(valid_until=too_short)
    refused = press(world.police_head, application, "agree")
    assert "早于使用截止日期" in refused.content.decode()
    ExportAssessment.objects.update(valid_until=timezone.localdate() + timedelta(days=900))
    press(world.police_head, application, "agree")
    assert application.state == ApplicationState.AGREED
    terms = application.authorization.terms
    assert terms["abroad"] == {"note": NOTE, "assessment": made.number}


def test_what_was_returned_is_entered_anew_and_what_is_over_is_not(world: World) -> None:
    """A wrong date costs one more entry, not the number that the authority has given."""
    made = an_assessment(world)
    today = timezone.localdate()
    given = {
        name: getattr(made, name)
        for name in ("way", "number", "authority", "recipient", "region", "scope")
    }
    dates = {"concluded_on": today - timedelta(days=30), "valid_until": today + timedelta(days=900)}
    officer = client_of(world.health_security)
    new = reverse("security:export_new")
    again = officer.post(new, {**given, **dates})
    assert "这一编号已登记过" in again.content.decode()
    client_of(world.cyberspace_officer).post(
        reverse("security:export_move", args=[made.pk, "return"]),
        {"version": 0, "reason": "有效期与通知书不一致"},
    )
    over = officer.post(new, {**given, **dates, "valid_until": today - timedelta(days=1)})
    assert "已过有效期" in over.content.decode()
    assert officer.post(new, {**given, **dates}).status_code == 302
    assert ExportAssessment.objects.filter(number=made.number).count() == 2
