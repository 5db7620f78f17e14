"""Agreeing to several applications at once: clean ones in their order, up to the first that is not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sharing.choices import ApplicationState
from sharing.models import ApplicationItem, ShareApplication
from sharing.services import applications
from sharing.together import queries
from tests import scenes
from tests.factories.organizations import DepartmentFactory
from tests.personas import World, actor_of
from tests.sharing.applying import client_of

pytestmark = pytest.mark.django_db
PAGE = reverse("sharing:together")
PLAIN = ("登记编号",)  # of grade general 2, and not all that the entry has


def states() -> dict[str, str]:
    return dict(ShareApplication.objects.values_list("entry__title", "state"))


def chosen(*rows: ShareApplication) -> dict[str, list[str]]:
    return {"ids": [f"{one.pk}.{one.version}" for one in rows]}


def an_application(world: World, title: str, **values: object) -> ShareApplication:
    entry = scenes.a_published_entry(world, title=title)
    return scenes.a_delivered_application(world, entry, **{"names": PLAIN, **values})


def test_clean_ones_are_agreed_to_in_their_order_up_to_the_first_that_is_not(
    world: World,
) -> None:
    first = an_application(world, "暂住登记信息")
    risky = an_application(world, "户籍登记信息", contact="老王")
    last = an_application(world, "出入境登记信息")
    head = client_of(world.police_head)
    page = head.get(PAGE).content.decode()
    for clean in (first, last):
        assert f'value="{clean.pk}.{clean.version}"' in page
    assert f'value="{risky.pk}.' not in page, "it is opened and judged by itself"
    assert "联系人栏没有看到电话号码" in page

    answer = head.post(PAGE, chosen(last, risky, first), follow=True).content.decode()
    assert states() == {
        "暂住登记信息": ApplicationState.AGREED,
        "户籍登记信息": ApplicationState.ANSWERING,
        "出入境登记信息": ApplicationState.ANSWERING,
    }
    assert "已同意1件" in answer
    assert f"{risky.number}需要单独办理" in answer
    answer = head.post(PAGE, chosen(last), follow=True).content.decode()
    assert states()["出入境登记信息"] == ApplicationState.AGREED
    assert head.post(PAGE, chosen(last)).status_code == 409
    assert "请先选择" in head.post(PAGE, {"ids": ["x", "1"]}, follow=True).content.decode()


def test_graded_items_and_what_was_left_out_before_want_a_look_of_their_own(world: World) -> None:
    graded = an_application(world, "暂住登记信息", names=("登记编号", "姓名"))
    asked = an_application(world, "户籍登记信息")
    before = scenes.a_delivered_application(
        world, scenes.a_published_entry(world, title="出入境登记信息"), names=PLAIN
    )
    applications.move(
        "refuse",
        actor=actor_of(world.police_head),
        application=before,
        inputs={"reason": "职责无关", "refusal_basis": "其他"},
    )
    again = scenes.a_delivered_application(world, before.entry, names=PLAIN)
    found = {one.application.pk: one for one in queries.checked([graded, asked, again])}
    assert found[asked.pk].is_clean
    assert any("一般数据3级" in reason for reason in found[graded.pk].reasons)
    assert found[again.pk].reasons == ["以往没有同意过的信息项：登记编号。"]


def test_what_changed_since_it_was_seen_is_not_agreed_to(world: World) -> None:
    application = an_application(world, "暂住登记信息")
    seen = chosen(application)
    ShareApplication.objects.filter(pk=application.pk).update(version=application.version + 1)
    client_of(world.police_head).post(PAGE, seen)
    assert states() == {"暂住登记信息": ApplicationState.ANSWERING}


def test_nobody_agrees_for_another_department(world: World) -> None:
    application = an_application(world, "暂住登记信息")
    assert client_of(world.water_head).post(PAGE, chosen(application)).status_code == 409
    assert client_of(world.police_cataloguer).post(PAGE, chosen(application)).status_code == 403
    assert states() == {"暂住登记信息": ApplicationState.ANSWERING}


def test_the_page_asks_as_often_for_200_as_for_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.together.views.PER_PAGE", 200)
    like = an_application(world, "暂住登记信息")
    client = client_of(world.police_head)
    client.get(PAGE)
    copies(like, 1)
    few = asked(client)
    copies(like, 198)
    assert asked(client) == few <= 20


def asked(client: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE).status_code == 200  # type: ignore[attr-defined]
    return len(captured)


def copies(like: ShareApplication, count: int) -> None:
    """The same from as many other departments."""
    start = ShareApplication.objects.count()
    item = like.entry.items.get(name=PLAIN[0])
    for number in range(start, start + count):
        like.pk, like._state.adding = None, True
        like.number, like.department = f"SQ2026-9{number:05}", DepartmentFactory()
        like.save()
        ApplicationItem.objects.create(application=like, item=item)
