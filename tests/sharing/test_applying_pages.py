"""Finding an entry and applying for it by form: nothing typed is lost, nothing half is saved."""

import pytest
from django.urls import reverse

from catalog.choices import FormatClass, SharingMethod, SharingType
from sharing.choices import ApplicationState, Method
from sharing.models import ShareApplication
from sharing.services import applications
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of
from tests.sharing.applying import client_of, page_of, press, typed

pytestmark = pytest.mark.django_db
SCENARIO = "预防接种登记时核验居住情况"
LAW = "《中华人民共和国反恐怖主义法》第四十八条"


def apply_url(entry) -> str:
    return reverse("sharing:apply", args=[entry.pk])


def entry_page(person, entry) -> str:
    return client_of(person).get(reverse("catalog:entry", args=[entry.pk])).content.decode()


# --- on the page of an entry ----------------------------------------------------------------------


def test_another_departments_cataloguer_finds_the_way_to_apply(world: World) -> None:
    entry = scenes.a_published_entry(world)
    assert apply_url(entry) in entry_page(world.health_cataloguer, entry)
    for person in (world.health_head, world.police_cataloguer, world.coordinator, world.admin):
        assert apply_url(entry) not in entry_page(person, entry)
    assert "由本单位编目员提出申请" in entry_page(world.health_head, entry)
    assert "还没有单位获得授权使用" in entry_page(world.police_head, entry)


def test_a_withheld_entry_names_the_law_that_forbids_it(world: World) -> None:
    entry = scenes.a_published_entry(
        world, sharing_type=SharingType.WITHHELD, sharing_condition=LAW
    )
    page = entry_page(world.health_cataloguer, entry)
    assert "不予共享，不能申请" in page
    assert apply_url(entry) not in page
    client = client_of(world.health_cataloguer)
    refused = client.get(apply_url(entry))
    assert refused.status_code == 409
    assert LAW in refused.content.decode()
    refused = client.post(apply_url(entry), typed(entry))
    assert refused.status_code == 422
    assert LAW in refused.content.decode()
    assert SCENARIO in refused.content.decode()


def test_the_page_of_an_entry_leads_to_the_application_that_waits(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_draft_application(world, entry)
    page = entry_page(world.health_cataloguer, entry)
    assert application.number in page
    assert apply_url(entry) not in page
    for person in (world.police_head, world.water_cataloguer, world.coordinator, world.approver):
        assert application.number not in entry_page(person, entry)
    answer = client_of(world.health_cataloguer).get(apply_url(entry))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("sharing:application", args=[application.pk])


def test_both_sides_see_who_uses_an_entry(world: World) -> None:
    entry = scenes.a_published_entry(world)
    grant = scenes.an_authorization(world, entry)
    page = entry_page(world.health_cataloguer, entry)
    assert grant.number in page
    assert apply_url(entry) in page, "what is held may be applied for anew"
    for person in (world.police_security, world.coordinator, world.auditor):
        page = entry_page(person, entry)
        assert grant.number in page
        assert "海口市卫生健康委员会" in page
    for person in (world.water_cataloguer, world.admin):
        assert grant.number not in entry_page(person, entry)


def test_neither_drafts_nor_ones_own_entries_are_applied_for(world: World) -> None:
    entry = scenes.a_published_entry(world)
    own = client_of(world.police_cataloguer).get(apply_url(entry))
    assert own.status_code == 409
    assert "本单位提供的信息资源无须申请" in own.content.decode()
    draft = scenes.a_draft(world, title="还在编制的目录")
    assert client_of(world.health_cataloguer).get(apply_url(draft)).status_code == 404
    assert client_of(world.health_cataloguer).post(apply_url(draft)).status_code == 404


def test_an_entry_without_items_cannot_be_applied_for(world: World) -> None:
    entry = scenes.a_published_entry(world)
    entry.items.all().delete()
    refused = client_of(world.health_cataloguer).get(apply_url(entry))
    assert refused.status_code == 409
    assert "没有编制信息项" in refused.content.decode()


# --- the form -------------------------------------------------------------------------------------


def test_the_form_shows_how_each_item_is_served_and_offers_what_the_entry_offers(
    world: World,
) -> None:
    entry = scenes.a_published_entry(
        world,
        format_class=FormatClass.SHEET,
        format_type="xlsx",
        sharing_method=SharingMethod.FILE,
    )
    answer = client_of(world.health_cataloguer).get(apply_url(entry))
    page = answer.content.decode()
    for item in scenes.ITEMS:
        assert item["name"] in page
    masked = {
        line.item.name: line.masked
        for line, chosen, _why in answer.context["form"].lines
        if not chosen
    }
    assert masked["公民身份号码"]
    assert not masked["登记编号"]
    assert "文件下载" in page
    assert 'value="interface"' not in page
    assert "仅限依法办理公共服务事项时核验持证情况" in page
    assert "共享条例第二十条" in page
    assert 'value="卞卫录' in page


def test_a_draft_may_be_incomplete_and_is_completed_later(world: World) -> None:
    entry = scenes.a_published_entry(world)
    client = client_of(world.health_cataloguer)
    answer = client.post(apply_url(entry), {"method": Method.INTERFACE, "daily_calls": "100"})
    application = ShareApplication.objects.get()
    assert answer["Location"] == reverse("sharing:application", args=[application.pk])
    assert application.state == ApplicationState.DRAFT
    assert application.department == world.health
    edit = reverse("sharing:application_edit", args=[application.pk])
    assert edit in page_of(world.health_cataloguer, application)
    assert edit not in page_of(world.health_head, application)
    shown = client.get(edit)
    assert shown.status_code == 200
    answer = client.post(edit, {**typed(entry), "version": application.version, "submit": "1"})
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.state == ApplicationState.SIGNING
    assert application.scenario == SCENARIO
    assert set(application.items.values_list("item__name", flat=True)) == {"登记编号", "姓名"}


def test_one_press_saves_and_submits(world: World) -> None:
    entry = scenes.a_published_entry(world)
    client = client_of(world.health_cataloguer)
    answer = client.post(apply_url(entry), {**typed(entry), "submit": "1"}, follow=True)
    assert "已保存并提交本单位签发" in answer.content.decode()
    application = ShareApplication.objects.get()
    assert application.state == ApplicationState.SIGNING
    assert application.submitted_by == world.health_cataloguer
    refused = client.get(reverse("sharing:application_edit", args=[application.pk]))
    assert refused.status_code == 409
    assert "待本单位签发" in refused.content.decode()


def test_what_is_missing_is_named_beside_its_field_and_nothing_is_saved(world: World) -> None:
    entry = scenes.a_published_entry(world)
    form = typed(entry, legal_basis="", ends_on="", items=[])
    answer = client_of(world.health_cataloguer).post(apply_url(entry), {**form, "submit": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写使用依据" in page
    assert "请填写使用截止日期" in page
    assert "请至少选择一个信息项" in page
    assert SCENARIO in page
    assert not ShareApplication.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ends_on": "2020-01-01"},
            'href="#id_ends_on">使用截止日期：使用截止日期不能早于起始日期',
        ),
        ({"starts_on": "2020-01-01"}, "使用起始日期不能早于申请日期"),
        ({"starts_on": "2999-01-01", "ends_on": "2999-12-31"}, "应在申请后一年之内"),
        ({"ends_on": "2999-12-31"}, "最长三年"),
        ({"ends_on": "2026-02-30"}, "输入一个有效的日期"),
        ({"items": ["999999999"]}, "所选信息项不属于该信息资源"),
        ({"method": Method.FILE}, "选择一个有效的选项"),
        ({"daily_calls": "0"}, "大于或等于1。"),
        ({"daily_calls": "1000001"}, "小于或等于1000000"),
        ({"daily_calls": "许多"}, "输入整数"),
        ({"scenario": "长" * 501}, "不超过 500 字符"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    world: World, changes: dict, message: str
) -> None:
    entry = scenes.a_published_entry(world)
    answer = client_of(world.health_cataloguer).post(apply_url(entry), typed(entry, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page, answer.context["form"].errors
    assert "《海口市居住证服务管理办法》第十二条" in page
    assert not ShareApplication.objects.exists()


# --- two people at once ---------------------------------------------------------------------------


def test_a_colleague_was_quicker_to_apply(world: World) -> None:
    entry = scenes.a_published_entry(world)
    first = scenes.a_draft_application(world, entry)
    form = typed(entry, scenario="妇幼保健建档时核验居住情况")
    answer = client_of(world.health_cataloguer).post(apply_url(entry), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "妇幼保健建档时核验居住情况" in page
    assert reverse("sharing:application", args=[first.pk]) in page
    assert ShareApplication.objects.count() == 1


def test_a_colleague_changed_the_draft_meanwhile(world: World, another_cataloguer) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_draft_application(world, entry, names=("登记编号",))
    opened = application.version
    applications.change(
        actor=actor_of(another_cataloguer),
        application=application,
        values={"scenario": "同事改过的场景"},
        item_ids=[item.pk for item in entry.items.filter(name="登记编号")],
    )
    client = client_of(world.health_cataloguer)
    url = reverse("sharing:application_edit", args=[application.pk])
    form = typed(entry, "登记编号", "姓名", scenario="本人改过的场景", version=opened)
    answer = client.post(url, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同事改过的场景" in page
    assert "本人改过的场景" in page
    assert "登记编号、姓名" in page
    application.refresh_from_db()
    assert application.scenario == "同事改过的场景"
    version = answer.context["form"]["version"].value()
    assert client.post(url, {**form, "version": version}).status_code == 302
    application.refresh_from_db()
    assert application.scenario == "本人改过的场景"


def test_a_colleague_submitted_the_draft_meanwhile(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_draft_application(world, entry)
    form = typed(entry, scenario="没有来得及保存的场景", version=application.version)
    press(world.health_cataloguer, application, "submit")
    url = reverse("sharing:application_edit", args=[application.pk])
    answer = client_of(world.health_cataloguer).post(url, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "没有来得及保存的场景" in page
    assert "保存并提交签发" not in page
    application.refresh_from_db()
    assert application.scenario == SCENARIO


@pytest.fixture
def another_cataloguer(world: World):
    return UserFactory(
        username="health_second", name="卞卫二", department=world.health, roles=["cataloguer"]
    )
