"""Public institutions answer in the bureau's term, and providers help those who use their data."""

import pytest
from django.urls import reverse

from citybrain.duties.models import Duty
from citybrain.organizations.choices import Kind
from citybrain.organizations.models import Department
from citybrain.parameters.models import ParameterValue
from sharing.choices import ApplicationState
from sharing.guidance.choices import GuidanceState
from sharing.models import GuidanceTicket, ShareApplication
from tests import scenes
from tests.sharing.applying import client_of
from tests.sharing.conftest import Published

pytestmark = pytest.mark.django_db


def test_a_question_is_answered_asked_again_and_closed(publishing: Published) -> None:
    """Asked on the entry's page, in the bureau's term, with the time of the first answer kept."""
    world, entry = publishing
    ParameterValue.objects.create(
        code="answer_guidance_days", number=1, value=3, ground="局务会议决定"
    )
    new = reverse("sharing:guidance_new", args=[entry.pk])
    cataloguer, provider = client_of(world.health_cataloguer), client_of(world.police_cataloguer)
    shown = cataloguer.get(reverse("catalog:entry", args=[entry.pk])).content.decode()
    assert new in shown
    assert cataloguer.post(new, {"kind": "support", "title": ""}).status_code == 422
    words = {"kind": "support", "title": "调用返回503", "text": "每天零点调用失败"}
    assert provider.post(new, words).status_code == 422, "one's own entry"
    cataloguer.post(new, words)
    ticket = GuidanceTicket.objects.get()
    page = reverse("sharing:guidance_ticket", args=[ticket.pk])
    assert Duty.objects.of(ticket).get().days == 3
    assert page in provider.get(reverse("home")).content.decode(), "on the worklist"

    def press(client, name: str, **inputs: str) -> int:
        ticket.refresh_from_db()
        url = reverse("sharing:guidance_move", args=[ticket.pk, name])
        return client.post(url, {"version": ticket.version, **inputs}).status_code

    assert press(provider, "answer", reason="零点备份，已改到三点") == 302
    ticket.refresh_from_db()
    first = ticket.first_answered_at
    assert first is not None
    assert press(cataloguer, "ask_again", reason="三点也失败") == 302
    assert press(provider, "answer", reason="已扩容") == 302
    assert press(cataloguer, "close") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.first_answered_at) == (GuidanceState.CLOSED, first)
    shown = cataloguer.get(page).content.decode()
    assert "零点备份，已改到三点" in shown
    assert "已扩容" in shown
    assert client_of(world.water_head).get(page).status_code == 404
    listed = provider.get(reverse("sharing:guidance"), {"side": "provided"}).content.decode()
    assert ticket.number in listed


def test_a_public_institution_answers_in_the_term_that_the_bureau_sets(
    publishing: Published,
) -> None:
    world, entry = publishing
    ParameterValue.objects.create(
        code="reply_institution_days", number=1, value=7, ground="局务会议决定"
    )
    Department.objects.filter(pk=world.police.pk).update(kind=Kind.INSTITUTION)
    application = scenes.a_delivered_application(world, entry)
    duty = Duty.objects.of(application).exclude(rule="internal_signoff").get()
    assert (duty.rule, duty.days) == ("reply_institution", 7)


def test_a_question_on_an_application_is_found_from_it_by_both_sides(
    publishing: Published,
) -> None:
    world, entry = publishing
    application = scenes.a_delivered_application(world, entry)
    page = reverse("sharing:application", args=[application.pk])
    new = f"{reverse('sharing:guidance_new', args=[entry.pk])}?application={application.pk}"
    cataloguer, provider = client_of(world.health_cataloguer), client_of(world.police_cataloguer)
    assert new in cataloguer.get(page).content.decode()
    assert new not in provider.get(page).content.decode(), "its provider asks nobody"
    words = {"kind": "guidance", "title": "字段含义", "text": "有效期止是否含当日"}
    cataloguer.post(new, words)
    ticket = GuidanceTicket.objects.get()
    assert ticket.application == application
    url = reverse("sharing:guidance_ticket", args=[ticket.pk])
    for client in (cataloguer, provider):
        assert url in client.get(page).content.decode()
        assert page in client.get(url).content.decode()
    ShareApplication.objects.update(state=ApplicationState.DRAFT, submitted_at=None)
    assert page in cataloguer.get(url).content.decode()
    assert page not in provider.get(url).content.decode(), "nobody else knows of a draft"
    wrong = new.replace(str(application.pk), "999999")
    assert cataloguer.get(wrong).status_code == 404
