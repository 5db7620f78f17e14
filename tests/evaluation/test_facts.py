"""The facts of a year against years made by hand: every number, and what must not be in it."""

from datetime import UTC, date

import pytest

from catalog.choices import SharingType, UpdateCycle
from catalog.services import entries
from citybrain.demo.clock import DemoClock
from evaluation.facts.collecting import collect
from evaluation.facts.guidance import not_in_time
from evaluation.facts.period import Period, due_at, midnight
from evaluation.report.facts_json import facts_digest, to_json
from sharing.corrections.services import reporting, verifying
from sharing.guidance import services as guidance
from sharing.services import applications, authorizations
from tests import scenes
from tests.evaluation.years import (
    a_used_authorization,
    answer,
    call,
    facts_of_2025,
    go,
    ratio,
    refresh,
    refresh_monthly,
    row_of,
)
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_a_portal_without_records_has_facts_of_nothing(world: World) -> None:
    facts = facts_of_2025()
    assert facts.catalog.entries == facts.calls.total == facts.duties.opened == 0
    assert facts.previous is None
    # The city government receives the report and is not evaluated.
    assert {row.short_name for row in facts.departments} == {
        department.short_name for department in world.departments.values()
    } - {world.city.short_name}
    assert all(row.total_centi is None and row.level == "" for row in facts.departments)


# --- the catalog: attachment ----------------------------------------------------------------------
def test_entries_count_as_attached_when_rows_are_hosted(world: World, clock: DemoClock) -> None:
    scenes.a_hosted_entry(world)
    scenes.a_published_entry(
        world, title="户籍人口信息", sharing_type=SharingType.UNCONDITIONAL, sharing_condition=""
    )
    scenes.a_signed_entry(world, title="未发布的信息")
    facts = facts_of_2025()
    catalog = facts.catalog
    assert (catalog.entries, catalog.entries_with_data, catalog.entries_new) == (2, 1, 2)
    assert catalog.items == 2 * len(scenes.ITEMS)
    assert catalog.departments_with_entries == 1
    assert {row.code: row.count for row in catalog.by_sharing_type} == {
        "unconditional": 1, "conditional": 1, "withheld": 0,
    }  # fmt: skip
    assert [(row.name, row.count) for row in catalog.by_theme] == [("公共服务", 2)]
    assert catalog.hosted_services == 1
    assert ratio(row_of(facts, "市公安局"), "attachment") == (1, 2)
    assert ratio(row_of(facts, "市卫健委"), "attachment") == (0, 0)


def test_withheld_entries_count_as_published_and_not_as_without_data(
    world: World, clock: DemoClock
) -> None:
    scenes.a_hosted_entry(world)
    scenes.a_published_entry(
        world,
        title="案件侦查信息",
        sharing_type=SharingType.WITHHELD,
        sharing_condition="《中华人民共和国刑事诉讼法》第五十四条",
    )
    facts = facts_of_2025()
    catalog = facts.catalog
    assert (catalog.entries, catalog.entries_sharable, catalog.entries_with_data) == (2, 1, 1)
    assert ratio(row_of(facts, "市公安局"), "attachment") == (1, 1)


def test_the_grades_of_published_items_are_counted(world: World, clock: DemoClock) -> None:
    scenes.a_published_entry(world)
    scenes.a_submitted_entry(world, title="未发布的信息")
    facts = facts_of_2025()
    assert facts.security.items_graded == len(scenes.ITEMS)
    assert 0 < facts.security.items_masked <= facts.security.items_personal < len(scenes.ITEMS)
    assert [row.count for row in facts.catalog.by_grade] == [1]


def test_data_attached_and_entries_retired_after_the_year_do_not_count_in_it(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_published_entry(world)
    go(clock, date(2026, 1, 3))
    scenes.a_hosted_entry(world, title="次年的信息")
    entries.move("retire", actor=actor_of(world.approver), entry=entry, reason="职责调整")
    catalog = facts_of_2025().catalog
    assert (catalog.entries, catalog.entries_with_data) == (1, 0)
    assert collect(Period(2026, midnight(date(2026, 2, 1)))).catalog.entries == 1


# --- updates --------------------------------------------------------------------------------------
def test_an_entry_refreshed_within_its_cycle_is_in_time(world: World, clock: DemoClock) -> None:
    entry = scenes.a_published_entry(world)
    refresh_monthly(world, clock, entry)
    facts = facts_of_2025()
    assert (facts.catalog.entries_update_due, facts.catalog.entries_updated_in_time) == (1, 1)
    assert ratio(row_of(facts, "市公安局"), "updating") == (1, 1)


def test_one_gap_longer_than_the_cycle_makes_it_late(world: World, clock: DemoClock) -> None:
    entry = scenes.a_published_entry(world)
    refresh_monthly(world, clock, entry, until=date(2025, 6, 30))
    go(clock, date(2025, 9, 1))
    refresh(world, clock, entry, date(2025, 9, 1))
    refresh_monthly(world, clock, entry)
    assert ratio(row_of(facts_of_2025(), "市公安局"), "updating") == (0, 1)


def test_an_entry_never_refreshed_is_late_as_soon_as_its_cycle_ends(
    world: World, clock: DemoClock
) -> None:
    scenes.a_published_entry(world)  # on 3 March, monthly: due by 3 April
    assert collect(Period(2025, midnight(date(2025, 4, 3)))).catalog.entries_update_due == 0
    catalog = collect(Period(2025, midnight(date(2025, 4, 4)))).catalog
    assert (catalog.entries_update_due, catalog.entries_updated_in_time) == (1, 0)


def test_entries_without_a_cycle_or_with_a_longer_one_are_not_due(
    world: World, clock: DemoClock
) -> None:
    scenes.a_published_entry(world, update_cycle=UpdateCycle.IRREGULAR)
    scenes.a_published_entry(world, title="年度信息", update_cycle=UpdateCycle.YEARLY)
    assert facts_of_2025().catalog.entries_update_due == 0


def test_an_update_due_on_a_holiday_may_come_on_the_next_working_day(
    world: World, clock: DemoClock
) -> None:
    """National Day 2025 rests from 1 to 8 October; what is due on the 7th may come on the 9th."""
    go(clock, date(2025, 9, 30))
    entry = scenes.a_published_entry(world, update_cycle=UpdateCycle.WEEKLY)
    refresh(world, clock, entry, date(2025, 10, 9))
    until = Period(2025, midnight(date(2025, 10, 12)))
    assert collect(until).catalog.entries_updated_in_time == 1
    go(clock, date(2025, 9, 30))
    late = scenes.a_published_entry(world, title="晚一天的信息", update_cycle=UpdateCycle.WEEKLY)
    refresh(world, clock, late, date(2025, 10, 10))
    catalog = collect(until).catalog
    assert (catalog.entries_update_due, catalog.entries_updated_in_time) == (2, 1)


# --- applications ---------------------------------------------------------------------------------
def test_applications_are_counted_with_what_became_of_them(world: World, clock: DemoClock) -> None:
    entry = scenes.a_hosted_entry(world)
    in_time = scenes.a_delivered_application(world, entry)
    go(clock, date(2025, 3, 7))  # four working days
    answer(world, in_time, "refuse")
    late = scenes.a_delivered_application(world, entry)
    go(clock, date(2025, 3, 24))  # eleven working days
    answer(world, late, "refuse")
    waiting = scenes.a_delivered_application(world, entry)
    facts = facts_of_2025()
    counts = facts.applications
    assert (counts.received, counts.due, counts.answered, counts.answered_in_time) == (3, 3, 2, 1)
    assert (counts.refused, counts.pending, counts.answered_by_rule) == (2, 1, 0)
    assert counts.average_working_days_centi == 750
    police = row_of(facts, "市公安局")
    assert (police.answers_due, police.answers_given, police.answers_in_time) == (3, 2, 1)
    assert ratio(police, "answering") == (1, 3)
    assert row_of(facts, "市卫健委").applications_made == 3
    assert facts.months[2].applications == 3
    assert [row.number for row in facts.refusals] == [in_time.number, late.number]
    assert facts.refusals[0].applicant == "市卫健委"
    assert facts.refusals[0].decided_on == "2025-03-07"
    overdue = next(row for row in facts.breaches if row.fulfilled_on is None)
    assert overdue.subject == str(waiting)
    assert overdue.due_on == "2025-04-08"
    assert overdue.department == "市公安局"


def test_what_is_withdrawn_or_waits_for_papers_is_not_overdue(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_hosted_entry(world)
    withdrawn = scenes.a_delivered_application(world, entry)
    cataloguer = actor_of(world.health_cataloguer)
    applications.move(
        "withdraw", actor=cataloguer, application=withdrawn, inputs={"reason": "不再需要"}
    )
    supplementing = scenes.a_delivered_application(world, entry)
    applications.move(
        "ask_supplement",
        actor=actor_of(world.police_head),
        application=supplementing,
        inputs={"reason": "缺少依据"},
    )
    facts = facts_of_2025()
    counts = facts.applications
    assert (counts.received, counts.due, counts.returned, counts.pending) == (2, 0, 1, 1)
    replies = next(row for row in facts.duty_rules if row.code == "reply_conditional")
    assert (replies.counts.opened, replies.counts.running) == (1, 1)
    # The clock ran on from 4 March of the next year, when the papers came: too late for this one.
    go(clock, date(2026, 3, 4))
    applications.move(
        "supplement", actor=cataloguer, application=supplementing, inputs={"supplement": "已补"}
    )
    assert facts_of_2025().applications.due == 0


def test_unconditional_data_is_answered_by_rule(world: World, clock: DemoClock) -> None:
    entry = scenes.a_hosted_entry(
        world, sharing_type=SharingType.UNCONDITIONAL, sharing_condition=""
    )
    scenes.a_delivered_application(world, entry)
    counts = facts_of_2025().applications
    assert (counts.answered_by_rule, counts.answered_in_time) == (1, 1)
    assert counts.average_working_days_centi == 0


# --- authorizations and calls ---------------------------------------------------------------------
def test_granted_and_called_is_used_and_every_call_is_counted(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    code = scenes.a_code(world, authorization)
    assert call(code, authorization) == 200
    go(clock, date(2025, 4, 1))
    assert call(code, authorization, "?page_size=2") == 200
    assert call(code, authorization, "?page_size=9999") != 200
    facts = facts_of_2025()
    assert (facts.calls.total, facts.calls.ok, facts.calls.refused) == (3, 2, 1)
    assert facts.calls.rows_served == 5
    assert facts.calls.consumer_departments == 1
    assert [row.code for row in facts.calls.refused_by_reason] == ["bad_request"]
    assert (facts.months[2].calls, facts.months[3].calls) == (1, 2)
    (service,) = facts.services
    assert (service.name, service.department, service.calls) == ("居住证登记信息", "市公安局", 2)
    health, police = row_of(facts, "市卫健委"), row_of(facts, "市公安局")
    assert (health.calls_made, police.calls_served) == (2, 2)
    assert ratio(health, "using") == (1, 1)
    assert (facts.authorizations.usable, facts.authorizations.in_use) == (1, 1)
    assert facts.authorizations.active == 1


def test_what_was_granted_and_never_called_is_not_used(world: World, clock: DemoClock) -> None:
    authorization = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    scenes.a_code(world, authorization)
    assert ratio(row_of(facts_of_2025(), "市卫健委"), "using") == (0, 1)


def test_what_the_provider_has_not_delivered_is_not_held_against_the_consumer(
    world: World, clock: DemoClock
) -> None:
    scenes.an_authorization(world, scenes.a_published_entry(world))
    facts = facts_of_2025()
    assert facts.authorizations.active == 1
    assert ratio(row_of(facts, "市卫健委"), "using") == (0, 0)
    # Twenty working days were over on 31 March.
    police = row_of(facts, "市公安局").duties
    assert (police.in_time, police.overdue) == (1, 1)


def test_revoked_and_suspended_grants_are_told_apart(world: World, clock: DemoClock) -> None:
    authorization = a_used_authorization(world, scenes.a_hosted_entry(world))
    coordinator = actor_of(world.coordinator)
    go(clock, date(2025, 12, 30))
    authorizations.move(
        "suspend", actor=coordinator, authorization=authorization, reason="超范围使用"
    )
    go(clock, date(2026, 1, 2))
    authorizations.move(
        "revoke", actor=coordinator, authorization=authorization, reason="逾期未整改"
    )
    counts = facts_of_2025().authorizations
    assert (counts.suspended, counts.revoked, counts.active) == (1, 0, 0)
    assert (counts.usable, counts.in_use) == (1, 1)
    next_year = collect(Period(2026, midnight(date(2026, 2, 1)))).authorizations
    # Suspended when the year began and never resumed: nothing could be used.
    assert (next_year.revoked, next_year.usable) == (1, 0)


# --- duties ---------------------------------------------------------------------------------------
def test_duties_are_judged_by_rule_and_department(world: World, clock: DemoClock) -> None:
    scenes.a_signed_entry(world)
    go(clock, date(2025, 3, 10))  # two working days ended on 5 March
    facts = facts_of_2025()
    assert facts.duties.overdue == 1
    bureau = row_of(facts, "市大数据局")
    assert ratio(bureau, "duties") == (0, 1)
    assert bureau.scores[4].points_centi == 0
    assert bureau.total_centi is None, "one indicator alone is not judged"
    # Sign-off inside the department is a limit of the portal's own, not of the law.
    assert [row.code for row in facts.duty_rules if row.counts.opened] == ["review_catalog"]
    (breach,) = facts.breaches
    assert (breach.due_on, breach.department) == ("2025-03-05", "市大数据局")


def test_corrections_are_counted_with_their_answers(world: World, clock: DemoClock) -> None:
    entry = scenes.a_hosted_entry(world)
    a_used_authorization(world, entry)
    reporter = actor_of(world.health_cataloguer)
    correction = reporting.report(actor=reporter, entry=entry, items=["姓名"], problem="有误")
    reporting.report(actor=reporter, entry=entry, items=["联系电话"], problem="停机")
    go(clock, date(2025, 3, 5))
    verifying.answer(
        actor=actor_of(world.police_cataloguer), correction=correction, name="correct", text="已改"
    )
    counts = facts_of_2025().corrections
    assert counts is not None
    assert (counts.received, counts.due, counts.answered, counts.answered_in_time) == (2, 2, 1, 1)


# --- the instant ----------------------------------------------------------------------------------
def test_what_comes_after_the_instant_changes_neither_facts_nor_digest(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    code = scenes.a_code(world, authorization)
    call(code, authorization)
    other = scenes.a_published_entry(world, title="户籍人口信息")
    go(clock, date(2025, 12, 20))
    waiting = scenes.a_delivered_application(world, other)
    before = facts_of_2025()
    # Everything goes on in January, from the very instant.
    clock.now = due_at(2025)
    answer(world, waiting)
    call(code, authorization)
    scenes.a_published_entry(world, title="新发布的信息")
    refresh(world, clock, entry, date(2026, 1, 6))
    authorizations.move(
        "suspend", actor=actor_of(world.coordinator), authorization=authorization, reason="核查"
    )
    entries.move(
        "retire",
        actor=actor_of(world.approver),
        entry=scenes.a_published_entry(world, title="停用的信息"),
        reason="职责调整",
    )
    reporting.report(
        actor=actor_of(world.health_cataloguer), entry=entry, items=["姓名"], problem="有误"
    )
    after = facts_of_2025()
    assert to_json(after) == to_json(before)
    assert facts_digest(after) == facts_digest(before)


def test_the_year_before_is_read_as_its_own_report_had_it(world: World, clock: DemoClock) -> None:
    go(clock, date(2024, 12, 2))
    entry = scenes.a_hosted_entry(world)
    a_used_authorization(world, entry)
    go(clock, date(2025, 2, 3))
    scenes.a_published_entry(world, title="户籍人口信息")
    facts = facts_of_2025()
    previous = facts.previous
    assert previous is not None
    assert (previous.year, previous.entries, facts.catalog.entries) == (2024, 1, 2)
    assert (previous.calls, previous.applications_received) == (1, 1)
    assert facts.catalog.entries_new == 1


def test_an_instant_from_the_database_keeps_the_day_it_means_here() -> None:
    stored = due_at(2025).astimezone(UTC)
    period = Period(2025, stored)
    assert period.compiled_at == stored
    assert period.compiled_at.date() == date(2026, 1, 5)
    assert period.compiled_at.isoformat() == "2026-01-05T00:00:00+08:00"


# --- guidance: the first answer -------------------------------------------------------------------
def test_the_first_answer_to_a_question_is_judged_and_no_later_one(
    world: World, clock: DemoClock
) -> None:
    """Two questions: one answered at once and asked again in vain, one never answered."""
    go(clock, date(2025, 3, 3))
    entry = scenes.a_published_entry(world)
    consumer, provider = actor_of(world.health_cataloguer), actor_of(world.police_cataloguer)
    words = {"entry": entry, "kind": "support", "text": "每天零点调用失败"}
    answered = guidance.ask(actor=consumer, title="调用失败", **words)
    late = guidance.ask(actor=consumer, title="字段含义", **words)
    taken_back = guidance.ask(actor=consumer, title="问错了", **words)
    guidance.move("close", actor=consumer, ticket=taken_back)
    answered = guidance.move("answer", actor=provider, ticket=answered, reason="已扩容")
    guidance.move("ask_again", actor=consumer, ticket=answered, reason="仍然失败")
    facts = facts_of_2025()
    row = row_of(facts, "市公安局")
    assert ratio(row, "guidance") == (1, 2)
    assert row.duties.opened == 0, "no law sets the term of guidance"
    assert "guidance" not in {one.code for one in facts.duty_rules}
    missed = not_in_time(Period(2025, due_at(2025)), [world.police.pk])
    assert [duty.subject_id for duty in missed] == [late.pk]
