"""The page of an application: who sees what of it, who may do what with it, what refusals say."""

import pytest
import time_machine
from django.urls import reverse

from catalog.choices import SharingType
from citybrain.duties.models import Duty
from citybrain.notices.worklist import worklist
from sharing.choices import REFUSAL_GROUNDS, ApplicationState, ExtensionState
from sharing.models import ExtensionRequest
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of
from tests.sharing.applying import client_of, decide, page_of, press

pytestmark = pytest.mark.django_db
GROUND = str(REFUSAL_GROUNDS[0])


def url_of(application) -> str:
    return reverse("sharing:application", args=[application.pk])


def offers(page: str, application, name: str) -> bool:
    return reverse("sharing:application_move", args=[application.pk, name]) in page


def todo(person) -> list[str]:
    return [str(row.item.action) for row in worklist(actor_of(person))]


# --- the whole way --------------------------------------------------------------------------------


def test_from_draft_to_authorization_by_the_buttons(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_draft_application(world, entry, names=("登记编号", "公民身份号码"))
    assert offers(page_of(world.health_cataloguer, application), application, "submit")
    assert press(world.health_cataloguer, application, "submit").status_code == 302
    assert todo(world.health_head) == ["签发"]
    page = page_of(world.health_head, application)
    assert "市卫健委" in page
    assert "剩余" in page
    assert offers(page, application, "sign")
    assert not offers(page_of(world.health_cataloguer, application), application, "sign")
    assert press(world.health_head, application, "sign").status_code == 302
    assert todo(world.police_head) == ["答复"]
    page = page_of(world.police_head, application)
    assert "剩余 10 个工作日" in page
    assert "《政务数据共享条例》第二十一条" in page
    assert "《海口市居住证服务管理办法》第十二条" in page
    assert "脱敏提供" in page
    assert "等待办理" in page
    assert press(world.police_head, application, "agree").status_code == 302
    assert application.state == ApplicationState.AGREED
    for person in (world.health_cataloguer, world.police_cataloguer, world.coordinator):
        page = page_of(person, application)
        assert application.authorization.number in page
        assert "以授权时确定的提供方式为准" in page


def test_unconditional_data_is_granted_by_the_signature(world: World) -> None:
    entry = scenes.a_published_entry(
        world, sharing_type=SharingType.UNCONDITIONAL, sharing_condition=""
    )
    application = scenes.a_draft_application(world, entry)
    press(world.health_cataloguer, application, "submit")
    url = reverse("sharing:application_move", args=[application.pk, "sign"])
    page = client_of(world.health_head).post(url, follow=True).content.decode()
    assert "系统已按规则同意并授权" in page
    application.refresh_from_db()
    assert application.authorization.number in page


# --- who sees what --------------------------------------------------------------------------------


def test_before_the_signature_only_the_applicants_own_people_know_of_it(world: World) -> None:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    press(world.health_cataloguer, application, "submit")
    for name in ("health_head", "health_security", "auditor"):
        assert "预防接种" in page_of(world.people[name], application)
    for name in ("police_head", "coordinator", "water_head"):
        response = client_of(world.people[name]).get(url_of(application))
        assert response.status_code == 404
        assert application.number not in response.content.decode()
        told = client_of(world.people[name]).get(reverse("notices:inbox")).content.decode()
        assert application.number not in told


def test_the_applicants_house_keeps_its_own_story(world: World) -> None:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    press(world.health_cataloguer, application, "submit")
    press(world.health_head, application, "send_back", reason="职责依据写得太笼统")
    page = page_of(world.health_cataloguer, application)
    assert "职责依据写得太笼统" in page
    assert todo(world.health_cataloguer) == ["修改后重新提交"]
    press(world.health_cataloguer, application, "submit")
    press(world.health_head, application, "sign")
    assert "职责依据写得太笼统" in page_of(world.health_security, application)
    for name in ("police_head", "coordinator"):
        page = page_of(world.people[name], application)
        assert "签发并送提供方" in page
        assert "职责依据写得太笼统" not in page
        assert "退回修改" not in page
        assert "卞卫录" not in page.replace("卞卫录 0898", ""), "the contact alone is named"


def test_the_internal_clock_is_shown_to_the_house_alone(world: World) -> None:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    press(world.health_cataloguer, application, "submit")
    assert "部门内部审签" in page_of(world.health_cataloguer, application)
    duty = Duty.objects.open().of(application).get()
    listed = client_of(world.coordinator).get(reverse("duties:duty_list")).content.decode()
    assert application.number not in listed
    url = reverse("duties:duty", args=[duty.pk])
    assert client_of(world.coordinator).get(url).status_code == 404
    assert client_of(world.health_head).get(url).status_code == 200


def test_nobody_signs_what_they_submitted(world: World, both_roles) -> None:
    application = scenes.a_draft_application(world, scenes.a_published_entry(world))
    press(both_roles, application, "submit")
    assert not offers(page_of(both_roles, application), application, "sign")
    assert press(both_roles, application, "sign").status_code == 403
    assert press(world.health_head, application, "sign").status_code == 302


# --- refusals of the portal -----------------------------------------------------------------------


def test_a_draft_that_lacks_something_says_what(world: World) -> None:
    application = scenes.a_draft_application(
        world, scenes.a_published_entry(world), legal_basis="", scenario=""
    )
    answer = press(world.health_cataloguer, application, "submit")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写使用依据" in page
    assert "请填写使用场景" in page
    assert application.state == ApplicationState.DRAFT


def test_a_refusal_wants_reason_and_ground_and_keeps_what_was_typed(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    answer = press(world.police_head, application, "refuse", reason="超出办理事项的必要限度")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写后再办理" in page
    assert "超出办理事项的必要限度" in page
    assert application.state == ApplicationState.ANSWERING
    answer = press(
        world.police_head,
        application,
        "refuse",
        reason="超出办理事项的必要限度",
        refusal_basis=GROUND,
    )
    assert answer.status_code == 302
    page = page_of(world.health_cataloguer, application)
    assert "提供方不予共享" in page
    assert "超出办理事项的必要限度" in page
    assert GROUND in page


@pytest.mark.parametrize("ground", ["长" * 301, "长" * 2001])
def test_an_impossible_ground_is_refused_in_words(world: World, ground: str) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    answer = press(world.police_head, application, "refuse", reason="不必要", refusal_basis=ground)
    assert answer.status_code == 422
    assert application.state == ApplicationState.ANSWERING


def test_somebody_else_was_quicker(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    seen = application.version
    press(world.police_head, application, "agree")
    url = reverse("sharing:application_move", args=[application.pk, "refuse"])
    form = {"version": seen, "reason": "与职责无关", "refusal_basis": GROUND}
    answer = client_of(world.police_head).post(url, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同意共享" in page
    assert "与职责无关" in page, "what was typed is shown even though the form is gone"
    application.refresh_from_db()
    assert application.state == ApplicationState.AGREED


def test_moves_are_for_those_whose_turn_it_is(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    for name in ("health_head", "police_cataloguer", "coordinator", "auditor"):
        assert not offers(page_of(world.people[name], application), application, "agree")
        assert press(world.people[name], application, "agree").status_code == 403
    assert press(world.water_head, application, "agree").status_code == 404
    assert press(world.police_head, application, "nonsense").status_code == 404
    assert press(world.police_head, application, "sign").status_code == 403
    url = reverse("sharing:application_move", args=[application.pk, "agree"])
    assert client_of(world.police_head).get(url).status_code == 405


# --- supplement -----------------------------------------------------------------------------------


def test_missing_papers_are_named_once_and_handed_in(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    assert "需要补正的全部内容" in page_of(world.police_head, application)
    press(world.police_head, application, "ask_supplement", reason="缺少三定规定的职责条款")
    page = page_of(world.health_cataloguer, application)
    assert "缺少三定规定的职责条款" in page
    assert "已暂停计时" in page
    assert todo(world.health_cataloguer) == ["补正材料"]
    press(world.health_cataloguer, application, "supplement", supplement="已补充三定规定第五条")
    page = page_of(world.police_head, application)
    assert "已补充三定规定第五条" in page
    answer = press(world.police_head, application, "ask_supplement", reason="还缺审批单")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "补正已一次性告知过" in page
    assert "还缺审批单" in page
    assert application.state == ApplicationState.ANSWERING


# --- more time ------------------------------------------------------------------------------------


def ask(person, application, **form):
    url = reverse("sharing:extension_ask", args=[application.pk])
    return client_of(person).post(url, form)


def test_more_time_is_asked_for_and_consented_to(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    asking = reverse("sharing:extension_ask", args=[application.pk])
    assert asking in page_of(world.police_head, application)
    assert asking not in page_of(world.health_head, application)
    answer = ask(world.police_head, application, days="11", reason="须征求上级部门意见")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "延长期限为1至10个工作日" in page
    assert "须征求上级部门意见" in page
    assert ask(world.police_head, application, days="", reason="").status_code == 422
    answer = ask(world.police_head, application, days="5", reason="须征求上级部门意见")
    assert answer.status_code == 302
    request = ExtensionRequest.objects.get()
    assert todo(world.coordinator) == ["审核延期"]
    granting = reverse("sharing:extension_decide", args=[request.pk, "grant"])
    assert granting in page_of(world.coordinator, application)
    assert granting not in page_of(world.police_head, application)
    assert decide(world.police_head, request, "grant").status_code == 403
    assert decide(world.coordinator, request, "grant").status_code == 302
    page = page_of(world.health_cataloguer, application)
    assert "同意延长" in page
    assert "剩余 15 个工作日" in page
    assert asking not in page_of(world.police_head, application)
    again = ask(world.police_head, application, days="3", reason="再延")
    assert again.status_code == 422
    assert "不能再次延期" in again.content.decode()


def test_the_bureau_declines_only_with_a_reason(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    ask(world.police_head, application, days="5", reason="人手紧张")
    request = ExtensionRequest.objects.get()
    assert decide(world.coordinator, request, "decline").status_code == 422
    long = decide(world.coordinator, request, "decline", reason="长" * 301)
    assert long.status_code == 422
    assert "不能超过300个字" in long.content.decode()
    assert decide(world.coordinator, request, "lapse").status_code == 404
    assert request.state == ExtensionState.ASKED
    answer = decide(world.coordinator, request, "decline", reason="不属于特殊情况")
    assert answer.status_code == 302
    assert "不属于特殊情况" in page_of(world.police_head, application)
    late = decide(world.coordinator, request, "grant")
    assert late.status_code == 409
    assert "不同意延长" in late.content.decode()


def test_a_clock_that_stands_is_not_extended(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    ask(world.police_head, application, days="5", reason="须征求上级部门意见")
    press(world.police_head, application, "ask_supplement", reason="缺少审批单")
    request = ExtensionRequest.objects.get()
    assert "恢复计时后才能同意延长" in page_of(world.coordinator, application)
    assert decide(world.coordinator, request, "grant").status_code == 409
    assert request.state == ExtensionState.ASKED


def test_after_the_limit_no_more_time_is_offered(world: World) -> None:
    with time_machine.travel("2026-03-02T09:00:00+08:00"):
        application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    with time_machine.travel("2026-03-20T09:00:00+08:00"):
        page = page_of(world.police_head, application)
        assert "已超期" in page
        assert reverse("sharing:extension_ask", args=[application.pk]) not in page
        answer = ask(world.police_head, application, days="5", reason="再等等")
        assert answer.status_code == 422
        assert "答复期限已过" in answer.content.decode()


# --- giving up ------------------------------------------------------------------------------------


def test_giving_up_asks_before_it_is_done(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_draft_application(world, entry)
    assert "确认放弃申请" in page_of(world.health_cataloguer, application)
    assert press(world.health_cataloguer, application, "drop").status_code == 302
    assert "已撤回" in page_of(world.health_cataloguer, application)
    assert client_of(world.police_head).get(url_of(application)).status_code == 404
    second = scenes.a_delivered_application(world, entry)
    assert press(world.health_cataloguer, second, "withdraw").status_code == 422
    press(world.health_cataloguer, second, "withdraw", reason="改用已公布的汇总数据")
    assert "改用已公布的汇总数据" in page_of(world.police_head, second)


@pytest.fixture
def both_roles(world: World):
    return UserFactory(
        username="health_both",
        name="兼卫享",
        department=world.health,
        roles=["cataloguer", "sharing_head"],
    )
