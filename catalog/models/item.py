"""DataItem 信息项: one column of what an entry holds."""

import unicodedata
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import DataType, OpenType, SharingType
from catalog.models.entry import CatalogEntry
from catalog.models.standard import DataElement
from citybrain.names import NameField

LONGEST_KEY = 200


def item_key(name: str) -> str:
    """What two item names have in common when only width, spaces or case differ.

    Headings of hosted tables are compared in the same way.
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()[:LONGEST_KEY]


class ItemKeyField(models.CharField):
    """The folded form of the row's `name`, whichever way the row is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=LONGEST_KEY, editable=False, default="")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = item_key(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class DataItem(models.Model):
    """Element 8 of the compilation guide. Names are unique within the entry: rows are keyed by them.

    An item may be shared and opened on stricter terms than its entry; left empty, they are those of
    the entry.
    """

    entry = models.ForeignKey(CatalogEntry, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("序号"))
    name = NameField(_("信息项名称"), max_length=100)
    key = ItemKeyField()
    field = models.CharField(
        _("字段名"),
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9_]*$", _("字段名须以字母开头，只含字母、数字和下划线。")
            )
        ],
    )
    data_type = models.CharField(_("数据类型"), max_length=1, choices=DataType)
    length = models.PositiveIntegerField(_("数据长度"), null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    description = models.CharField(_("说明"), max_length=300, blank=True)
    is_key = models.BooleanField(_("主键"), default=False)
    is_required = models.BooleanField(_("必填"), default=False)

    sharing_type = models.PositiveSmallIntegerField(
        _("共享类型"), choices=SharingType, null=True, blank=True
    )
    sharing_condition = models.CharField(_("共享条件或不予共享依据"), max_length=500, blank=True)
    open_type = models.CharField(_("开放属性"), max_length=12, choices=OpenType, blank=True)
    standard = models.ForeignKey(
        DataElement,
        models.PROTECT,
        to_field="identifier",
        verbose_name=_("数据元标准"),
        null=True,
        blank=True,
        related_name="items",
    )

    # Of an item in the working copy of a revision: the published one, whatever it is called now.
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("信息项")
        ordering = ["position", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "name"],
                name="item_name_once_per_entry",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("同一信息资源内信息项名称不能重复。"),
            )
        ]
        indexes = [
            models.Index(fields=["name"], name="item_by_name"),
            models.Index(fields=["key"], name="item_by_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shared_as(self) -> SharingType:
        """The sharing type that holds for the item."""
        return SharingType(self.sharing_type or self.entry.sharing_type)

    @property
    def opened_as(self) -> OpenType:
        """The open attribute that holds for the item; what is withheld is never opened."""
        if self.shared_as == SharingType.WITHHELD:
            return OpenType.CLOSED
        return OpenType(self.open_type or self.entry.open_type)

    @property
    def kind(self) -> str:
        """The data type in words."""
        return str(self.get_data_type_display())


class FormerName(models.Model):
    """What a published item was called before a revision: grants and hosted rows may say it still."""

    item = models.ForeignKey(DataItem, models.CASCADE, related_name="former_names")
    name = NameField(_("原名"), max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = _("信息项原名")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="former_name_once_per_item")
        ]

    def __str__(self) -> str:
        return self.name
