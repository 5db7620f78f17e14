"""Words of the catalog, with the codes of the national compilation guide (发改高技〔2017〕1272号)."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class EntryState(TextChoices):
    DRAFT = "draft", _("草稿")
    SIGNING = "signing", _("待本单位签发")
    REVIEWING = "reviewing", _("待目录审核")
    PUBLISHED = "published", _("已发布")
    RETIRED = "retired", _("已停用")
    DISCARDED = "discarded", _("已作废")
    MERGED = "merged", _("修订已生效")


class SharingType(IntegerChoices):
    """Element 9.1 共享类型; SC-14."""

    UNCONDITIONAL = 1, _("无条件共享")
    CONDITIONAL = 2, _("有条件共享")
    WITHHELD = 3, _("不予共享")


class ResourceClass(IntegerChoices):
    """Element 1, 类."""

    BASE = 1, _("基础信息资源")
    THEME = 2, _("主题信息资源")
    DEPARTMENT = 3, _("部门信息资源")


class FormatClass(IntegerChoices):
    """Element 7, 格式分类; 7 is a common extension of the guide."""

    DOCUMENT = 1, _("电子文件")
    SHEET = 2, _("电子表格")
    DATABASE = 3, _("数据库")
    IMAGE = 4, _("图形图像")
    STREAM = 5, _("流媒体")
    OTHER = 6, _("自描述格式")
    SERVICE = 7, _("服务接口")


FORMAT_TYPES: dict[int, tuple[str, ...]] = {
    FormatClass.DOCUMENT: (
        "OFD", "wps", "xml", "txt", "doc", "docx", "html", "pdf", "ppt", "pptx",
    ),
    FormatClass.SHEET: ("et", "xls", "xlsx", "csv"),
    FormatClass.DATABASE: (
        "Dm", "KingbaseES", "access", "dbf", "dbase", "sysbase", "oracle", "sql server", "db2",
        "mysql", "postgresql",
    ),
    FormatClass.IMAGE: ("jpg", "gif", "bmp", "png"),
    FormatClass.STREAM: ("swf", "rm", "mpg", "mp4"),
    FormatClass.OTHER: (),
    FormatClass.SERVICE: ("REST", "WebService"),
}  # fmt: skip


class SharingMethod(TextChoices):
    """Element 9.3 共享方式, as SC-22 names the ways through the sharing platform."""

    INTERFACE = "interface", _("服务接口")
    BATCH = "batch", _("批量交换")
    FILE = "file", _("文件下载")


class SharingChannel(TextChoices):
    """共享方式分类 of the collection template: the platform is the rule, others the exception."""

    PLATFORM = "platform", _("共享平台方式")
    MAIL = "mail", _("邮件方式")
    MEDIUM = "medium", _("介质交换方式")


# Which ways a format allows (compilation guide): files go as files, databases are asked or
# exchanged, an interface is an interface. A format of the provider's own leaves it open.
FORMAT_METHODS: dict[int, tuple[str, ...]] = {
    FormatClass.DOCUMENT: (SharingMethod.FILE,),
    FormatClass.SHEET: (SharingMethod.FILE,),
    FormatClass.DATABASE: (SharingMethod.INTERFACE, SharingMethod.BATCH),
    FormatClass.IMAGE: (SharingMethod.FILE,),
    FormatClass.STREAM: (SharingMethod.FILE,),
    FormatClass.OTHER: tuple(SharingMethod),
    FormatClass.SERVICE: (SharingMethod.INTERFACE,),
}


class OpenType(TextChoices):
    """Element 10 开放属性."""

    CLOSED = "closed", _("不予开放")
    CONDITIONAL = "conditional", _("有条件开放")
    OPEN = "open", _("无条件开放")


# From the strictest to the widest.
OPENNESS = (OpenType.CLOSED, OpenType.CONDITIONAL, OpenType.OPEN)


class Secrecy(TextChoices):
    """Result of the confidentiality assessment (SC-13). What is secret is no government data (SC-3)."""

    NONE = "none", _("不涉及国家秘密和工作秘密")
    CLEARED = "cleared", _("经保密审查可以共享")


class Privacy(TextChoices):
    """Result of the assessment of the impact on personal information (SC-13)."""

    NONE = "none", _("不涉及个人信息")
    PERSONAL = "personal", _("涉及个人信息")
    SENSITIVE = "sensitive", _("涉及敏感个人信息")


class UpdateCycle(TextChoices):
    """Element 11 更新周期."""

    REALTIME = "realtime", _("实时")
    DAILY = "daily", _("每日")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")
    QUARTERLY = "quarterly", _("每季度")
    HALF_YEARLY = "half_yearly", _("每半年")
    YEARLY = "yearly", _("每年")
    IRREGULAR = "irregular", _("不定期")


# The cycle in days; None has no end.
CYCLE_DAYS: dict[str, int | None] = {
    UpdateCycle.REALTIME: 1,
    UpdateCycle.DAILY: 1,
    UpdateCycle.WEEKLY: 7,
    UpdateCycle.MONTHLY: 31,
    UpdateCycle.QUARTERLY: 92,
    UpdateCycle.HALF_YEARLY: 184,
    UpdateCycle.YEARLY: 366,
    UpdateCycle.IRREGULAR: None,
}
# What is pushed daily or in real time is judged by the week: systems tell of it in summary.
LEAST_DAYS = 7
JUDGED_DAYS: dict[str, int] = {
    cycle: max(days, LEAST_DAYS) for cycle, days in CYCLE_DAYS.items() if days is not None
}


class DataType(TextChoices):
    """Element 8 数据类型."""

    CHARACTER = "C", _("字符串型C")
    NUMERIC = "N", _("数值型N")
    CURRENCY = "Y", _("货币型Y")
    DATE = "D", _("日期型D")
    DATETIME = "T", _("日期时间型T")
    LOGICAL = "L", _("逻辑型L")
    MEMO = "M", _("备注型M")
    GENERAL = "G", _("通用型G")
    DOUBLE = "B", _("双精度型B")
    INTEGER = "I", _("整型I")
    FLOAT = "F", _("浮点型F")


class Grade(TextChoices):
    """数据级别 (SC-13; GB/T 43697-2024): the four sub-levels of general data, important, core.

    From the least to the most protected: 就高从严 compares by this order.
    """

    GENERAL_1 = "general_1", _("一般数据1级")
    GENERAL_2 = "general_2", _("一般数据2级")
    GENERAL_3 = "general_3", _("一般数据3级")
    GENERAL_4 = "general_4", _("一般数据4级")
    IMPORTANT = "important", _("重要数据")
    CORE = "core", _("核心数据")


@dataclass(frozen=True)
class ClassItem:
    """A 项 of the classification: two digits within its class."""

    resource_class: int
    number: str
    label: str


BASE_ITEMS = ("人口", "法人单位", "自然资源和空间地理", "社会信用", "电子证照")
THEME_ITEMS = (
    "公共服务", "健康保障", "社会保障", "食品药品安全", "安全生产", "价格监管", "能源安全",
    "信用体系", "城乡建设", "社区治理", "生态环保", "应急维稳",
)  # fmt: skip
DEPARTMENT_ITEMS = (
    "党中央", "全国人大常委会", "国务院", "全国政协", "最高人民法院", "最高人民检察院",
    "省（自治区、直辖市）及以下", "计划单列市及以下",
)  # fmt: skip
CITY_DEPARTMENT_ITEM = "07"

CLASS_ITEMS: dict[tuple[int, str], ClassItem] = {
    (resource_class, f"{number:02}"): ClassItem(resource_class, f"{number:02}", label)
    for resource_class, labels in (
        (ResourceClass.BASE, BASE_ITEMS),
        (ResourceClass.THEME, THEME_ITEMS),
        (ResourceClass.DEPARTMENT, DEPARTMENT_ITEMS),
    )
    for number, label in enumerate(labels, 1)
}

THEMES: list[tuple[str, str]] = [(f"{n:02}", label) for n, label in enumerate(THEME_ITEMS, 1)]
