"""People from a workbook: rehearsed row by row, then all or none."""

import io
from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError
from openpyxl import Workbook

from citybrain.administration import importing
from citybrain.administration.importing import Action
from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from citybrain.refusals import Refused
from citybrain.spreadsheets import SpreadsheetError
from tests.factories.organizations import DepartmentFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
HEADINGS = ["用户名", "姓名", "单位简称或编号", "职务", "角色", "邮箱", "电话"]


def workbook(*rows: list[object], headings: list[str] | None = None) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(headings or HEADINGS)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.fixture
def admin(world: World, actor_of: Callable[[User], Actor]) -> Actor:
    return actor_of(world.admin)


def test_the_preview_says_row_by_row_what_will_happen_and_saves_nothing(
    world: World, admin: Actor
) -> None:
    people, records = User.objects.count(), AuditRecord.objects.count()
    lines = importing.read(
        workbook(
            ["gaj.new1", "卞新一", "市公安局", "科员", "编目员、数据安全员", "a@example.com", ""],
            ["police_head", "龚警享", "police", "处长", "", "", ""],
            ["police_cataloguer", "卞警录", "海口市公安局", "科员", "编目员", "", ""],
            ["gaj.new2", "", "市公安局", "", "", "", ""],
            ["gaj.new3", "卞新三", "市航天局", "", "", "", ""],
            ["gaj.new4", "卞新四", "市公安局", "", "编目员，共享工作机构负责人", "", ""],
            ["gaj.new5", "卞新五", "市公安局", "", "目录审核", "", ""],
            ["gaj.new6", "卞新六", "市公安局", "", "局长", "", ""],
            ["GAJ.new1", "卞又一", "市公安局", "", "", "", ""],
        )
    )
    outcomes = importing.preview(lines, admin)
    assert [one.action for one in outcomes] == [
        Action.ADD, Action.CHANGE, Action.SAME, *[Action.REFUSED] * 6,
    ]  # fmt: skip
    notes = ["；".join(one.notes) for one in outcomes]
    assert notes[1] == "职务：科员 → 处长"
    assert notes[3].startswith("姓名：")
    assert "没有单位“市航天局”" in notes[4]
    assert "不能由同一人担任" in notes[5]
    assert "市公安局不设“目录审核”" in notes[6]
    assert "没有角色“局长”" in notes[7]
    assert "编目员、共享工作机构负责人" in notes[7]
    assert notes[8] == "用户名与第 2 行重复。"
    assert User.objects.count() == people
    assert AuditRecord.objects.count() == records
    world.police_head.refresh_from_db()
    assert world.police_head.post == "科员"


def test_an_import_adds_and_changes_and_is_on_record(world: World, admin: Actor) -> None:
    lines = importing.read(
        workbook(
            ["gaj.new1", "卞新一", "市公安局", "科员", "编目员", "a@example.com", "0898-1"],
            ["police_head", "龚警享", "市公安局", "处长", "", "", ""],
        )
    )
    added, changed = importing.import_people(lines, admin)
    assert added.issued is not None
    user = User.objects.get(username="gaj.new1")
    assert authenticate(username="gaj.new1", password=added.issued.password) == user
    assert user.must_change_password
    assert (user.department, user.phone) == (world.police, "0898-1")
    assert changed.issued is None
    world.police_head.refresh_from_db()
    assert world.police_head.post == "处长"
    assert world.police_head.groups.count() == 1, "an empty cell must not take roles away"
    verbs = list(AuditRecord.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "organizations.person_created",
        "organizations.roles_changed",
        "organizations.person_changed",
    ]


def test_one_bad_row_keeps_all_others_out(world: World, admin: Actor) -> None:
    lines = importing.read(
        workbook(
            ["gaj.new1", "卞新一", "市公安局", "", "", "", ""],
            ["gaj.new2", "卞新二", "没有的局", "", "", "", ""],
        )
    )
    with pytest.raises(Refused) as refused:
        importing.import_people(lines, admin)
    assert refused.value.reasons == [
        "第 3 行：单位简称或编号：没有单位“没有的局”，请核对简称或编号。"
    ]
    assert not User.objects.filter(username="gaj.new1").exists()


def test_two_departments_of_one_short_name_are_not_guessed_at(world: World, admin: Actor) -> None:
    DepartmentFactory(short_name="区教育局", code="longhua-edu")
    DepartmentFactory(short_name="区教育局", code="meilan-edu")
    by_name, by_code = importing.preview(
        importing.read(
            workbook(
                ["edu1", "卞教一", "区教育局", "", "", "", ""],
                ["edu2", "卞教二", "meilan-edu", "", "", "", ""],
            )
        ),
        admin,
    )
    assert "有多个单位叫“区教育局”" in by_name.notes[0]
    assert by_code.action == Action.ADD


def test_a_closed_account_is_not_reopened_by_a_workbook(world: World, admin: Actor) -> None:
    world.water_head.is_active = False
    world.water_head.save()
    (outcome,) = importing.preview(
        importing.read(workbook(["water_head", "龚水享", "市水务局", "", "", "", ""])), admin
    )
    assert outcome.action == Action.REFUSED
    assert "已停用" in outcome.notes[0]


def test_formulas_and_wrong_headings_are_named(world: World, admin: Actor) -> None:
    (outcome,) = importing.preview(
        importing.read(workbook(["gaj.new1", "=A2", "市公安局", "", "", "", ""])), admin
    )
    assert outcome.action == Action.REFUSED
    assert "B 列“姓名”" in outcome.notes[0]
    assert "公式" in outcome.notes[0]
    with pytest.raises(SpreadsheetError, match="缺少“姓名”"):
        importing.read(workbook(headings=["用户名", "名字", *HEADINGS[2:]]))
    with pytest.raises(SpreadsheetError):
        importing.read(io.BytesIO("用户名,姓名".encode()))


def test_more_people_than_allowed_are_refused_before_they_are_read(world: World) -> None:
    rows = [[f"p{n}", f"人{n}", "市公安局", "", "", "", ""] for n in range(501)]
    with pytest.raises(SpreadsheetError, match="500"):
        importing.read(workbook(*rows))


def test_an_empty_workbook_says_so(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="没有人员"):
        importing.preview(importing.read(workbook()), admin)


def test_the_template_is_read_back(world: World) -> None:
    assert importing.read(io.BytesIO(importing.template())) == []


def test_only_the_one_who_saw_the_preview_can_confirm_it(
    world: World, admin: Actor, actor_of: Callable[[User], Actor]
) -> None:
    lines = importing.read(workbook(["gaj.new1", "卞新一", "市公安局", "", "", "", ""]))
    text = importing.sign(lines, admin)
    assert importing.unsign(text, admin) == lines
    with pytest.raises(ValidationError, match="预览已失效"):
        importing.unsign(text, actor_of(world.coordinator))
    with pytest.raises(ValidationError, match="预览已失效"):
        importing.unsign(text[:-3] + "abc", admin)


def test_others_import_nobody(world: World, actor_of: Callable[[User], Actor]) -> None:
    lines = importing.read(workbook(["gaj.new1", "卞新一", "市公安局", "", "", "", ""]))
    with pytest.raises(PermissionDenied):
        importing.import_people(lines, actor_of(world.police_head))
    with pytest.raises(PermissionDenied):
        importing.preview(lines, actor_of(world.auditor))
