"""Harvesting: another portal, each time that it was asked, and which entry came of which dataset."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.harvest.choices import RunState, Schedule, SourceKind
from catalog.models.entry import CatalogEntry
from citybrain.names import NameField
from citybrain.organizations.models import Department, User


class HarvestSource(models.Model):
    """Another portal whose datasets become drafts of a department. It is asked in the name of
    `answerable`, who set it up last and may do no more through it than by hand."""

    name = NameField(_("名称"), max_length=100)
    kind = models.CharField(_("种类"), max_length=12, choices=SourceKind)
    address = models.CharField(_("地址"), max_length=500)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("归入单位"), related_name="+"
    )
    schedule = models.CharField(
        _("采集频次"), max_length=12, choices=Schedule, default=Schedule.MANUAL
    )
    is_active = models.BooleanField(_("启用"), default=True)
    answerable = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("设置人"), related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("采集来源")
        ordering = ["name", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="harvest_source_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """One time that a source is asked. What is left to do is in `state`; a worker claims the row."""

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="runs")
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField(_("开始时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=12, choices=RunState, default=RunState.WAITING)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    added = models.PositiveIntegerField(_("新增草稿"), default=0)
    changed = models.PositiveIntegerField(_("更新草稿"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    pending = models.PositiveIntegerField(_("待核定"), default=0)
    gone = models.PositiveIntegerField(_("来源已撤下"), default=0)
    refused = models.PositiveIntegerField(_("没有采集"), default=0)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("采集记录")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(state=RunState.WAITING),
                name="harvest_one_run_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}"


class HarvestedEntry(models.Model):
    """Which dataset of a source an entry came of, and what it said when the two last agreed.

    `content` has the values, by field, that the entry took over or that somebody decided on; what
    differs from it in the entry was edited here. `pending` has what the source says since, where a
    person has to decide. `unchecked` names fields that the source does not tell and that still
    stand as they were filled in by rule.
    """

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="harvested")
    source_key = models.CharField(_("来源编号"), max_length=300)
    page = models.CharField(_("来源页面"), max_length=500, blank=True)
    entry = models.OneToOneField(CatalogEntry, models.PROTECT, related_name="+")
    content = models.JSONField()
    pending = models.JSONField(default=dict)
    unchecked = models.JSONField(default=list)
    seen_at = models.DateTimeField(_("最近采集"))
    gone_since = models.DateTimeField(_("来源撤下时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("采集的信息资源")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="harvested_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry}"
