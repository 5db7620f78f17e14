"""The pages of departments and people: who opens them, what a form says, what is shown once."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import Department, User
from tests.factories.organizations import UserFactory
from tests.organizations.test_people_import import workbook
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
PASSWORD = re.compile(r"[a-zA-Z2-9]{4}(?:-[a-zA-Z2-9]{4}){3}")
LOOKING = ["administration:departments", "administration:people"]
MANAGING = [
    "administration:department_create",
    "administration:person_create",
    "administration:people_import",
    "administration:people_template",
]


@pytest.fixture
def admin(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.admin)


@pytest.mark.parametrize("name", LOOKING)
def test_lists_are_for_those_who_look_after_people(
    world: World, signed_in: SignedIn, name: str
) -> None:
    assert signed_in(world.admin).get(reverse(name)).status_code == 200
    assert signed_in(world.auditor).get(reverse(name)).status_code == 200
    assert signed_in(world.police_head).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", MANAGING)
def test_changes_are_for_the_bureaus_administrator(
    world: World, signed_in: SignedIn, name: str
) -> None:
    page = signed_in(world.admin).get(reverse(name))
    assert page.status_code == 200
    assert b"------" not in page.content
    for person in (world.auditor, world.approver, world.police_head):
        assert signed_in(person).get(reverse(name)).status_code == 403


def test_a_file_is_shown_to_the_person_and_to_nobody_elses_colleagues(
    world: World, signed_in: SignedIn
) -> None:
    url = reverse("administration:person", args=[world.police_head.pk])
    assert signed_in(world.police_head).get(url).status_code == 200
    assert signed_in(world.auditor).get(url).status_code == 200
    answer = signed_in(world.police_cataloguer).get(url)
    assert answer.status_code == 404
    assert "龚警享" not in answer.content.decode()
    change = reverse("administration:person_change", args=[world.police_head.pk])
    assert signed_in(world.police_head).get(change).status_code == 403


@pytest.mark.parametrize("q", ["龚警", "gongjing", "gong jing", "gjx", "POLICE_H"])
def test_people_are_found_by_name_pinyin_and_initials(world: World, admin: Client, q: str) -> None:
    found = admin.get(reverse("administration:people"), {"q": q})
    assert [person for person, _roles in found.context["people"]] == [world.police_head]


def test_people_are_narrowed_by_department_and_role(world: World, admin: Client) -> None:
    found = admin.get(
        reverse("administration:people"), {"department": world.police.pk, "role": "cataloguer"}
    )
    ((person, roles),) = found.context["people"]
    assert (person, roles) == (world.police_cataloguer, ["编目员"])


def test_the_list_costs_the_same_for_three_and_for_thirty(
    world: World, admin: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(30):
        UserFactory(department=world.police, roles=["cataloguer"])
    with django_assert_max_num_queries(20):
        admin.get(reverse("administration:people"))


def test_a_person_is_created_by_form_and_the_password_shown_once(
    world: World, admin: Client
) -> None:
    answer = admin.post(
        reverse("administration:person_create"),
        {
            "username": "gaj.new",
            "name": "卞新录",
            "department": world.police.pk,
            "roles": ["cataloguer"],
            "email": "",
            "post": "",
            "phone": "",
        },
    )
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (password,) = set(PASSWORD.findall(answer.content.decode()))
    assert authenticate(username="gaj.new", password=password) is not None
    page = admin.get(reverse("administration:person", args=[User.objects.get(name="卞新录").pk]))
    assert password not in page.content.decode()


def test_a_form_names_the_field_that_is_wrong(world: World, admin: Client) -> None:
    answer = admin.post(
        reverse("administration:person_create"),
        {
            "username": "police_head",
            "name": "重名",
            "department": world.police.pk,
            "roles": ["auditor"],
        },
    )
    assert answer.status_code == 422
    assert "username" in answer.context["form"].errors
    answer = admin.post(
        reverse("administration:department_change", args=[world.police.pk]),
        {
            "short_name": "市公安局",
            "credit_code": "11460100XN0000020A",
            "kind": "government",
            "level": "city",
            "parent": world.city.pk,
            "order": 5,
        },
    )
    assert answer.status_code == 422
    assert "校验位" in answer.content.decode()
    world.police.refresh_from_db()
    assert world.police.order == 1000


def test_a_merger_is_shown_before_it_is_done(world: World, admin: Client) -> None:
    url = reverse("administration:department_merge", args=[world.water.pk])
    data = {"target": world.health.pk, "basis": "海机编〔2026〕9号", "effective_on": "2026-03-02"}
    answer = admin.post(url, data)
    assert "3 名人员" in answer.content.decode()
    assert Department.objects.get(pk=world.water.pk).retired_on is None
    answer = admin.post(url, {**data, "confirmed": "1"})
    assert answer.status_code == 302
    page = admin.get(reverse("administration:department", args=[world.water.pk]))
    assert "海机编〔2026〕9号" in page.content.decode()
    assert admin.post(url, {**data, "confirmed": "1"}).status_code == 409


def test_people_are_imported_by_upload_preview_and_confirmation(
    world: World, admin: Client
) -> None:
    url = reverse("administration:people_import")
    file = workbook(
        ["gaj.new1", "卞新一", "市公安局", "", "编目员", "", ""],
        ["gaj.new2", "卞新二", "市公安局", "", "", "", ""],
    )
    preview = admin.post(url, {"file": SimpleUploadedFile("人员.xlsx", file.read())})
    assert preview.status_code == 200
    assert not User.objects.filter(username="gaj.new1").exists()
    done = admin.post(url, {"lines": preview.context["lines"]})
    assert len(set(PASSWORD.findall(done.content.decode()))) == 2
    assert User.objects.filter(username__startswith="gaj.new").count() == 2


def test_a_preview_that_has_become_wrong_is_shown_again(world: World, admin: Client) -> None:
    url = reverse("administration:people_import")
    file = workbook(["gaj.new1", "卞新一", "市公安局", "", "编目员", "", ""])
    preview = admin.post(url, {"file": SimpleUploadedFile("人员.xlsx", file.read())})
    UserFactory(username="gaj.new1", name="已有", is_active=False, department=world.police)
    done = admin.post(url, {"lines": preview.context["lines"]})
    assert done.status_code == 409
    assert "已停用" in done.content.decode()


def test_a_bad_file_gets_a_sentence(world: World, admin: Client) -> None:
    url = reverse("administration:people_import")
    for content in (b"", b"PK\x03\x04 broken", "用户名,姓名".encode()):
        answer = admin.post(url, {"file": SimpleUploadedFile("人员.xlsx", content)})
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
    answer = admin.post(url, {"lines": "forged"})
    assert answer.status_code == 422
    assert "预览已失效" in answer.content.decode()


def test_a_refused_page_is_on_record(world: World, signed_in: SignedIn) -> None:
    signed_in(world.police_head).get(reverse("administration:people"))
    entry = AuditRecord.objects.get(verb="access.refused")
    assert entry.subject_text == "/administration/people/"
    assert entry.actor == world.police_head


def test_the_name_of_a_person_is_what_it_looks_like(admin: Client, world: World) -> None:
    data = {"username": "sea", "name": "陈\u202e海", "department": world.police.pk}
    answer = admin.post(reverse("administration:person_create"), data)
    assert answer.status_code == 422
    assert "看不见的文字方向控制字符" in answer.content.decode()
