"""The pages: who sees which duty, the calendar, and the form that announces a year."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citybrain.duties.models import CalendarYear
from citybrain.duties.policies import duty_policy
from citybrain.duties.services import cancel, extend, fulfil, pause
from citybrain.organizations.actors import actor_for, system_actor
from citybrain.organizations.models import User
from tests.duties.conftest import Opener, noon, some_subject
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db

SignedIn = Callable[[User], Client]
LIST = "/duties/"
ANNOUNCE = "/duties/calendar/2027/announce/"
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知（测试）"
NOTICE = """2027-01-01 休 元旦
2027年2月5日 休 春节
２０２７/2/6　休　春节

2027-02-20 班
"""


# --- who sees -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("police_cataloguer", True),  # owes it
        ("health_head", True),  # asked for it
        ("water_head", False),
        ("coordinator", True),
        ("city_reader", True),
        ("auditor", True),
        ("admin", False),
        ("cyberspace_officer", False),
    ],
)
def test_a_duty_is_seen_by_both_sides_and_by_supervision(
    opened: Opener, world: World, signed_in: SignedIn, person: str, sees: bool
) -> None:
    duty = opened()
    client = signed_in(world.people[person])
    page = client.get(LIST)
    assert page.status_code == 200
    assert (duty.subject_text in page.content.decode()) == sees
    detail = client.get(reverse("duties:duty", args=[duty.pk]))
    assert detail.status_code == (200 if sees else 404)
    assert duty_policy.queryset(actor_of(world.people[person])).exists() == sees


def test_strangers_are_led_to_sign_in(client: Client, opened: Opener) -> None:
    duty = opened()
    for url in (
        LIST,
        f"/duties/{duty.pk}/",
        "/duties/calendar/",
        "/duties/calendar/2026/",
        ANNOUNCE,
    ):
        assert client.get(url).status_code == 302
        assert "/accounts/login/" in client.get(url)["Location"]
    assert not duty_policy.queryset(actor_for(None)).exists()
    assert duty_policy.queryset(system_actor()).exists()


def test_a_person_without_a_department_sees_no_duty_of_nobody(opened: Opener, world: World) -> None:
    opened(for_department=None)
    lost = User.objects.create(username="lost", name="无单位", department=None)
    assert not duty_policy.queryset(actor_for(lost)).exists()


# --- the list -------------------------------------------------------------------------------------


@time_machine.travel("2026-03-12T10:00:00+08:00", tick=False)
def test_the_list_narrows_by_state_rule_department_and_words(
    opened: Opener, world: World, signed_in: SignedIn
) -> None:
    opened(subject_text="甲项", starts_on=date(2026, 3, 2))  # two days left
    opened(subject_text="乙项", starts_on=date(2026, 3, 11))
    opened("reply_unconditional", subject_text="丙项", starts_on=date(2026, 3, 9))
    paused = opened(subject_text="丁项", starts_on=date(2026, 3, 9), department=world.water)
    pause(duty=paused, reason="缺材料", actor=system_actor(), at=noon(date(2026, 3, 10)))
    client = signed_in(world.coordinator)

    def shown(query: str) -> set[str]:
        page = client.get(f"{LIST}?{query}").content.decode()
        return {name for name in ("甲项", "乙项", "丙项", "丁项") if name in page}

    assert shown("") == {"甲项", "乙项", "丙项", "丁项"}
    assert shown("state=soon") == {"甲项"}
    assert shown("state=due") == {"乙项"}
    assert shown("state=overdue") == {"丙项"}
    assert shown("state=paused") == {"丁项"}
    assert shown("state=done") == set()
    assert shown("rule=reply_unconditional") == {"丙项"}
    assert shown(f"department={world.water.pk}") == {"丁项"}
    assert shown("q=乙") == {"乙项"}
    # What nobody can choose narrows to nothing and breaks nothing.
    for odd in ("state=nonsense", "department=x", "page=999", "sort=;drop"):
        assert client.get(f"{LIST}?{odd}").status_code == 200


def test_the_list_is_sorted_by_due_date_and_paged(
    opened: Opener, world: World, signed_in: SignedIn
) -> None:
    for number in range(53):
        opened(subject_text=f"第{number:02d}项", starts_on=date(2026, 3, 2) + timedelta(number))
    client = signed_in(world.police_head)
    first = client.get(LIST).content.decode()
    assert first.index("第00项") < first.index("第20项")
    assert "第52项" not in first
    assert "第52项" in client.get(f"{LIST}?page=2").content.decode()
    assert "第52项" in client.get(f"{LIST}?sort=-due").content.decode()


def test_what_is_still_to_be_done_comes_first(
    opened: Opener, world: World, signed_in: SignedIn
) -> None:
    done = opened(subject_text="已办项", starts_on=date(2026, 3, 2))
    fulfil(duty=done, actor=system_actor(), at=noon(date(2026, 3, 3)))
    opened(subject_text="待办项", starts_on=date(2026, 4, 1))
    client = signed_in(world.police_head)
    page = client.get(LIST).content.decode()
    assert page.index("待办项") < page.index("已办项")
    page = client.get(f"{LIST}?sort=due").content.decode()
    assert page.index("已办项") < page.index("待办项")


def test_the_list_asks_as_often_for_200_duties_as_for_two(
    opened: Opener, world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citybrain.duties.views.duty.PER_PAGE", 200)
    client = signed_in(world.coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(LIST)
        assert page.status_code == 200
        return len(captured)

    opened(), opened(starts_on=date(2026, 12, 28))
    queries()  # the first page of a process also loads the calendar
    few = queries()
    for _ in range(198):
        opened(subject=some_subject())
    assert queries() == few
    assert few <= 20


# --- one duty -------------------------------------------------------------------------------------


def test_the_page_of_a_duty_tells_its_whole_story(
    opened: Opener, world: World, signed_in: SignedIn
) -> None:
    duty = opened(starts_on=date(2026, 12, 21))
    system = system_actor()
    pause(duty=duty, reason="缺少使用依据", actor=system, at=noon(date(2026, 12, 22)))
    page = signed_in(world.health_head).get(f"/duties/{duty.pk}/").content.decode()
    assert "暂停计时" in page
    assert "缺少使用依据" in page
    assert "《政务数据共享条例》第二十一条" in page
    extended = opened(starts_on=date(2026, 12, 21))
    extend(
        duty=extended,
        days=10,
        reason="需要核对",
        actor=actor_of(world.coordinator),
        consented_by=world.bureau,
        at=noon(date(2026, 12, 22)),
    )
    page = signed_in(world.health_head).get(f"/duties/{extended.pk}/").content.decode()
    assert "到期日为暂定" in page
    assert "海口市大数据发展局" in page
    assert "解协调" in page


@pytest.mark.parametrize("ended", ["done", "late", "cancelled"])
def test_the_page_of_an_ended_duty_says_how_it_ended(
    opened: Opener, world: World, signed_in: SignedIn, ended: str
) -> None:
    duty = opened("internal_signoff")
    if ended == "cancelled":
        cancel(duty=duty, reason="申请已撤回", actor=system_actor(), at=noon(date(2026, 3, 3)))
    else:
        day = date(2026, 3, 3) if ended == "done" else date(2026, 3, 9)
        fulfil(duty=duty, actor=system_actor(), at=noon(day))
    page = signed_in(world.police_head).get(f"/duties/{duty.pk}/").content.decode()
    assert {"done": "按时办结", "late": "逾期办结", "cancelled": "已撤销"}[ended] in page
    assert "不是法定时限" in page


# --- the calendar ---------------------------------------------------------------------------------


def test_the_calendar_marks_days_in_words_and_is_open_to_everyone_signed_in(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in(world.water_cataloguer)
    page = client.get("/duties/calendar/2026/").content.decode()
    assert "全年 248 个工作日" in page
    assert "1日至7日 休 国庆节" in page
    assert "10日 班 国庆节" in page
    assert "登记放假安排" not in page
    assert "修改放假安排" not in page
    assert client.get("/duties/calendar/").status_code == 302


def test_a_year_not_announced_says_so(world: World, signed_in: SignedIn) -> None:
    client = signed_in(world.coordinator)
    for year in (2027, 2031, 2000, 2100):
        page = client.get(f"/duties/calendar/{year}/").content.decode()
        assert "尚未公布" in page
        assert "登记放假安排" in page
    assert client.get("/duties/calendar/1999/").status_code == 404
    assert client.get("/duties/calendar/99999/").status_code == 404


def test_only_the_coordinator_may_announce(world: World, signed_in: SignedIn) -> None:
    for person in (world.police_head, world.approver, world.auditor):
        client = signed_in(person)
        assert client.get(ANNOUNCE).status_code == 403
        assert client.post(ANNOUNCE, {"source": SOURCE, "days": NOTICE}).status_code == 403
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_announcing_by_form_settles_the_year(
    opened: Opener, world: World, signed_in: SignedIn
) -> None:
    duty = opened(starts_on=date(2026, 12, 28))
    client = signed_in(world.coordinator)
    assert "2027-06-09 休 端午节" in client.get(ANNOUNCE).content.decode()
    answer = client.post(ANNOUNCE, {"source": SOURCE, "days": NOTICE}, follow=True)
    page = answer.content.decode()
    assert "1项时限的到期日已重新计算" in page
    assert "6月9日（端午节）" in page, "a forgotten holiday is pointed out"
    assert "5日至6日 休 春节" in page
    assert "20日 班 调休上班" in page
    assert SOURCE in page
    duty.refresh_from_db()
    assert not duty.provisional
    again = client.get(ANNOUNCE).content.decode()
    assert "2027-02-20 班 调休上班" in again


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2027-01-01 休 元旦\n二月六日 休 春节", "第2行：“二月六日 休 春节”无法识别"),
        ("2027-13-01 休 元旦", "第1行：“2027-13-01 休 元旦”中的日期不存在"),
        ("2027-01-01 休 元旦\n\n2027-01-01 休 元旦", "第3行：与第1行日期重复"),
        ("2027-01-01 休", "第1行：2027-01-01 请在“休”后写明节日名称"),
        ("2027-01-01 休 元旦\n2027-03-01 班", "第2行：2027-03-01 本来就是工作日"),
        ("2027-01-01 休 元旦\n2028-01-01 休 元旦", "第2行：2028-01-01 不属于2027年"),
        ("2027-02-20 班", "没有任何休息日"),
        ("2027-01-01 休 " + "节" * 41, "第1行：节日名称不能超过40个字"),
        ("", "请逐日填写通知中的放假与调休日期"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_saved(
    world: World, signed_in: SignedIn, text: str, message: str
) -> None:
    answer = signed_in(world.coordinator).post(ANNOUNCE, {"source": SOURCE, "days": text})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()
