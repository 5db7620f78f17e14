"""Counting by facets, against counting entry by entry; folding long facets; keeping large counts."""

import secrets
from collections import Counter
from datetime import timedelta
from itertools import cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from catalog import facets, search
from catalog.choices import THEMES
from catalog.facets import FACETS, PUBLISHED_FACETS
from catalog.models import CatalogEntry
from tests.catalog import many
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
CHOICES = [
    {},
    {"theme": ["01"]},
    {"theme": ["01", "03"], "sharing": [2]},
    {"sharing": [1], "cycle": ["monthly", "daily"]},
    {"theme": ["02"], "sharing": [1], "cycle": ["daily"]},
    {"freshness": ["late"], "format": [3], "cycle": ["daily", "weekly"]},
    {"theme": ["19"], "department": [999_999_999_999_999]},
]


@pytest.fixture
def entries(world: World) -> World:
    themes, cycles = cycle(("01", "02", "03")), cycle(("daily", "monthly", "yearly", "weekly"))
    changes = [
        {
            "title": f"第{number}号登记信息",
            "theme": next(themes),
            "update_cycle": next(cycles),
            "sharing_type": 1 + number % 2,
        }
        for number in range(30)
    ]
    many.drafts(actor_of(world.police_cataloguer), world.police, *changes[:19], state="published")
    many.drafts(actor_of(world.health_cataloguer), world.health, *changes[19:], state="published")
    return world


def counted_one_by_one(chosen: dict) -> facets.Counts:
    """The slow answer: each entry asked for each facet."""
    counts = facets.Counts(0, {name: Counter() for name in PUBLISHED_FACETS})
    for entry in facets.with_computed(CatalogEntry.objects.all(), PUBLISHED_FACETS):
        fits = {
            name: getattr(entry, FACETS[name].column)
            in chosen.get(name, [getattr(entry, FACETS[name].column)])
            for name in PUBLISHED_FACETS
        }
        counts.total += all(fits.values())
        for name in PUBLISHED_FACETS:
            if all(fit for other, fit in fits.items() if other != name):
                counts.by_facet[name][getattr(entry, FACETS[name].column)] += 1
    return counts


def test_freshness_is_the_declared_cycle_against_the_last_update(entries: World) -> None:
    now = timezone.now()
    rows = CatalogEntry.objects.order_by("pk")
    daily, monthly, yearly, weekly = rows[:4]
    rows.update(data_updated_at=now)
    for entry, days in ((daily, 8), (monthly, 20), (yearly, 400)):
        rows.filter(pk=entry.pk).update(data_updated_at=now - timedelta(days=days))
    rows.filter(pk=weekly.pk).update(
        data_updated_at=None, published_on=timezone.localdate() - timedelta(days=10)
    )
    rows.filter(pk=rows.last().pk).update(update_cycle="irregular", data_updated_at=None)
    found = facets.count(rows, PUBLISHED_FACETS, {})
    assert found.by_facet["freshness"] == {"late": 3, "within": 26, "irregular": 1}
    late = facets.with_computed(rows, ["freshness"]).filter(freshness="late")
    assert set(late) == {daily, yearly, weekly}


@pytest.mark.parametrize("chosen", CHOICES, ids=str)
def test_counts_are_those_of_counting_one_by_one(entries: World, chosen: dict) -> None:
    with_department = {**chosen, "department": [entries.police.pk]}
    for choice in (chosen, with_department):
        found = facets.count(CatalogEntry.objects.all(), PUBLISHED_FACETS, choice)
        assert found == counted_one_by_one(choice)


def test_nothing_is_counted_in_nothing() -> None:
    found = facets.count(CatalogEntry.objects.none(), PUBLISHED_FACETS, {})
    assert found.total == 0
    assert not any(found.by_facet.values())


def test_few_entries_are_counted_anew_and_many_once_a_minute(
    entries: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A choice that nobody else made within the minute: the cache is shared.
    choice = {"department": [secrets.randbelow(10**9)]}

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            facets.count(CatalogEntry.objects.all(), PUBLISHED_FACETS, choice)
        return len(captured)

    assert [statements(), statements()] == [1, 1]
    monkeypatch.setattr(facets, "KEPT_FROM", 30)
    assert [statements(), statements()] == [1, 0]


def test_counts_do_not_need_the_cache(entries: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args: object) -> None:
        raise RedisError

    monkeypatch.setattr(facets, "KEPT_FROM", 1)
    monkeypatch.setattr(facets.cache, "get", down)
    monkeypatch.setattr(facets.cache, "set", down)
    assert facets.count(CatalogEntry.objects.all(), PUBLISHED_FACETS, {}).total == 30


def test_a_long_facet_is_folded_and_unfolds(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FOLDED_TO", len(THEMES) - 3)
    codes = [code for code, _label in THEMES]
    changes = [
        {"title": f"主题{code}第{number}号信息", "theme": code}
        for place, code in enumerate(codes)
        for number in range(1 if place < 3 else 2)
    ]
    many.drafts(actor_of(world.police_cataloguer), world.police, *changes, state="published")
    client, url = signed_in(world.water_cataloguer), reverse("catalog:search")

    def shown(query: str) -> tuple[set[str], int]:
        groups = client.get(f"{url}?{query}").context["groups"]
        (group,) = (one for one in groups if one.name == "theme")
        return {option.value for option in group.options}, group.folded

    assert shown("") == (set(codes[3:]), 3), "those with the fewest entries are folded"
    values, folded = shown(f"theme={codes[0]}")
    assert codes[0] in values, "what was chosen stays in sight"
    assert folded == 3
    assert shown("unfold=theme") == (set(codes), 0)
    assert "其余 3 项" in client.get(url).content.decode()
