"""DataElement 数据元标准 and CodeList 代码集: how the same thing is named and written everywhere."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import DataType
from catalog.standards.checkers import CHOICES
from catalog.standards.choices import StandardState
from citybrain.names import NameField
from citybrain.organizations.models import User
from citybrain.stateful import StatefulModel

IDENTIFIER = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9./_-]*$", _("只能用字母、数字和 . / _ -，以字母或数字开头。")
)


class Standard(StatefulModel):
    """What both have in common. What is in force is not changed: a new one replaces it."""

    identifier = models.CharField(_("标识符"), max_length=30, unique=True, validators=[IDENTIFIER])
    name = NameField(_("中文名称"), max_length=100)
    source = models.CharField(_("来源"), max_length=200)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=StandardState,
        default=StandardState.DRAFT,
        editable=False,
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("替代"),
        null=True,
        blank=True,
        related_name="successors",
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    in_force_on = models.DateField(_("施行日期"), null=True, editable=False)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.identifier} {self.name}"


class CodeList(Standard):
    """A closed list of codes, such as GB/T 2261.1."""

    class Meta:
        verbose_name = verbose_name_plural = _("代码集")
        ordering = ["identifier"]
        default_permissions = ()


class Code(models.Model):
    """One code of a list."""

    code_list = models.ForeignKey(CodeList, models.CASCADE, related_name="codes")
    position = models.PositiveIntegerField(_("序号"))
    code = models.CharField(_("代码"), max_length=40)
    label = NameField(_("名称"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("代码")
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["code_list", "code"], name="code_once_per_list")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class DataElement(Standard):
    """How one thing is called and written: type, length, form of the value, codes.

    `keys` are the name and the synonyms as items are compared (rules.item_key).
    """

    synonyms = ArrayField(
        models.CharField(max_length=100), verbose_name=_("同义词"), default=list, blank=True
    )
    keys = ArrayField(models.CharField(max_length=100), default=list, editable=False)
    definition = models.CharField(_("定义"), max_length=500, blank=True)
    data_type = models.CharField(_("数据类型"), max_length=1, choices=DataType)
    length = models.PositiveIntegerField(_("数据长度"), null=True, blank=True)
    fixed_length = models.BooleanField(_("定长"), default=False)
    checker = models.CharField(_("格式校验"), max_length=20, choices=CHOICES, blank=True)
    code_list = models.ForeignKey(
        CodeList,
        models.PROTECT,
        verbose_name=_("代码集"),
        null=True,
        blank=True,
        related_name="elements",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("数据元标准")
        ordering = ["identifier"]
        default_permissions = ()
        indexes = [GinIndex(fields=["keys"], name="element_by_key")]

    @property
    def kind(self) -> str:
        """Type and length in words: 字符串型C，定长18."""
        label = str(self.get_data_type_display())
        if not self.length:
            return label
        words = (
            _("%(kind)s，定长%(length)d") if self.fixed_length else _("%(kind)s，最长%(length)d")
        )
        return str(words) % {"kind": label, "length": self.length}
