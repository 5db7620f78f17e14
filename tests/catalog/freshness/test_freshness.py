"""Data is announced before it is late, told of once a week, and judged as the evaluation judges it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.freshness import queries, services
from catalog.models import CatalogEntry
from citybrain.notices.models import Notice
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def updated(world: World, days_before: int, cycle: str = "monthly", **values: Any) -> CatalogEntry:
    """A published entry of the police whose data was updated so many days before MONDAY."""
    entry = scenes.a_published_entry(world, update_cycle=cycle, **values)
    at = timezone.make_aware(datetime(2026, 11, 23, 9)) - timedelta(days=days_before)
    CatalogEntry.objects.filter(pk=entry.pk).update(data_updated_at=at)
    return CatalogEntry.objects.get(pk=entry.pk)


def test_what_is_late_comes_first_then_what_is_due_and_the_rest_not_at_all(world: World) -> None:
    soon = updated(world, 27, title="将到期登记信息")
    late = updated(world, 60, title="已逾期登记信息")
    updated(world, 3, title="刚更新登记信息")
    updated(world, 900, "irregular", title="不定期登记信息")
    found = queries.judged(queries.due_around(MONDAY), MONDAY)
    assert [one.entry for one in found] == [late, soon]
    assert found[0].days_left < 0 < found[1].days_left
    assert found[1].due_on == date(2026, 11, 27)


def test_what_ends_on_a_rest_day_is_due_on_the_next_working_day(world: World) -> None:
    updated(world, 25)  # 29 October and 31 days: Sunday 29 November
    (found,) = queries.judged(queries.due_around(MONDAY), MONDAY)
    assert found.due_on == date(2026, 11, 30)


def test_what_is_updated_daily_is_not_announced_every_day(world: World) -> None:
    fresh, stale = updated(world, 1, "daily"), updated(world, 5, "daily", title="已停更登记信息")
    found = set(queries.due_around(MONDAY))
    assert (fresh in found, stale in found) == (False, True)


def test_without_any_update_the_clock_runs_from_the_publication(world: World) -> None:
    entry = scenes.a_published_entry(world, update_cycle="weekly")
    CatalogEntry.objects.filter(pk=entry.pk).update(published_on=date(2026, 11, 2))
    (found,) = queries.judged(queries.due_around(MONDAY), MONDAY)
    assert (found.since, found.due_on) == (date(2026, 11, 2), date(2026, 11, 9))


def test_a_department_is_told_once_a_week(world: World) -> None:
    updated(world, 60, title="已逾期登记信息")
    updated(world, 27, title="将到期登记信息")
    now = timezone.now()
    today = timezone.localdate(now)
    assert services.remind(today) == 1
    assert services.remind(today) == 0
    notice = Notice.objects.get(recipient=world.police_cataloguer, kind=services.KIND)
    assert "已逾期登记信息" in notice.body
    assert services.remind(today + timedelta(days=7)) == 1


def test_the_page_and_the_worklist_show_ones_own(world: World, signed_in: Any) -> None:
    updated(world, 3000)
    client = signed_in(world.police_cataloguer)
    assert "1 个信息资源的数据已到或者临近更新期限" in client.get(reverse("home")).content.decode()
    page = client.get(reverse("catalog:updates")).content.decode()
    assert "居住证登记信息" in page
    assert "逾期" in page
    other = signed_in(world.health_cataloguer).get(reverse("catalog:updates")).content.decode()
    assert "居住证登记信息" not in other
    assert (
        "居住证登记信息"
        in signed_in(world.approver).get(reverse("catalog:updates")).content.decode()
    )


def test_the_page_asks_as_much_for_many_as_for_few(
    world: World, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    entry = updated(world, 3000)
    client = signed_in(world.approver)
    client.get(reverse("catalog:updates"))
    for number in range(200):
        entry.pk, entry.code = None, f"307460100104/9{number:05}"
        entry.title_key = f"登记信息{number}"
        entry.save(force_insert=True)
    assert queries.readable(actor_of(world.approver), MONDAY).count() == 201
    with django_assert_max_num_queries(20):
        client.get(reverse("catalog:updates"))
