"""What is on the negative list is neither applied for nor served (HK-13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.choices import SharingMethod
from catalog.negative_list import services
from catalog.negative_list.choices import Bars
from citybrain.notices.models import Notice
from sharing.choices import Method, Outcome
from sharing.models import Authorization, ServiceCall
from sharing.services import applications, files
from tests import calling, scenes
from tests.catalog.negative_list import lines
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
ITEM = "公民身份号码"


def call(code: str, entry: Any, query: str = "") -> Any:
    address = f"/gateway/v1/services/{entry.code.replace('/', '_').join(('s_', ''))}/records{query}"
    return calling.call(code, address)


def test_a_listed_entry_cannot_be_applied_for_and_the_page_says_why(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_listed(world, entry, ())
    with pytest.raises(ValidationError) as caught:
        scenes.a_draft_application(world, entry)
    assert line.number in str(caught.value)
    assert lines.LAW in str(caught.value)
    client = signed_in(world.health_cataloguer)
    page = client.get(reverse("catalog:entry", args=[entry.pk])).content.decode()
    assert "列入负面清单，不能申请" in page
    assert line.number in page
    assert client.get(reverse("sharing:apply", args=[entry.pk])).status_code == 409


def test_a_listed_item_cannot_be_chosen_and_the_form_says_why(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_listed(world, entry)
    with pytest.raises(ValidationError) as caught:
        scenes.a_draft_application(world, entry, names=(ITEM, "姓名"))
    assert "items" in caught.value.message_dict
    assert line.number in str(caught.value)
    page = signed_in(world.health_cataloguer).get(reverse("sharing:apply", args=[entry.pk]))
    assert line.number in page.content.decode()
    assert scenes.a_draft_application(world, entry, names=("姓名",)).pk


def test_what_is_only_barred_from_opening_may_be_applied_for(world: World) -> None:
    entry = scenes.a_published_entry(world)
    lines.a_listed(world, entry, (), bars=Bars.OPENING)
    assert scenes.a_draft_application(world, entry).pk


def test_an_application_under_way_is_stopped_at_its_next_step(world: World) -> None:
    entry = scenes.a_published_entry(world)
    application = scenes.a_delivered_application(world, entry)
    lines.a_listed(world, entry)
    with pytest.raises(ValidationError, match=ITEM):
        applications.move("agree", actor=actor_of(world.police_head), application=application)
    assert not Authorization.objects.exists()


def test_the_gateway_serves_listed_items_no_more_and_again_afterwards(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    code = scenes.a_code(world, authorization)
    assert ITEM in call(code, entry).json()["items"]
    line = lines.a_listed(world, entry)
    body = call(code, entry).json()
    assert ITEM not in body["items"]
    assert all(ITEM not in record for record in body["records"])
    assert body["barred"] == [ITEM]
    asked = call(code, entry, f"?items={ITEM}")
    assert asked.status_code == 400
    assert "负面清单" in asked.json()["detail"]
    whole = lines.a_listed(world, entry, ())
    refused = call(code, entry)
    assert (refused.status_code, refused.json()["outcome"]) == (403, Outcome.BARRED)
    assert ServiceCall.objects.filter(outcome=Outcome.BARRED).count() == 1
    for one in (line, whole):
        services.move("withdraw", actor=actor_of(world.approver), line=one, reason="不再适用")
    assert ITEM in call(code, entry).json()["items"]


def test_a_line_that_is_not_in_effect_yet_changes_nothing(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    code = scenes.a_code(world, scenes.an_authorization(world, entry))
    later = timezone.localdate() + timedelta(days=3)
    lines.a_listed(world, entry, effective_on=later)
    assert "barred" not in call(code, entry).json()


def test_a_file_leaves_listed_items_out(world: World) -> None:
    entry = scenes.a_hosted_entry(world, sharing_method=SharingMethod.BATCH)
    authorization = scenes.an_authorization(world, entry, method=Method.FILE)
    lines.a_listed(world, entry)
    found = files.download(actor=actor_of(world.health_cataloguer), authorization=authorization)
    content = b"".join(found.content).decode()
    assert ITEM not in content
    assert "登记编号" in content


def test_the_bureau_sees_who_uses_it_and_they_are_told(world: World, signed_in: Any) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    line = lines.a_signed(world, entry)
    address = reverse("catalog:negative_entry", args=[line.pk])
    page = signed_in(world.approver).get(address).content.decode()
    assert authorization.number in page
    assert "市卫生健康委员会" in page
    services.move("accept", actor=actor_of(world.approver), line=line)
    told = Notice.objects.filter(
        kind="catalog.negative_list.accept", recipient__department=world.health
    )
    assert told.exists()
    assert lines.LAW in told[0].body
    other = signed_in(world.water_head).get(address).content.decode()
    assert authorization.number not in other
    assert line.reason not in other
    assert line.basis in other
