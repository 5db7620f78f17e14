"""The two sheets of the workbook, with the headings of the national collection template.

Headings, drop-downs and comments of the template, and what the reader accepts, come from the same
tables. Columns of `INFORMATIVE` are written by exports and not imported; `PROBLEMS` by the check.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.choices import (
    CLASS_ITEMS,
    FORMAT_TYPES,
    THEMES,
    DataType,
    FormatClass,
    OpenType,
    Privacy,
    ResourceClass,
    Secrecy,
    SharingChannel,
    SharingMethod,
    SharingType,
    UpdateCycle,
)
from citybrain.spreadsheets import Column, Limits, SheetSpec
from citybrain.spreadsheets.specs import MEBIBYTE

ENTRIES_SHEET = "信息资源"
ITEMS_SHEET = "信息项"
MAX_ENTRIES = 20_000
MAX_ITEM_ROWS = 200_000
LIMITS = Limits(
    max_file_bytes=20 * MEBIBYTE,
    max_rows=MAX_ITEM_ROWS,
    max_columns=60,
    max_cell_characters=4_000,
    max_uncompressed_bytes=256 * MEBIBYTE,
)
YES = ("是", "Y", "TRUE", "1", "√")
NO = ("否", "N", "FALSE", "0", "×", "")

Words = Mapping[str, Any]


def folded(text: str) -> str:
    """Words are compared without width, spaces and case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def words_of(choices: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Label and code of each choice, folded, with its value."""
    found: dict[str, Any] = {}
    for value, label in choices:
        found[folded(str(label))] = value
        found.setdefault(folded(str(value)), value)
    return found


CHOICES: dict[str, list[tuple[Any, Any]]] = {
    "resource_class": list(ResourceClass.choices),
    "theme": list(THEMES),
    "format_class": list(FormatClass.choices),
    "sharing_type": list(SharingType.choices),
    "sharing_channel": list(SharingChannel.choices),
    "sharing_method": list(SharingMethod.choices),
    "open_type": list(OpenType.choices),
    "secrecy": list(Secrecy.choices),
    "privacy": list(Privacy.choices),
    "update_cycle": list(UpdateCycle.choices),
    "data_type": list(DataType.choices),
}
WORDS: dict[str, Words] = {name: words_of(choices) for name, choices in CHOICES.items()}
CLASS_ITEM_WORDS: dict[int, Words] = {
    value: words_of(
        (item.number, item.label) for item in CLASS_ITEMS.values() if item.resource_class == value
    )
    for value in ResourceClass.values
}
FORMAT_WORDS: dict[int, Words] = {
    value: words_of((kind, kind) for kind in kinds) for value, kinds in FORMAT_TYPES.items()
}


def _labels(name: str) -> tuple[Any, ...]:
    return tuple(label for _value, label in CHOICES[name])


ENTRY_COLUMNS = (
    Column("title", _("信息资源名称"), hint=_("必填，不超过 128 字。本单位内不能重名。"), width=28),
    Column(
        "code", _("信息资源代码"), required=False, width=24,
        hint=_("新编制的留空，由门户按规则生成；修改草稿时填写原代码。"),
    ),
    Column("office", _("下设机构"), hint=_("提供方内部部门。"), width=16),
    Column(
        "resource_class", _("类分类"), choices=_labels("resource_class"), width=16,
        hint=_("必填，从下拉列表中选择。"),
    ),
    Column(
        "class_item", _("项分类"), width=26, hint=_("必填，须属于所选的类。"),
        choices=tuple(item.label for item in CLASS_ITEMS.values()),
    ),
    Column("theme", _("主题分类"), choices=_labels("theme"), hint=_("必填。"), width=14),
    Column("summary", _("信息资源摘要"), hint=_("必填，不超过 1000 字。"), width=50),
    Column(
        "format_class", _("信息资源格式分类"), choices=_labels("format_class"), width=16,
        hint=_("必填。"),
    ),
    Column(
        "format_type", _("信息资源格式类型"), width=16,
        hint=_("必填，须属于所选的格式分类；自描述格式的直接填写格式名称。"),
        choices=tuple(kind for kinds in FORMAT_TYPES.values() for kind in kinds),
    ),
    Column(
        "sharing_type", _("共享类型"), choices=_labels("sharing_type"), width=14,
        hint=_("必填。不予共享只限法律、行政法规或国务院决定有规定的（共享条例第十四条）。"),
    ),
    Column(
        "sharing_condition", _("共享条件/不予共享依据"), width=36,
        hint=_("有条件共享的写明范围和用途，不予共享的写明理由和依据（条例第十四、十五条）。"),
    ),
    Column(
        "sharing_channel", _("共享方式分类"), required=False, choices=_labels("sharing_channel"),
        width=16, hint=_("留空为共享平台方式。"),
    ),
    Column(
        "sharing_method", _("共享方式类型"), choices=_labels("sharing_method"), width=14,
        hint=_("必填（条例第二十二条）。文件、表格、图像为文件下载，数据库为服务接口或批量交换。"),
    ),
    Column(
        "open_type", _("是否向社会开放"), choices=_labels("open_type"), width=14, hint=_("必填。"),
    ),
    Column("open_condition", _("开放条件"), hint=_("有条件开放的填写。"), width=24),
    Column(
        "update_cycle", _("更新周期"), choices=_labels("update_cycle"), width=12, hint=_("必填。"),
    ),
    Column("use_scope", _("使用范围和用途"), hint=_("必填，不超过 500 字（条例第十三条）。"), width=36),
    Column(
        "secrecy", _("保密风险评估"), required=False, choices=_labels("secrecy"), width=24,
        hint=_("提交签发前须评估（条例第十三条）。涉密的不得编入。"),
    ),
    Column(
        "privacy", _("个人信息保护影响评估"), required=False, choices=_labels("privacy"), width=20,
        hint=_("提交签发前须评估（条例第十三条）。"),
    ),
    Column(
        "assessment", _("评估结论和保护措施"), required=False, width=36,
        hint=_("涉及个人信息或者经保密审查的填写，不超过 500 字。"),
    ),
    Column(
        "business_matter", _("关联业务事项"), required=False, width=22,
        hint=_("产生该资源的政务服务或者业务事项，可不填。"),
    ),
    Column("system_name", _("所属信息系统"), hint=_("没有系统的留空。"), width=22),
    Column("related_code", _("关联资源代码"), required=False, hint=_("可不填。"), width=22),
)  # fmt: skip
INFORMATIVE = (
    Column("department", _("信息资源提供方"), required=False, width=24),
    Column("state", _("状态"), required=False, width=14),
    Column("published_on", _("发布日期"), required=False, is_date=True, width=14),
    Column("grade", _("数据级别"), required=False, width=14),
)
ITEM_COLUMNS = (
    Column(
        "entry_title", _("信息资源名称"), width=28,
        hint=_("必填，与“信息资源”表中的名称一致，每个信息项一行，不要合并单元格。"),
    ),
    Column(
        "entry_code", _("信息资源代码"), required=False, width=24,
        hint=_("可不填；填写时须与“信息资源”表一致。"),
    ),
    Column("name", _("信息项名称"), hint=_("必填，同一信息资源内不能重复。"), width=22),
    Column("field", _("字段名"), required=False, hint=_("以字母开头，可不填。"), width=22),
    Column(
        "data_type", _("数据类型"), choices=_labels("data_type"), hint=_("必填。"), width=16
    ),
    Column("length", _("数据长度"), hint=_("正整数，不适用的留空。"), width=10),
    Column("unit", _("计量单位"), required=False, width=10),
    Column("description", _("说明"), required=False, hint=_("不超过 300 字。"), width=30),
    Column(
        "is_key", _("是否主键"), required=False, choices=(_("是"), _("否")), width=10
    ),
    Column(
        "is_required", _("是否必填"), required=False, choices=(_("是"), _("否")), width=10
    ),
    Column(
        "sharing_type", _("信息项共享类型"), required=False, choices=_labels("sharing_type"),
        width=16, hint=_("只在比信息资源更严时填写，留空同信息资源。"),
    ),
    Column(
        "sharing_condition", _("信息项共享条件/不予共享依据"), required=False, width=30,
        hint=_("只在与信息资源不同时填写，留空同信息资源。"),
    ),
    Column(
        "open_type", _("信息项开放属性"), required=False, choices=_labels("open_type"),
        width=16, hint=_("只在比信息资源更严时填写，留空同信息资源。"),
    ),
    Column(
        "standard", _("数据元标准"), required=False, width=16,
        hint=_("遵循现行数据元标准的填写其标识符，如DE00001；数据类型和长度须与标准一致。"),
    ),
)  # fmt: skip
# Written behind the person's own columns by the check; what stands in it is not read.
PROBLEMS = Column("problems", _("问题和修改方法"), required=False, width=60)
ENTRIES = SheetSpec(ENTRIES_SHEET, (*ENTRY_COLUMNS, *INFORMATIVE, PROBLEMS))
ITEMS = SheetSpec(ITEMS_SHEET, (*ITEM_COLUMNS, PROBLEMS))
ITEM_LINK = ("entry_title", "entry_code")
