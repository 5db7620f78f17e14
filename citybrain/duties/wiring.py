"""What the duties app plugs into the kernel: the calendar's keeper, audit verbs, menu, subject."""

from django.apps import apps
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.duties import home, seed
from citybrain.duties.models import Duty
from citybrain.duties.policies import duty_policy
from citybrain.duties.rules import rule_of
from citybrain.registry import AuditVerb, MenuItem, Parameter, Permission, Subject, Takeover

registry.permissions.add(
    "manage_calendar",
    Permission("manage_calendar", _("维护工作日历"), ("bureau_coordinator",)),
)
registry.parameters.add(
    "internal_signoff_days",
    Parameter(
        "internal_signoff_days",
        _("部门内部审签的期限"),
        _("个工作日"),
        rule_of("internal_signoff").days,
        least=1,
        most=10,
    ),
)
for verb in (
    AuditVerb("duties.opened", _("启动计时"), 10),
    AuditVerb("duties.extended", _("延长期限"), 10),
    AuditVerb("duties.paused", _("暂停计时"), 10),
    AuditVerb("duties.resumed", _("恢复计时"), 10),
    AuditVerb("duties.fulfilled", _("办结"), 10),
    AuditVerb("duties.cancelled", _("撤销计时"), 10),
    AuditVerb("duties.breached", _("超过时限"), 10),
    AuditVerb("duties.recomputed", _("按工作日历重新计算到期日"), 10),
    AuditVerb("duties.handed_over", _("时限随单位合并移交"), 10),
    AuditVerb("duties.calendar_announced", _("登记年度放假安排"), 30),
):
    registry.audit_verbs.add(verb.code, verb)

registry.subjects.add(
    "duties.Duty",
    Subject(_("法定时限"), lambda duty: reverse("duties:duty", args=[duty.pk]), policy=duty_policy),
)
registry.subjects.add(
    "duties.CalendarYear",
    Subject(_("工作日历"), lambda year: reverse("duties:calendar", args=[year.pk])),
)
registry.menu.add(
    "duties", MenuItem("duties", _("办理"), _("法定时限"), "duties:duty_list", "hourglass")
)
registry.menu.add(
    "calendar", MenuItem("calendar", _("办理"), _("工作日历"), "duties:this_year", "calendar-due")
)
# Ended duties stay with the department that met or missed them.
registry.merges.add(
    "duties",
    Takeover(
        _("未办结的法定时限"),
        lambda source: Duty.objects.open().filter(department=source),
        verb="duties.handed_over",
    ),
)
registry.merges.add(
    "duties_awaited",
    Takeover(
        _("等待其他单位办理的法定时限"),
        lambda source: Duty.objects.open().filter(for_department=source),
        field="for_department",
        verb="",
    ),
)
registry.home_cards.add("duties", home.cards)

# The known calendar is reference data: brought in after migrating, and again after a flush.
post_migrate.connect(
    seed.after_migrate,
    sender=apps.get_app_config("duties"),
    dispatch_uid="citybrain.duties.seed",
)
