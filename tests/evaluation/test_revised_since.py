"""A year's facts stay what they were when entries are revised after it (HK-40)."""

from datetime import date

import pytest

from catalog.services import entries
from citybrain.demo.clock import DemoClock
from evaluation.report.facts_json import facts_digest
from security.services.grading import Decision, confirm_grades
from tests import scenes
from tests.evaluation.years import answer, facts_of_2025, go
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_a_revision_in_the_year_after_changes_nothing_of_the_year(
    world: World, clock: DemoClock
) -> None:
    entry = scenes.a_hosted_entry(world)
    answer(world, scenes.a_delivered_application(world, entry), "refuse")
    go(clock, date(2026, 1, 5))
    before = facts_of_2025()
    assert [row.entry for row in before.refusals] == [entry.title]
    assert before.security.items_graded == len(scenes.ITEMS)

    go(clock, date(2026, 2, 2))
    copy = scenes.a_revision(world, entry, title="居住证办理信息", items=scenes.ITEMS[:4])
    decisions = {item.pk: Decision("core", "personal_identity") for item in copy.items.all()}
    confirm_grades(actor=actor_of(world.police_security), entry=copy, decisions=decisions)
    copy = entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    copy = entries.move("sign", actor=actor_of(world.police_head), entry=copy)
    entries.move("merge", actor=actor_of(world.approver), entry=copy)

    go(clock, date(2026, 3, 2))
    after = facts_of_2025()
    assert after == before
    assert facts_digest(after) == facts_digest(before)
