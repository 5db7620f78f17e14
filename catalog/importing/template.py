"""The template that people download: headings, comments, drop-downs, an example and how to fill in."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from catalog.importing.columns import ENTRIES_SHEET, ENTRY_COLUMNS, ITEM_COLUMNS, ITEMS_SHEET
from citybrain.spreadsheets import Column, OutSheet, write_xlsx

EXPLAINED = (
    Column("sheet", _("工作表"), width=14),
    Column("heading", _("列名"), width=24),
    Column("hint", _("怎样填写"), width=60),
    Column("choices", _("可以填写的内容"), width=80),
)
EXAMPLE_MARK = "（示例）"
EXAMPLE: dict[str, str] = {
    "title": f"{EXAMPLE_MARK}公交场站设施信息",
    "office": "综合运输科",
    "resource_class": "主题信息资源",
    "class_item": "城乡建设",
    "theme": "城乡建设",
    "summary": (
        "本市公交停保场、首末站和枢纽站的名称、位置、占地面积、停车位数、充电桩数、产权单位和启用状态，"
        "随建设和移交更新，供国土规划、电力接引和大型活动交通组织使用。"
    ),
    "format_class": "数据库",
    "format_type": "KingbaseES",
    "sharing_type": "有条件共享",
    "sharing_condition": "共享范围：自然资源、供电、公安交管部门。使用用途：场站规划和交通组织。",
    "sharing_method": "服务接口",
    "open_type": "有条件开放",
    "open_condition": "开放场站名称和所属街道。",
    "update_cycle": "每季度",
    "sharing_channel": "共享平台方式",
    "secrecy": "不涉及国家秘密和工作秘密",
    "privacy": "不涉及个人信息",
    "business_matter": "公交场站建设和移交",
    "use_scope": "工作参考、业务协同。场站规划、充电设施布局和交通组织。",
    "system_name": "海口市公共交通管理系统",
}
EXAMPLE_ITEMS: tuple[dict[str, str], ...] = (
    {
        "name": "场站编号", "field": "terminal_code", "data_type": "字符串型C", "length": "20",
        "is_key": "是", "is_required": "是",
    },
    {
        "name": "场站名称", "field": "terminal_name", "data_type": "字符串型C", "length": "100",
        "is_required": "是",
    },
    {
        "name": "场站类型", "field": "terminal_type", "data_type": "字符串型C", "length": "20",
        "description": "停保场、首末站、枢纽站", "is_required": "是",
    },
    {
        "name": "占地面积", "field": "site_area", "data_type": "浮点型F", "unit": "平方米",
        "open_type": "不予开放",
    },
    {"name": "启用日期", "field": "opened_on", "data_type": "日期型D"},
)  # fmt: skip


def template() -> bytes:
    """An .xlsx with two empty sheets to fill in, and beside them an example and what each column takes.

    The example is marked as such: moved among the real rows it is not imported while it keeps the
    mark.
    """
    entry = [EXAMPLE.get(column.key, "") for column in ENTRY_COLUMNS]
    items = [
        [{"entry_title": EXAMPLE["title"], **item}.get(column.key, "") for column in ITEM_COLUMNS]
        for item in EXAMPLE_ITEMS
    ]
    return write_xlsx(
        [
            OutSheet(ENTRIES_SHEET, ENTRY_COLUMNS),
            OutSheet(ITEMS_SHEET, ITEM_COLUMNS),
            OutSheet(f"{EXAMPLE_MARK}{ENTRIES_SHEET}", ENTRY_COLUMNS, [entry]),
            OutSheet(f"{EXAMPLE_MARK}{ITEMS_SHEET}", ITEM_COLUMNS, items),
            OutSheet(str(_("填写说明")), EXPLAINED, _explanations()),
        ]
    )


def _explanations() -> Iterator[list[str]]:
    for sheet, columns in ((ENTRIES_SHEET, ENTRY_COLUMNS), (ITEMS_SHEET, ITEM_COLUMNS)):
        for column in columns:
            choices = "、".join(map(str, column.choices))
            yield [sheet, str(column.heading), str(column.hint), choices]
