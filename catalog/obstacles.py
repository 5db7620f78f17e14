"""Conditions of sharing that look like obstacles, for the bureau to judge (SC-15).

Departments may not add conditions without authority that block or limit sharing. A finding is a
hint, never a refusal: what a law demands may read the same.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.choices import SharingType
from catalog.models import CatalogEntry


@dataclass(frozen=True)
class Obstacle:
    """`words` are those of the condition, `why` says what to look at."""

    words: str
    why: Any


PATTERNS: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (
            (
                r"(?:经|须|需|由)[^，。；]{0,12}(?:领导|局长|主任|会议|党组)[^，。；]{0,8}"
                r"(?:同意|批准|审批|签字|研究)"
            ),
            _("在共享条例规定的答复程序之外另设审批"),
        ),
        (
            r"(?:另行|须|需|应)[^，。；]{0,6}签[订署][^，。；]{0,10}(?:协议|合同|承诺书)",
            _("要求另行签订协议"),
        ),
        (r"收费|有偿|付费|费用由|缴纳", _("对政务数据共享收费")),
        (
            r"(?:当面|现场|上门|窗口|线下|到[^，。；]{1,10}(?:查询|调取|查阅))",
            _("要求离开共享平台办理"),
        ),
        (
            r"(?:提供|出具|提交|持)[^，。；]{0,10}(?:纸质|书面|公函|介绍信|盖章|证明)",
            _("要求平台申请之外的书面材料"),
        ),
        (
            r"暂不|暂缓|待条件|视情况|酌情|根据情况|另行通知|另行确定",
            _("没有写明何时、按什么条件共享"),
        ),
        (r"一事一议|另行协商|协商确定|个案", _("以个案协商代替共享条件")),
        (
            r"(?:仅限|只限|限于)[^，。；]{0,8}(?:本单位|本系统|本部门|内部)",
            _("把共享范围限于本单位"),
        ),
        (r"(?:对等|互换|交换条件|以[^，。；]{0,10}为前提)", _("以对方提供数据为前提")),
    )
)


def obstacles_in(entry: CatalogEntry) -> list[Obstacle]:
    """Parts of the conditions of the entry and its items that deserve a look; nothing for withheld entries (SC-14)."""
    if entry.sharing_type == SharingType.WITHHELD:
        return []
    conditions = "；".join(
        [
            entry.sharing_condition,
            *(
                item.sharing_condition
                for item in entry.items.all()
                if item.sharing_type != SharingType.WITHHELD
            ),
        ]
        if entry.pk
        else [entry.sharing_condition]
    )
    return [
        Obstacle(found.group(), why)
        for pattern, why in PATTERNS
        if (found := pattern.search(conditions)) is not None
    ]
