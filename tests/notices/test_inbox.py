"""The inbox pages: one's own notices alone, reading them, and never a way out of the portal."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citybrain import registry
from citybrain.notices.models import Notice, NoticePreference
from citybrain.registry import Subject
from tests.notices.conftest import SUBJECT_PAGE
from tests.personas import World

pytestmark = pytest.mark.django_db
INBOX = "/notices/"


def test_it_shows_ones_own_notices_newest_first(world: World, signed_in, told) -> None:
    told(world.police_head, title="先来的事项")
    told(world.police_head, title="后来的事项", body="第一行\n第二行")
    told(world.health_head, title="别人的事项", subject=world.health)
    page = signed_in(world.police_head).get(INBOX).content.decode()
    assert page.index("后来的事项") < page.index("先来的事项")
    assert "第一行<br>第二行" in page
    assert "别人的事项" not in page


def test_the_unread_filter(world: World, signed_in, told) -> None:
    client = signed_in(world.police_head)
    told(world.police_head, title="读过的事项")
    client.post(f"{INBOX}{Notice.objects.get().pk}/read/")
    told(world.police_head, title="未读的事项")
    page = client.get(f"{INBOX}?unread=1").content.decode()
    assert "未读的事项" in page
    assert "读过的事项" not in page
    assert "读过的事项" in client.get(INBOX).content.decode()


def test_text_is_shown_as_text(world: World, signed_in, told) -> None:
    told(world.police_head, title="<script>alert(1)</script>", body="<img src=x>")
    page = signed_in(world.police_head).get(INBOX).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_opening_marks_as_read_and_leads_to_the_subject(world: World, signed_in, told) -> None:
    told(world.police_head)
    notice = Notice.objects.get()
    response = signed_in(world.police_head).get(f"{INBOX}{notice.pk}/")
    assert response.status_code == 302
    assert response.url == SUBJECT_PAGE
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "/\\evil.example.com/",
        "\\\\evil.example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example.com",
        "http:///evil.example.com",
        "",
    ],
)
def test_it_never_leads_out_of_the_portal(world: World, signed_in, told, url: str) -> None:
    told(world.police_head)
    with registry.subjects.override("organizations.Department", Subject("部门", lambda d: url)):
        response = signed_in(world.police_head).get(f"{INBOX}{Notice.objects.get().pk}/")
    assert response.status_code == 302
    assert response.url == INBOX


def test_a_subject_that_is_gone_leads_back_to_the_inbox(world: World, signed_in, told) -> None:
    told(world.police_head)
    Notice.objects.update(subject_id=999_999)
    response = signed_in(world.police_head).get(f"{INBOX}{Notice.objects.get().pk}/")
    assert response.url == INBOX


def test_somebody_elses_notice_is_not_found(world: World, signed_in, told) -> None:
    told(world.police_head)
    notice = Notice.objects.get()
    for other in (world.police_cataloguer, world.coordinator, world.auditor):
        client = signed_in(other)
        assert client.get(f"{INBOX}{notice.pk}/").status_code == 404
        assert client.post(f"{INBOX}{notice.pk}/read/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_needs_a_post(world: World, signed_in, told) -> None:
    told(world.police_head)
    client = signed_in(world.police_head)
    assert client.get(f"{INBOX}{Notice.objects.get().pk}/read/").status_code == 405
    assert client.get(f"{INBOX}read/").status_code == 405
    assert Notice.objects.get().read_at is None


def test_reading_needs_the_forms_token(world: World, signed_in, told) -> None:
    told(world.police_head)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.police_head)
    assert client.post(f"{INBOX}read/").status_code == 403
    assert Notice.objects.get().read_at is None


def test_marking_all_leaves_others_alone(world: World, signed_in, told) -> None:
    told(world.police_head, world.police_security)
    signed_in(world.police_head).post(f"{INBOX}read/")
    assert Notice.objects.get(recipient=world.police_head).read_at is not None
    assert Notice.objects.get(recipient=world.police_security).read_at is None


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/notices/?unread=1&page=2", "/notices/?unread=1&page=2"),
        ("https://evil.example.com/notices/", INBOX),
        ("//evil.example.com/", INBOX),
        ("/administration/", INBOX),
        ("", INBOX),
    ],
)
def test_the_button_leads_back_to_the_inbox(
    world: World, signed_in, told, back: str, leads_to: str
) -> None:
    told(world.police_head)
    address = f"{INBOX}{Notice.objects.get().pk}/read/"
    assert signed_in(world.police_head).post(address, {"next": back}).url == leads_to


@pytest.mark.parametrize("page", ["inbox", "preferences", "deputies"])
def test_without_signing_in_there_is_only_the_sign_in_page(page: str, db: None) -> None:
    response = Client().get(reverse(f"notices:{page}"))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_a_copy_says_for_whom_it_is(world: World, signed_in, told, stands_in) -> None:
    stands_in(world.police_head, world.police_security)
    told(world.police_head)
    page = signed_in(world.police_security).get(INBOX).content.decode()
    assert f"代理{world.police_head.name}" in page


def test_it_costs_the_same_at_2_and_at_200(world: World, signed_in, told) -> None:
    client = signed_in(world.police_head)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(INBOX).status_code == 200
        return len(captured)

    told(world.police_head)
    told(world.police_head)
    client.get(INBOX)
    at_2 = queries()
    for _ in range(198):
        told(world.police_head)
    assert queries() == at_2
    assert at_2 <= 16


def test_settings_are_kept_and_shown(world: World, signed_in) -> None:
    client = signed_in(world.police_head)
    address = reverse("notices:preferences")
    page = client.get(address).content.decode()
    assert "police_head@example.com" in page
    response = client.post(address, {"mail": "none", "urgent": ["duties.breached"]})
    assert response.status_code == 302
    kept = NoticePreference.objects.get(person=world.police_head)
    assert (kept.mail, kept.urgent) == ("none", ["duties.breached"])
    client.post(address, {"mail": "immediate"})
    kept.refresh_from_db()
    assert (kept.mail, kept.urgent) == ("immediate", [])


@pytest.mark.parametrize("data", [{}, {"mail": "pigeon"}, {"mail": "none", "urgent": ["x"]}])
def test_other_settings_are_refused(world: World, signed_in, data: dict) -> None:
    response = signed_in(world.police_head).post(reverse("notices:preferences"), data)
    assert response.status_code == 422
    assert not NoticePreference.objects.exists()
