"""A page per department: its two sides, who uses what, what ends soon, what is late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from citybrain.duties.models import Duty
from sharing.choices import Outcome
from sharing.models import Authorization
from sharing.tallying import SHARED
from tests import scenes
from tests.sharing.applying import client_of
from tests.sharing.conftest import Granted
from tests.sharing.using import many_calls, more_authorizations, queries_of

pytestmark = pytest.mark.django_db


def test_both_sides_read_the_same_grant_from_their_own(granting: Granted) -> None:
    """What is asked, used, about to end and late; much of it costs the same as little."""
    world, grant = granting
    application = scenes.a_delivered_application(world, grant.entry, names=("姓名",))
    day = timezone.localdate() - timedelta(days=60)
    Duty.objects.of(application).filter(rule="reply_conditional").update(
        starts_on=day, original_due_on=day + timedelta(days=9), due_on=day + timedelta(days=9)
    )
    Authorization.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    many_calls(grant, 3)
    many_calls(grant, 2, outcome=Outcome.OVER_QUOTA)
    police, health = (
        reverse("sharing:department", args=[one.pk]) for one in (world.police, world.health)
    )
    head = client_of(world.police_head)
    assert head.get(reverse("sharing:overview"))["Location"] == police
    answer = head.get(police)
    page = answer.content.decode()
    assert [line.application for line in answer.context["wanted"]] == [application]
    assert not answer.context["asked"]
    assert "逾期未办" in page
    assert [one.pk for one in answer.context["ending"]] == [grant.pk]
    by_month, by_service, by_consumer = answer.context["charts"]
    assert (sum(by_month.series[0].values), sum(by_month.series[1].values)) == (3, 2)
    assert (by_service.categories, list(by_service.series[0].values)) == ([grant.entry.title], [3])
    assert by_consumer.categories == ["市卫健委"]
    assert [(one.count, one.label) for one in answer.context["owed"]] == [
        (1, "答复有条件共享申请")
    ], "what others wait for"
    urls = [card.url for card in answer.context["cards"]]
    assert urls[0].endswith("?tab=mine")
    of_others = client_of(world.coordinator).get(police).context["cards"]
    assert [card.url for card in of_others[:4]] == ["#asked", "#wanted", "", ""], (
        "never to a list of the reader's own department"
    )
    assert f"department={world.police.pk}" in of_others[5].url
    other = client_of(world.health_head).get(health)
    assert [line.application for line in other.context["asked"]] == [application]
    assert not other.context["charts"]
    city = client_of(world.coordinator)
    assert (
        city.get(reverse("sharing:overview"), {"department": world.health.pk})["Location"] == health
    )

    few = queries_of(head, police)
    more_authorizations(grant, 40)
    many_calls(grant, 200)
    SHARED.tally()
    assert queries_of(head, police) <= few
