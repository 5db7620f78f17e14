"""QualityRule, QualityCheck and CheckResult: how good the hosted data of an entry is (HK-11)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from catalog.quality.choices import CheckState, Dimension, Occasion, RuleKind
from citybrain.organizations.models import User


class QualityRule(models.Model):
    """What a cataloguer decided about the rules of an entry: one added, or one switched off or on.

    Rules that follow from items and their standards need no row. `key` says which rule it is.
    """

    entry = models.ForeignKey(CatalogEntry, models.CASCADE, related_name="quality_rules")
    key = models.CharField(max_length=300)
    kind = models.CharField(_("规则"), max_length=12, choices=RuleKind)
    items = models.JSONField(_("信息项"), default=list)
    params = models.JSONField(default=dict)
    added = models.BooleanField(default=False)
    enabled = models.BooleanField(_("启用"), default=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("数据质量规则")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry", "key"], name="quality_rule_once_per_entry")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {'、'.join(self.items)}"


class QualityCheck(models.Model):
    """One check of the rows that were served: asked for, claimed by a worker, done.

    What is left to do is read from `state`. `scores` are those of the dimensions, out of 100;
    `digest` is over the rules and the rows that they were held against.
    """

    entry = models.ForeignKey(CatalogEntry, models.CASCADE, related_name="quality_checks")
    occasion = models.CharField(_("起因"), max_length=10, choices=Occasion)
    state = models.CharField(
        _("状态"), max_length=10, choices=CheckState, default=CheckState.WAITING
    )
    requested_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    dataset = models.PositiveIntegerField(_("数据批次"), null=True)
    rows = models.PositiveIntegerField(_("数据行数"), default=0)
    digest = models.CharField(max_length=64, blank=True)
    score = models.DecimalField(_("得分"), max_digits=4, decimal_places=1, null=True)
    scores = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("数据质量检查")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(state=CheckState.WAITING, claimed_at=None),
                name="one_check_in_line_per_entry",
            )
        ]
        indexes = [
            models.Index(fields=["entry", "-finished_at"], name="check_by_entry"),
            models.Index(
                fields=["requested_at"],
                condition=models.Q(state=CheckState.WAITING),
                name="check_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_occasion_display()}"


class CheckResult(models.Model):
    """What one rule found in the entry's last check: numbers of rows at fault, never their values."""

    run = models.ForeignKey(QualityCheck, models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=300)
    dimension = models.CharField(_("维度"), max_length=14, choices=Dimension)
    label = models.CharField(_("规则"), max_length=300)
    items = models.JSONField(_("信息项"), default=list)
    checked = models.PositiveIntegerField(_("检查数"))
    failed = models.PositiveIntegerField(_("问题数"))
    score = models.DecimalField(_("得分"), max_digits=4, decimal_places=1)
    row_numbers = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("数据质量检查结果")
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="check_result_once")
        ]

    def __str__(self) -> str:
        return self.label
