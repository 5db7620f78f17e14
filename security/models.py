"""Grades 数据项分级 of data items, who confirmed them, and what allows data to leave the country."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import Grade
from catalog.models import DataItem, EntryRevision
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from security.abroad.choices import AssessmentState, ExportWay
from security.choices import MASKED_FROM, PERSONAL, Category, at_least


class ItemGrade(models.Model):
    """The confirmed grade of one item.

    It holds for the item as it was when it was confirmed: `confirmed_for` is compared with the
    item's present name and type, so an item that has changed counts as ungraded again.
    """

    item = models.OneToOneField(DataItem, models.CASCADE, related_name="+")
    grade = models.CharField(_("数据级别"), max_length=12, choices=Grade)
    category = models.CharField(_("数据类别"), max_length=24, choices=Category)
    suggested_grade = models.CharField(max_length=12, choices=Grade)
    reason = models.CharField(_("定级理由"), max_length=300)
    confirmed_for = models.CharField(max_length=120)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("数据项分级")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.item} {self.get_grade_display()}"

    @property
    def is_personal(self) -> bool:
        return self.category in PERSONAL

    @property
    def is_masked(self) -> bool:
        """Personal information of general grade 3 and above is masked when it is served."""
        return self.is_personal and at_least(self.grade, MASKED_FROM)


class RevisionGrade(models.Model):
    """The grade of one item as it was approved with a revision, frozen with it.

    ItemGrade is what holds now; the statistics of a year read what held then.
    """

    revision = models.ForeignKey(EntryRevision, models.CASCADE, related_name="+")
    item = models.CharField(_("信息项"), max_length=100)
    grade = models.CharField(_("数据级别"), max_length=12, choices=Grade)
    category = models.CharField(_("数据类别"), max_length=24, choices=Category)

    class Meta:
        verbose_name = verbose_name_plural = _("审核时的分级")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["revision", "item"], name="grade_once_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.item} {self.get_grade_display()}"


class ExportAssessment(StatefulModel):
    """What allows a department to provide data abroad: how, by whom, for what, until when (HK-22)."""

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("数据出境单位"), related_name="+"
    )
    way = models.CharField(_("出境方式"), max_length=16, choices=ExportWay)
    number = models.CharField(_("评估（备案、证书）编号"), max_length=60)
    authority = models.CharField(_("出具机关"), max_length=100)
    recipient = models.CharField(_("境外接收方"), max_length=200)
    region = models.CharField(_("国家或者地区"), max_length=60)
    scope = models.CharField(_("数据范围和用途"), max_length=500)
    concluded_on = models.DateField(_("结论日期"))
    valid_until = models.DateField(_("有效期至"))
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=AssessmentState,
        default=AssessmentState.REGISTERED,
        editable=False,
    )
    registered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("数据出境安全评估记录")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["way", "number"],
                condition=~models.Q(state=AssessmentState.RETURNED),  # then it is entered anew
                name="export_assessment_once",
                violation_error_message=_("这一编号已登记过。"),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("concluded_on")),
                name="export_assessment_in_order",
                violation_error_message=_("有效期不能早于结论日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_in_force(self, day: date) -> bool:
        return self.state == AssessmentState.CONFIRMED and (
            self.concluded_on <= day <= self.valid_until
        )
