"""Several entries asked for in one go: one form, one ground, an application for each."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.choices import SharingType
from sharing.choices import ApplicationState
from sharing.models import Authorization, BasketLine, ShareApplication
from tests import scenes
from tests.personas import World
from tests.sharing.applying import client_of, page_of, typed

pytestmark = pytest.mark.django_db
LAW = "《中华人民共和国反恐怖主义法》第四十八条"


def test_from_the_search_to_applications_with_a_clock_each(world: World) -> None:
    """Chosen in the search, asked for on one form, signed at once, answered one by one."""
    first = scenes.a_published_entry(world, title="居住证登记信息")
    second = scenes.a_published_entry(world, title="出生登记信息", class_item="08")
    withheld = scenes.a_published_entry(
        world, title="不共享的", sharing_type=SharingType.WITHHELD, sharing_condition=LAW
    )
    cataloguer = client_of(world.health_cataloguer)
    search, basket = reverse("catalog:search"), reverse("sharing:basket")
    put = reverse("sharing:basket_put")
    assert put in cataloguer.get(search).content.decode()
    assert put not in client_of(world.health_head).get(search).content.decode()
    ids = [first.pk, second.pk, withheld.pk]
    answer = cataloguer.post(put, {"ids": ids, "next": search}, follow=True)
    assert "已将2个信息资源加入选用清单" in answer.content.decode()
    assert "不共享的：该信息资源不予共享" in answer.content.decode()
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "nowhere"):
        away = cataloguer.post(put, {"ids": [first.pk], "next": elsewhere})
        assert away["Location"] == basket

    words = typed(first)
    method = words.pop("method")
    chosen = {
        f"e{entry.pk}-items": [str(pk) for pk in entry.items.values_list("pk", flat=True)[:2]]
        for entry in (first, second)
    }
    methods = {f"e{entry.pk}-method": method for entry in (first, second)}
    incomplete = {**words, **chosen, **methods, f"e{second.pk}-items": [], "submit": "1"}
    refused = cataloguer.post(basket, incomplete)
    assert refused.status_code == 422
    assert "请至少选择一个信息项" in refused.content.decode()
    assert words["scenario"] in refused.content.decode()
    assert not ShareApplication.objects.exists(), "nothing of what cannot be submitted is kept"
    assert BasketLine.objects.count() == 2

    made = cataloguer.post(basket, {**words, **chosen, **methods, "submit": "1"})
    one, other = ShareApplication.objects.order_by("entry__id")
    assert one.batch == other.batch != ""
    assert (one.legal_basis, one.entry, other.entry) == (other.legal_basis, first, second)
    assert made["Location"] == reverse("sharing:batch", args=[one.batch])
    assert not BasketLine.objects.exists()
    assert cataloguer.post(basket, {**words, **chosen, **methods}).status_code == 409

    batch, sign = made["Location"], reverse("sharing:batch_move", args=[one.batch, "sign"])
    assert sign not in cataloguer.get(batch).content.decode()
    head = client_of(world.health_head)
    assert sign in head.get(batch).content.decode()
    assert head.post(sign).status_code == 302
    assert head.post(sign).status_code == 409, "there is nothing left to sign"
    one.refresh_from_db()
    other.refresh_from_db()
    assert {one.state, other.state} == {ApplicationState.ANSWERING}
    page = client_of(world.police_head).get(batch).content.decode()
    assert one.number in page
    assert other.number in page
    assert one.batch in page_of(world.police_head, one)


def test_an_earlier_application_lends_its_words_and_items(world: World) -> None:
    entry = scenes.a_published_entry(world)
    earlier = scenes.a_draft_application(world, entry, names=("姓名", "行政区划"))
    other = scenes.a_published_entry(world, title="出生登记信息", class_item="08")
    url = reverse("sharing:apply", args=[other.pk])
    form = client_of(world.health_cataloguer).get(url, {"like": earlier.pk}).context["form"]
    assert form.initial["legal_basis"] == earlier.legal_basis
    assert (form.initial["ends_on"] - form.initial["starts_on"]).days == 365
    assert [line.item.name for line, chosen, _why in form.lines if chosen] == ["姓名", "行政区划"]
    stranger = client_of(world.water_cataloguer).get(url, {"like": earlier.pk})
    assert "legal_basis" not in stranger.context["form"].initial


def test_a_renewal_is_offered_near_the_end_and_follows_without_a_gap(world: World) -> None:
    entry = scenes.a_published_entry(world)
    grant = scenes.an_authorization(world, entry)
    page, client = reverse("sharing:authorization", args=[grant.pk]), client_of(world.health_head)
    renewal = f"{reverse('sharing:apply', args=[entry.pk])}?like={grant.application_id}"
    applicant = client_of(world.health_cataloguer)
    assert renewal not in applicant.get(page).content.decode(), "it has most of its year"
    last = timezone.localdate() + timedelta(days=40)
    Authorization.objects.update(ends_on=last)
    assert renewal in applicant.get(page).content.decode()
    assert renewal not in client.get(page).content.decode(), "who signs does not draft"
    assert renewal not in client_of(world.police_head).get(page).content.decode()
    form = applicant.get(renewal).context["form"]
    assert form.initial["starts_on"] == last + timedelta(days=1)
    assert [line.item.name for line, chosen, _why in form.lines if chosen] == [
        item["name"] for item in grant.terms["items"]
    ]
    other = scenes.a_published_entry(world, title="出生登记信息", class_item="08")
    elsewhere = f"{reverse('sharing:apply', args=[other.pk])}?like={grant.application_id}"
    assert applicant.get(elsewhere).context["form"].initial["starts_on"] == timezone.localdate()
    Authorization.objects.update(state="revoked")
    assert renewal not in applicant.get(page).content.decode()
