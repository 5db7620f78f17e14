"""Library 基础库/主题库: items that belong together, with who leads them and who provides each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.libraries.choices import LibraryKind, Verdict
from catalog.models.item import ItemKeyField
from citybrain.names import NameField
from citybrain.organizations.models import Department, User


class Library(models.Model):
    """A base library (population, legal persons ...) or a theme that an industry leads (HK-13)."""

    kind = models.CharField(_("类别"), max_length=8, choices=LibraryKind)
    name = NameField(_("名称"), max_length=60, unique=True)
    lead = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("牵头单位"), related_name="+"
    )
    members = models.ManyToManyField(
        Department, verbose_name=_("成员单位"), related_name="+", blank=True
    )
    description = models.CharField(_("说明"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("基础库和主题库")
        ordering = ["kind", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"“{self.name}”"


class LibraryItem(models.Model):
    """A standard item of a library; who provides it follows from its source of record."""

    library = models.ForeignKey(Library, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("序号"))
    name = NameField(_("标准信息项"), max_length=100)
    key = ItemKeyField()
    description = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("库的信息项")
        ordering = ["position", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["library", "key"],
                name="item_once_per_library",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemSource(models.Model):
    """The bureau's decision on an item by its name: its source of record (SC-19), or not one thing."""

    name = NameField(_("信息项"), max_length=100)
    key = ItemKeyField(unique=True)
    verdict = models.CharField(_("决定"), max_length=12, choices=Verdict)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("数源部门"), null=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=500)
    version = models.PositiveIntegerField(default=0, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("数源部门")
        ordering = ["-decided_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict=Verdict.SOURCE, department__isnull=False)
                | models.Q(verdict=Verdict.DIFFERENT, department__isnull=True),
                name="source_names_its_department",
            )
        ]
        indexes = [models.Index(fields=["department", "verdict"], name="source_by_department")]

    def __str__(self) -> str:
        return self.name


class ItemOverlap(models.Model):
    """An item that published entries of several departments hold, as a job counted it last."""

    key = models.CharField(max_length=200, primary_key=True)
    name = NameField(_("信息项"), max_length=100)
    departments = models.PositiveIntegerField(_("采集单位数"))
    entries = models.PositiveIntegerField(_("信息资源数"))
    counted_at = models.DateTimeField(_("统计时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("重复采集")
        ordering = ["-departments", "-entries", "key"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["-departments", "-entries", "key"], name="overlap_by_weight")
        ]

    def __str__(self) -> str:
        return self.name
