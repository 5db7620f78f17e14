"""The buttons stand where one is, say what is watched already, and lead back."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Watch
from catalog.services import entries
from catalog.watching import digest
from citybrain.notices.models import Notice
from tests import scenes
from tests.catalog.watching.test_watching import tomorrow
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
NEW = "/catalog/watches/new/"


def test_an_entry_is_followed_from_its_page_and_the_notice_leads_to_the_list(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    page_url = reverse("catalog:entry", args=[entry.pk])
    client = signed_in(world.water_head)
    assert "取消关注" not in client.get(page_url).content.decode()
    sent = {"kind": "entry", "what": entry.pk, "next": page_url}
    assert client.post(NEW, sent).url == page_url
    assert "取消关注" in client.get(page_url).content.decode()
    entries.data_updated(actor=actor_of(world.police_cataloguer), entry=entry, rows=9)
    tomorrow()
    notice = Notice.objects.get(kind=digest.KIND)
    answer = client.get(reverse("notices:open", args=[notice.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("catalog:watches")
    assert "数据更新" in answer.content.decode()
    end = reverse("catalog:watch_end", args=[Watch.objects.get().pk])
    assert client.post(end, {"next": "https://example.org/"}).url == reverse("catalog:watches")
    assert not Watch.objects.exists()


def test_a_draft_has_no_button(world: World, signed_in: Any) -> None:
    entry = scenes.a_draft(world)
    page = signed_in(world.police_cataloguer).get(reverse("catalog:entry", args=[entry.pk]))
    assert NEW not in page.content.decode()


def test_the_search_page_offers_the_search_and_its_one_department_and_theme(
    world: World, signed_in: Any
) -> None:
    client = signed_in(world.water_head)
    search = reverse("catalog:search")
    assert NEW not in client.get(search).content.decode()
    url = f"{search}?q=登记&department={world.police.pk}&theme=01&theme=02"
    page = client.get(url).content.decode()
    assert "保存检索" in page
    assert "关注本部门" in page
    assert "关注本主题" not in page
    client.post(NEW, {"kind": "department", "what": world.police.pk})
    client.post(
        NEW, {"kind": "search", "what": f"q=登记&department={world.police.pk}&theme=01&theme=02"}
    )
    page = client.get(url).content.decode()
    assert "取消保存检索" in page
    assert "取消关注本部门" in page
    listed = client.get(reverse("catalog:watches")).content.decode()
    assert "海口市公安局" in listed
    assert "尚无变化" in listed


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "person", "what": "1"},
        {"kind": "entry", "what": "1 OR 1=1"},
        {"kind": "department", "what": "999999999"},
        {"kind": "theme", "what": "99"},
    ],
)
def test_what_is_not_there_cannot_be_watched(world: World, signed_in: Any, sent: Any) -> None:
    assert signed_in(world.water_head).post(NEW, sent).status_code == 404


def test_another_persons_watch_stays(world: World, signed_in: Any) -> None:
    signed_in(world.water_head).post(NEW, {"kind": "theme", "what": "01"})
    end = reverse("catalog:watch_end", args=[Watch.objects.get().pk])
    assert signed_in(world.police_head).post(end).status_code == 302
    assert Watch.objects.count() == 1


def test_a_refused_name_comes_back_as_it_was_typed(world: World, signed_in: Any) -> None:
    client = signed_in(world.water_head)
    client.post(NEW, {"kind": "search", "what": "q=登记"})
    url = reverse("catalog:watch_rename", args=[Watch.objects.get().pk])
    answer = client.post(url, {"name": "长" * 61})
    assert answer.status_code == 422
    assert "长" * 61 in answer.content.decode()
    assert client.post(url, {"name": "证照"}).url == reverse("catalog:watches")
