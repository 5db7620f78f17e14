"""Reminding departments of data that has to be refreshed, before it is late (SC-18)."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.freshness.queries import Due, due_around, judged
from catalog.models import CatalogEntry
from citybrain.notices.models import Notice
from citybrain.notices.services import people_to_tell, tell
from citybrain.organizations.models import Department

KIND = "catalog.refresh_due"
NAMED = 20  # entries that one notice names


def remind(today: date | None = None) -> int:
    """Tells each department once a week what is about to fall due, and what is late already.

    Whether a department has been told this week is read from the notices: running twice tells
    nobody twice. Returns the number of departments told.
    """
    day = today or timezone.localdate()
    monday = day - timedelta(days=day.weekday())
    by_department: dict[Department, list[CatalogEntry]] = defaultdict(list)
    for entry in due_around(day).iterator():
        by_department[entry.department].append(entry)
    told = set(
        Notice.objects.filter(kind=KIND, created_at__date__gte=monday).values_list(
            "recipient__department", flat=True
        )
    )
    waiting = [department for department in by_department if department.pk not in told]
    for department in waiting:
        _tell(department, by_department[department], day)
    return len(waiting)


@transaction.atomic
def _tell(department: Department, entries: list[CatalogEntry], today: date) -> None:
    dues = judged(entries, today)
    late = sum(one.days_left < 0 for one in dues)
    lines = [_line(one) for one in dues[:NAMED]]
    if len(dues) > NAMED:
        lines.append(_("等 %d 个，见“数据更新”页面。") % len(dues))
    tell(
        people=people_to_tell("compile_entries", department),
        kind=KIND,
        title=_("有 %(soon)d 个信息资源的数据即将到期更新，另有 %(late)d 个已超过更新周期")
        % {"soon": len(dues) - late, "late": late},
        body="\n".join(lines),
        subject=dues[0].entry,
    )


def _line(due: Due) -> str:
    return _("%(entry)s（%(cycle)s），应于%(day)s前更新") % {
        "entry": due.entry,
        "cycle": due.entry.get_update_cycle_display(),
        "day": date_format(due.due_on, "n月j日"),
    }
