"""Words and limits of data quality (HK-11; dimensions as in GB/T 36344—2018)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_ROWS_KEPT = 1_000  # row numbers kept for each rule
MOST_ADDED = 50  # rules that a cataloguer may add to an entry
LEAST_FILLED = 80  # per cent of an optional item that should be filled
EVERY = timedelta(days=1)  # between two checks by schedule
LOW, MIDDLE = 60, 85  # scores below which a result is bad, or to be looked at


class Dimension(TextChoices):
    COMPLETENESS = "completeness", _("完整性")
    VALIDITY = "validity", _("规范性")
    UNIQUENESS = "uniqueness", _("唯一性")
    CONSISTENCY = "consistency", _("一致性")
    TIMELINESS = "timeliness", _("时效性")


# What each counts for in the total; a dimension that has no rule counts for nothing.
WEIGHTS: dict[str, int] = {
    Dimension.COMPLETENESS: 25,
    Dimension.VALIDITY: 30,
    Dimension.UNIQUENESS: 15,
    Dimension.CONSISTENCY: 10,
    Dimension.TIMELINESS: 20,
}


class RuleKind(TextChoices):
    REQUIRED = "required", _("必填项有值")
    FILLED = "filled", _("填充率")
    TYPE = "type", _("类型和长度")
    CHECKER = "checker", _("格式校验")
    CODES = "codes", _("取值在代码集内")
    RANGE = "range", _("数值范围")
    KEY = "key", _("主键不重复")
    UNIQUE = "unique", _("取值不重复")
    ORDER = "order", _("前一项不大于后一项")
    TOGETHER = "together", _("前一项有值时后一项也有值")
    AGE = "age", _("按更新周期更新")


DIMENSION_OF: dict[str, Dimension] = {
    RuleKind.REQUIRED: Dimension.COMPLETENESS,
    RuleKind.FILLED: Dimension.COMPLETENESS,
    RuleKind.TYPE: Dimension.VALIDITY,
    RuleKind.CHECKER: Dimension.VALIDITY,
    RuleKind.CODES: Dimension.VALIDITY,
    RuleKind.RANGE: Dimension.VALIDITY,
    RuleKind.KEY: Dimension.UNIQUENESS,
    RuleKind.UNIQUE: Dimension.UNIQUENESS,
    RuleKind.ORDER: Dimension.CONSISTENCY,
    RuleKind.TOGETHER: Dimension.CONSISTENCY,
    RuleKind.AGE: Dimension.TIMELINESS,
}
# Those that a cataloguer may add, with the number of items that each is about.
ADDABLE: dict[str, int] = {
    RuleKind.UNIQUE: 1,
    RuleKind.CHECKER: 1,
    RuleKind.RANGE: 1,
    RuleKind.ORDER: 2,
    RuleKind.TOGETHER: 2,
}


class CheckState(TextChoices):
    WAITING = "waiting", _("等待检查")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有完成")


class Occasion(TextChoices):
    """What a check was asked for by."""

    UPLOAD = "upload", _("数据更新")
    SCHEDULE = "schedule", _("定期检查")
    RULES = "rules", _("规则调整")
    PERSON = "person", _("人工发起")
