"""Project 信息化项目: what was approved and built, with the systems that came of it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.system import InformationSystem
from catalog.projects.choices import ProjectState
from citybrain.names import NameField
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel


class Project(StatefulModel):
    """One approved project on its way to the bureau's acceptance (HK-14)."""

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("建设单位"), related_name="+"
    )
    name = NameField(_("项目名称"), max_length=120)
    pinyin = models.CharField(max_length=1000, editable=False)
    approval_number = models.CharField(_("批复文号"), max_length=60, unique=True)
    approved_on = models.DateField(_("批复日期"))
    budget = models.DecimalField(
        _("批复投资（万元）"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    contractor = NameField(_("承建单位"), max_length=100, blank=True)
    description = models.CharField(_("建设内容"), max_length=1000, blank=True)
    systems = models.ManyToManyField(
        InformationSystem, verbose_name=_("建设的信息系统"), related_name="projects", blank=True
    )
    completed_on = models.DateField(_("竣工验收日期"), null=True, blank=True)
    accepted_on = models.DateField(_("大数据局验收日期"), null=True, editable=False)
    opinion = models.CharField(_("验收意见"), max_length=1000, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=ProjectState,
        default=ProjectState.APPROVED,
        editable=False,
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("信息化项目")
        ordering = ["-approved_on", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "-approved_on", "-id"], name="project_by_approval"),
            models.Index(fields=["department", "state"], name="project_by_owner"),
        ]

    def __str__(self) -> str:
        return f"“{self.name}”"
