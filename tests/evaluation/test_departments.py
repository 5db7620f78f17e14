"""Departments that are renamed, merged or founded while the years go on."""

from datetime import date

import pytest

from citybrain.administration.services.departments import (
    change_department,
    create_department,
    merge_departments,
    rename,
)
from citybrain.demo.clock import DemoClock
from citybrain.organizations.actors import system_actor
from citybrain.organizations.choices import Kind, Level
from citybrain.organizations.models import Department
from evaluation.facts.collecting import collect
from evaluation.facts.period import Period, midnight
from evaluation.models import Scorecard
from evaluation.report.facts_json import to_json
from evaluation.services import reports
from tests import scenes
from tests.evaluation.years import YEAR, a_used_authorization, answer, facts_of_2025, go, row_of
from tests.factories.organizations import DepartmentFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
BASIS = "海编〔2026〕1号"


def merge(source: Department, target: Department, day: date) -> None:
    merge_departments(
        actor=system_actor(), source=source, target=target, basis=BASIS, effective_on=day
    )


def test_a_year_is_told_with_the_names_and_departments_that_it_had(
    world: World, clock: DemoClock
) -> None:
    a_used_authorization(world, scenes.a_hosted_entry(world))
    go(clock, date(2025, 12, 20))
    scenes.a_delivered_application(world, scenes.a_published_entry(world, title="户籍人口信息"))
    before = facts_of_2025()
    assert row_of(before, "市公安局").duties.opened
    go(clock, date(2026, 3, 2))
    actor = system_actor()
    rename(
        actor=actor, department=world.health, name="海口市卫生健康局", short_name="市卫健局",
        basis=BASIS, effective_on=date(2026, 3, 1),
    )  # fmt: skip
    change_department(actor=actor, department=world.water, values={"order": 1})
    new = DepartmentFactory.build(parent=world.city)
    names = ("code", "name", "short_name", "credit_code", "region_code", "catalog_number")
    create_department(
        actor=actor,
        values={
            **{name: getattr(new, name) for name in names},
            "level": Level.CITY, "kind": Kind.GOVERNMENT, "parent": world.city,
        },
    )  # fmt: skip
    # The open duty goes over to water with the merger, but it was the police that let it lapse.
    merge(world.police, world.water, date(2026, 3, 1))
    after = facts_of_2025()
    assert to_json(after) == to_json(before)
    running = collect(Period(2026, midnight(date(2026, 3, 3))))
    assert {row.short_name for row in running.departments} == {
        "市大数据局", "网信办", "市审计局", "市水务局", "市卫健局", new.short_name,
    }  # fmt: skip


def test_a_department_merged_within_the_year_brings_its_record_to_its_successor(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_hosted_entry(world)
    a_used_authorization(world, entry)
    late = scenes.a_delivered_application(
        world, scenes.a_published_entry(world, title="户籍人口信息")
    )
    go(clock, date(2025, 4, 1))
    answer(world, late, "refuse")
    go(clock, date(2025, 6, 2))
    merge(world.police, world.water, date(2025, 6, 1))
    go(clock, date(2026, 2, 2))
    facts = facts_of_2025()
    assert "市公安局" not in {row.short_name for row in facts.departments}
    water = row_of(facts, "市水务局")
    assert (water.entries, water.entries_with_data, water.calls_served) == (2, 1, 1)
    assert (water.answers_due, water.answers_in_time) == (2, 1)
    # The list of breaches names who it was then.
    assert {breach.department for breach in facts.breaches} == {"市公安局"}
    report = reports.request(actor=system_actor(), year=YEAR)
    reports.compile_now(report.pk)
    assert Scorecard.objects.get(department=world.water).total_centi == water.total_centi


def test_calls_between_departments_that_became_one_are_no_exchange(
    world: World, clock: DemoClock
) -> None:
    a_used_authorization(world, scenes.a_hosted_entry(world))
    go(clock, date(2025, 6, 2))
    merge(world.police, world.health, date(2025, 6, 1))
    facts = facts_of_2025()
    health = row_of(facts, "市卫健委")
    assert facts.calls.ok == 1
    assert (health.calls_made, health.calls_served) == (0, 0)
