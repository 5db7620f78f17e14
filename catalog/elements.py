"""The fields of an entry in words: element of the compilation guide, basis, help, shown values.

Forms, detail pages, differences, exports and the workbook all take them from here. The guide is
《政务信息资源目录编制指南（试行）》(发改高技〔2017〕1272号); SC-13 to SC-15 are articles of the Regulation on
Government Data Sharing (decree 809).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalog.choices import CLASS_ITEMS, DataType, OpenType, SharingType
from catalog.models import CatalogEntry, DataItem
from citybrain.labels import field_label

ITEM_PREFIX = "items:"  # before the name of an item, where fields and items are named by one key
GUIDE = gettext_lazy("发改高技〔2017〕1272号 元数据 %s")
ARTICLE = gettext_lazy("共享条例第%s条")


@dataclass(frozen=True)
class Element:
    """`code` numbers the element in the guide, "" for what the portal adds to it."""

    name: str
    code: str = ""
    article: Any = ""
    help: Any = ""
    wide: bool = False

    @property
    def label(self) -> Any:
        return field_label(CatalogEntry, self.name)

    @property
    def basis(self) -> str:
        parts = [str(GUIDE) % self.code] if self.code else []
        if self.article:
            parts.append(str(ARTICLE) % self.article)
        return "；".join(parts)


ELEMENTS: dict[str, Element] = {
    element.name: element
    for element in (
        Element(
            "title",
            "2",
            gettext_lazy("十三"),
            gettext_lazy("写明资源的内容，不能只写信息系统名称；本单位内不能重名。"),
            wide=True,
        ),
        Element("office", "4", help=gettext_lazy("产生或管理该资源的内设机构，例如“户政管理处”。")),
        Element(
            "summary",
            "6",
            help=gettext_lazy("概括内容、来源、覆盖范围和主要字段，供其他单位判断是否需要。"),
            wide=True,
        ),
        Element("resource_class", "1"),
        Element("class_item", "1", help=gettext_lazy("先选类，再选该类之下的项。")),
        Element("theme", help=gettext_lazy("检索时按主题筛选。")),
        Element("format_class", "7", gettext_lazy("十三")),
        Element("format_type", "7", help=gettext_lazy("先选格式分类，再选该分类之下的类型。")),
        Element(
            "sharing_type",
            "9.1",
            gettext_lazy("十四"),
            gettext_lazy(
                "不予共享只限法律、行政法规或国务院决定有规定的；没有依据不得附加条件阻碍共享。"
            ),
        ),
        Element(
            "sharing_condition",
            "9.2",
            gettext_lazy("十四、十五"),
            gettext_lazy(
                "有条件共享：写明共享范围和使用用途；不予共享：写明理由，以及依据的法律法规名称和条款。提交签发前须填写。"
            ),
            wide=True,
        ),
        Element(
            "sharing_channel",
            "9.3",
            gettext_lazy("二十二、三十一"),
            gettext_lazy("通过共享平台共享；确实不能通过平台的，才用邮件或者介质交换。"),
        ),
        Element(
            "sharing_method",
            "9.3",
            gettext_lazy("十三、二十二"),
            gettext_lazy(
                "电子文件、表格、图像和流媒体为文件下载；数据库为服务接口或批量交换；服务接口为服务接口。"
            ),
        ),
        Element("open_type", "10.1", help=gettext_lazy("不予共享的资源不能向社会开放。")),
        Element(
            "open_condition",
            "10.2",
            help=gettext_lazy("有条件开放的，写明开放的内容和条件。"),
            wide=True,
        ),
        Element(
            "update_cycle",
            "11",
            gettext_lazy("十三"),
            gettext_lazy("超过周期没有更新的，计入数据更新评价。"),
        ),
        Element(
            "use_scope",
            "",
            gettext_lazy("十三"),
            gettext_lazy("使用条件：例如行政依据、工作参考、数据校核、业务协同，以及具体事项。"),
            wide=True,
        ),
        Element(
            "secrecy",
            article=gettext_lazy("三、十三"),
            help=gettext_lazy("属于国家秘密、工作秘密的不是政务数据，不得编入。提交签发前须评估。"),
        ),
        Element(
            "privacy",
            article=gettext_lazy("十三"),
            help=gettext_lazy("按信息项中最敏感的一项评估。提交签发前须评估。"),
        ),
        Element(
            "assessment",
            article=gettext_lazy("十三"),
            help=gettext_lazy(
                "涉及个人信息或者经保密审查的，写明评估结论、审查依据和保护措施，由单位负责人签发确认。"
            ),
            wide=True,
        ),
        Element(
            "business_matter",
            help=gettext_lazy("产生该资源的政务服务或者业务事项，例如“居住证签注”。"),
        ),
        Element(
            "system_name",
            help=gettext_lazy(
                "产生该资源的信息系统：已登记的从列表中选，没有登记的直接填写名称，没有系统的留空。"
            ),
        ),
        Element(
            "related_code",
            "13",
            help=gettext_lazy("与本资源相关或者在别处重复编目的信息资源的代码，多个用顿号分开。"),
            wide=True,
        ),
    )
}


def label_of(name: str) -> str:
    """The Chinese name of a field of `content_of`, the items included."""
    if name in ELEMENTS:
        return str(ELEMENTS[name].label)
    if name.startswith(ITEM_PREFIX):
        return _("信息项“%s”") % name.removeprefix(ITEM_PREFIX)
    return {
        "code": _("信息资源代码"),
        "department": _("信息资源提供方"),
        "department_code": _("信息资源提供方代码"),
        "items": _("信息项"),
    }.get(name, name)


def code_of(name: str) -> str:
    """The number of the field's element in the guide."""
    others = {"code": "3", "department": "4", "department_code": "5", "items": "8"}
    return ELEMENTS[name].code if name in ELEMENTS else others.get(name, "")


def shown(name: str, values: Mapping[str, Any]) -> str:
    """The value of field `name` in words; `values` also holds the class that an item belongs to."""
    value = values.get(name)
    if value in (None, ""):
        return ""
    if name == "class_item":
        item = CLASS_ITEMS.get((values.get("resource_class") or 0, str(value)))
        return item.label if item else str(value)
    if name not in ELEMENTS:
        return str(value)
    return words_of(name).get(value, str(value))


def words_of(name: str) -> dict[Any, str]:
    """The words for the values of an entry's field, in the present language."""
    return _words(name, get_language() or "")


@lru_cache(maxsize=256)
def _words(name: str, _language: str) -> dict[Any, str]:
    """Looked up once: an export shows two million values, each of them a translation."""
    field = CatalogEntry._meta.get_field(name)
    return {value: str(label) for value, label in field.flatchoices}  # type: ignore[union-attr]


def item_shown(values: Mapping[str, Any]) -> str:
    """One item in a line: 字符串型C（20），必填，登记机关编号。"""
    kind = str(dict(DataType.choices).get(values.get("data_type", ""), values.get("data_type")))
    parts = [f"{kind}（{values['length']}）" if values.get("length") else kind]
    if values.get("field"):
        parts.append(str(values["field"]))
    if values.get("unit"):
        parts.append(_("单位%s") % values["unit"])
    parts += [field_label(DataItem, name) for name in ("is_key", "is_required") if values.get(name)]
    if values.get("standard"):
        parts.append(_("遵循标准%s") % values["standard"])
    parts += [text for text in (terms_shown(values), values.get("sharing_condition")) if text]
    if values.get("description"):
        parts.append(str(values["description"]))
    return "，".join(parts)


def terms_shown(values: Mapping[str, Any]) -> str:
    """An item's own sharing type and open attribute; empty where they are those of the entry."""
    return "、".join(
        str(dict(words.choices).get(values[name], values[name]))
        for name, words in (("sharing_type", SharingType), ("open_type", OpenType))
        if values.get(name)
    )
