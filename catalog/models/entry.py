"""CatalogEntry 信息资源(目录条目): what a department holds and on which terms others may use it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import (
    CLASS_ITEMS,
    THEMES,
    EntryState,
    FormatClass,
    Grade,
    OpenType,
    Privacy,
    ResourceClass,
    Secrecy,
    SharingChannel,
    SharingMethod,
    SharingType,
    UpdateCycle,
)
from citybrain.names import NameField
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel

GONE = (EntryState.RETIRED, EntryState.DISCARDED)
# In which a revision is no longer under way.
DECIDED = (EntryState.MERGED, EntryState.DISCARDED)


class CatalogEntry(StatefulModel):
    """One information resource with the core metadata of the compilation guide and of SC-13."""

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("信息资源提供方"), related_name="+"
    )
    office = NameField(_("提供方内部部门"), max_length=60, blank=True)
    code = models.CharField(_("信息资源代码"), max_length=64, unique=True, editable=False)
    title = NameField(_("信息资源名称"), max_length=128)
    title_key = models.CharField(max_length=128, editable=False)
    title_pinyin = models.CharField(max_length=1000, editable=False)
    summary = models.CharField(_("信息资源摘要"), max_length=1000)
    resource_class = models.PositiveSmallIntegerField(_("类"), choices=ResourceClass)
    class_item = models.CharField(_("项"), max_length=2)
    theme = models.CharField(_("主题"), max_length=2, choices=THEMES)
    format_class = models.PositiveSmallIntegerField(_("格式分类"), choices=FormatClass)
    format_type = models.CharField(_("格式类型"), max_length=40)
    sharing_type = models.PositiveSmallIntegerField(_("共享类型"), choices=SharingType)
    sharing_condition = models.CharField(_("共享条件或不予共享依据"), max_length=500, blank=True)
    sharing_method = models.CharField(_("共享方式"), max_length=12, choices=SharingMethod)
    sharing_channel = models.CharField(
        _("共享方式分类"),
        max_length=12,
        choices=SharingChannel,
        default=SharingChannel.PLATFORM,
    )
    open_type = models.CharField(_("开放属性"), max_length=12, choices=OpenType)
    open_condition = models.CharField(_("开放条件"), max_length=500, blank=True)
    update_cycle = models.CharField(_("更新周期"), max_length=12, choices=UpdateCycle)
    use_scope = models.CharField(_("使用范围和用途"), max_length=500)
    secrecy = models.CharField(_("保密风险评估"), max_length=12, choices=Secrecy, blank=True)
    privacy = models.CharField(
        _("个人信息保护影响评估"), max_length=12, choices=Privacy, blank=True
    )
    assessment = models.CharField(_("评估结论和保护措施"), max_length=500, blank=True)
    # The highest of its items; null while one of them has none. Kept by catalog/services/grade.py.
    grade = models.CharField(  # noqa: DJ001 - not known is no grade
        _("数据级别"), max_length=12, choices=Grade, null=True, editable=False
    )
    business_matter = NameField(_("关联业务事项"), max_length=200, blank=True)
    system_name = NameField(_("所属信息系统"), max_length=100, blank=True)
    # The registered system that `system_name` names; follows it in catalog/systems/linking.py.
    system = models.ForeignKey(
        "InformationSystem", models.PROTECT, null=True, editable=False, related_name="entries"
    )
    related_code = models.CharField(_("关联资源代码"), max_length=1000, blank=True)
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="working_copies"
    )
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=EntryState,
        default=EntryState.DRAFT,
        editable=False,
    )
    published_on = models.DateField(_("发布日期"), null=True, blank=True, editable=False)
    data_updated_at = models.DateTimeField(_("数据更新时间"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(_("编制时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("信息资源")
        ordering = ["title_pinyin", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["department", "title_key"],
                condition=models.Q(revises=None) & ~models.Q(state__in=GONE),
                name="entry_title_once_per_department",
                violation_error_message=_("本单位已有同名的信息资源（标点和空格的差别不计）。"),
            ),
            models.UniqueConstraint(
                fields=["revises"],
                condition=~models.Q(state__in=DECIDED),
                name="entry_one_revision",
            ),
            models.CheckConstraint(
                condition=models.Q(sharing_type=SharingType.UNCONDITIONAL)
                | ~models.Q(sharing_condition="")
                | models.Q(state=EntryState.DRAFT),
                name="entry_terms_stated",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    sharing_type=SharingType.WITHHELD,
                    open_type__in=[OpenType.OPEN, OpenType.CONDITIONAL],
                ),
                name="entry_withheld_is_closed",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="entry_search"),
            models.Index(fields=["state", "title_pinyin", "id"], name="entry_by_title"),
            models.Index(fields=["state", "-published_on", "-id"], name="entry_by_publication"),
            models.Index(fields=["department", "state", "title_pinyin"], name="entry_by_owner"),
            # Few name others: whoever looks for them reads those alone.
            models.Index(
                fields=["id"], condition=~models.Q(related_code=""), name="entry_naming_others"
            ),
            # Answers the counts of all facets from the index alone.
            models.Index(
                fields=[
                    "state",
                    "theme",
                    "sharing_type",
                    "format_class",
                    "update_cycle",
                    "grade",
                    "department",
                    "data_updated_at",
                    "published_on",
                ],
                name="entry_facets",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》" if self.revises_id is None else f"《{self.title}》修订稿"

    @property
    def class_item_label(self) -> str:
        item = CLASS_ITEMS.get((self.resource_class, self.class_item))
        return item.label if item else self.class_item

    @property
    def is_published(self) -> bool:
        return self.state == EntryState.PUBLISHED


class EntryRevision(models.Model):
    """What was approved, frozen: the entry and its items as they were, sealed with SM3."""

    entry = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("版次"))
    content = models.JSONField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    approved_at = models.DateTimeField(_("审核时间"))
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("目录版本")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_once")
        ]
        indexes = [models.Index(fields=["approved_at"], name="revision_by_time")]

    def __str__(self) -> str:
        return f"{self.entry} v{self.number}"


class DataUpdate(models.Model):
    """One refresh of an entry's data, for the update cycle and the evaluation."""

    entry = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="data_updates")
    at = models.DateTimeField(_("更新时间"), db_index=True)
    rows = models.PositiveIntegerField(_("数据行数"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("数据更新记录")
        ordering = ["-at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.entry} {self.at:%Y-%m-%d}"


class NumberSeries(models.Model):
    """The last number given out in one series, such as a classification code: never reused."""

    prefix = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
