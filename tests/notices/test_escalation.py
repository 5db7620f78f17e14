"""What stays overdue goes up once: to the heads of the department and to the bureau."""

from datetime import date

import pytest

from citybrain.notices.choices import Stage
from citybrain.notices.models import Notice
from citybrain.notices.services import escalate
from tests.notices.test_reminders import a_duty
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_five_working_days_overdue_reach_head_and_bureau_with_the_count(world: World) -> None:
    duty = a_duty(world)
    a_duty(world, rule="internal_signoff")
    assert duty.due_on == date(2026, 3, 16)
    assert escalate(date(2026, 3, 20)) == 0
    assert escalate(date(2026, 3, 23)) == 1
    assert escalate(date(2026, 3, 24)) == 0
    notices = Notice.objects.filter(kind=Stage.ESCALATED.kind)
    assert set(notices.values_list("recipient__username", flat=True)) == {
        "police_head",
        "coordinator",
    }
    notice = notices[0]
    assert "逾期已5个工作日" in notice.title
    assert "现有法定时限逾期1项" in notice.body
