"""Every deadline that the portal watches, one line each. A rule not listed here does not exist.

Statutory limits are those of the State Council's Regulation on Government Data Sharing
(《政务数据共享条例》, decree 809, SC-n). A limit the portal sets for itself is marked as such and is
counted apart from breaches of law.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from citybrain.parameters.queries import value_of
from citybrain.registry import UnknownName

REGULATION = _("《政务数据共享条例》")
PORTAL = _("门户办理要求")
REPORTED = _("提醒责任部门并报市大数据主管部门，计入时效评价（共享条例第三十九条）")


@dataclass(frozen=True)
class DutyRule:
    """One deadline.

    `article` sets the limit; without one it is the portal's own, counted apart from breaches of law.
    `days` and `extension_days` are working days; 0 extension days mean that it cannot be extended.
    `days` of a rule with a `parameter` hold until the bureau sets others (citybrain/parameters).
    `owner` says in words who owes it, `on_breach` what follows when it lapses.
    """

    code: str
    label: Any
    days: int
    owner: Any
    article: str = ""
    article_label: Any = ""
    on_breach: Any = REPORTED
    extension_days: int = 0
    extension_needs_consent: bool = False
    pausable: bool = False
    parameter: str = ""

    @property
    def statutory(self) -> bool:
        """Whether an article sets the limit; a limit without one is the portal's own."""
        return bool(self.article)

    @property
    def basis(self) -> str:
        """Where the limit comes from, for people."""
        return f"{REGULATION}{self.article_label}" if self.statutory else str(PORTAL)


RULES: dict[str, DutyRule] = {
    rule.code: rule
    for rule in (
        DutyRule(
            code="reply_unconditional",
            label=_("答复无条件共享申请"),
            article="SC-21",
            article_label=_("第二十一条"),
            days=1,
            owner=_("数据提供部门"),
            pausable=True,
        ),
        DutyRule(
            code="reply_conditional",
            label=_("答复有条件共享申请"),
            article="SC-21",
            article_label=_("第二十一条"),
            days=10,
            owner=_("数据提供部门"),
            extension_days=10,
            extension_needs_consent=True,
            pausable=True,
        ),
        DutyRule(
            code="deliver",
            label=_("提供共享数据"),
            article="SC-22",
            article_label=_("第二十二条"),
            days=20,
            owner=_("数据提供部门"),
        ),
        DutyRule(
            code="correct",
            label=_("核实校核申请并反馈"),
            article="SC-26",
            article_label=_("第二十六条"),
            days=10,
            owner=_("数据提供部门"),
        ),
        DutyRule(
            code="update_catalog",
            label=_("法规或职责变化后更新目录"),
            article="SC-17",
            article_label=_("第十七条"),
            days=10,
            owner=_("数据提供部门"),
            extension_days=5,
            extension_needs_consent=True,
        ),
        DutyRule(
            code="review_catalog",
            label=_("审核并发布目录"),
            article="SC-17",
            article_label=_("第十七条"),
            days=2,
            owner=_("市大数据主管部门"),
        ),
        DutyRule(
            code="review_negative_list",
            label=_("审核负面清单条目"),
            days=5,
            owner=_("市大数据主管部门"),
            on_breach=_("提醒市大数据主管部门，不计入法定时限违反"),
        ),
        DutyRule(
            code="reexamine_negative_list",
            label=_("年度复核负面清单条目"),
            days=20,
            owner=_("提出列入的部门"),
            on_breach=_("提醒提出部门并告知市大数据主管部门，由其决定是否撤销列入"),
        ),
        DutyRule(
            code="record_use",
            label=_("填报半年使用记录"),
            days=20,
            owner=_("数据使用部门"),
            on_breach=_("提醒使用部门，并告知提供部门和市大数据主管部门"),
        ),
        DutyRule(
            code="dispose",
            label=_("处置数据并出具证明"),
            days=10,
            owner=_("数据使用部门"),
            on_breach=_("提醒使用部门，并告知提供部门和市大数据主管部门"),
        ),
        DutyRule(
            code="negotiate_dispute",
            label=_("协商共享争议并提出意见"),
            days=10,
            owner=_("争议对方单位"),
            on_breach=_("提醒办理单位并告知双方和市大数据主管部门"),
        ),
        DutyRule(
            code="mediate_dispute",
            label=_("协调共享争议"),
            days=20,
            owner=_("市大数据主管部门"),
            on_breach=_("提醒办理单位并告知双方和市大数据主管部门"),
        ),
        DutyRule(
            code="decide_dispute",
            label=_("决定共享争议"),
            days=20,
            owner=_("市人民政府"),
            on_breach=_("提醒办理单位并告知双方和市大数据主管部门"),
        ),
        DutyRule(
            code="execute_dispute",
            label=_("执行争议决定"),
            days=10,
            owner=_("数据提供部门"),
            on_breach=_("提醒办理单位并告知双方和市大数据主管部门"),
        ),
        DutyRule(
            code="rectify_use",
            label=_("整改违规使用"),
            days=10,
            owner=_("数据使用部门"),
            on_breach=_("提醒办理单位并告知对方单位和市大数据主管部门"),
        ),
        DutyRule(
            code="answer_matter",
            label=_("答复使用权事项"),
            days=10,
            owner=_("授权的对方单位"),
            on_breach=_("提醒办理单位并告知对方单位和市大数据主管部门"),
        ),
        DutyRule(
            code="answer_demand",
            label=_("答复社会需求"),
            days=10,
            parameter="answer_demand_days",
            owner=_("承办部门"),
            on_breach=_("提醒承办部门并告知市大数据主管部门，不计入法定时限违反"),
        ),
        DutyRule(
            code="reply_institution",
            label=_("公共管理和服务机构答复共享申请"),
            days=10,
            parameter="reply_institution_days",
            owner=_("公共管理和服务机构"),
            on_breach=_("提醒该机构并告知市大数据主管部门，不计入法定时限违反"),
            pausable=True,
        ),
        DutyRule(
            code="answer_guidance",
            label=_("答复指导和技术支持"),
            days=5,
            parameter="answer_guidance_days",
            owner=_("数据提供部门"),
            on_breach=_("提醒提供单位，不计入法定时限违反"),
        ),
        DutyRule(
            code="file_need",
            label=_("向省级报送数据需求"),
            days=5,
            parameter="file_need_days",
            owner=_("市大数据主管部门"),
            on_breach=_("提醒市大数据主管部门并告知需求单位"),
        ),
        DutyRule(
            code="distribute_return",
            label=_("下发回流数据"),
            days=5,
            parameter="distribute_return_days",
            owner=_("市大数据主管部门"),
            on_breach=_("提醒市大数据主管部门"),
        ),
        DutyRule(
            code="sign_return",
            label=_("签收回流数据"),
            days=5,
            parameter="sign_return_days",
            owner=_("接收单位"),
            on_breach=_("提醒接收单位并告知市大数据主管部门"),
        ),
        DutyRule(
            code="internal_signoff",
            label=_("部门内部审签"),
            days=2,
            parameter="internal_signoff_days",
            owner=_("本部门共享工作机构"),
            on_breach=_("提醒本部门共享工作机构负责人，不计入法定时限违反"),
        ),
    )
}


def days_of(rule: DutyRule) -> int:
    """The working days of a duty that opens now."""
    return value_of(rule.parameter) if rule.parameter else rule.days


def rule_of(code: str) -> DutyRule:
    """The rule with this code. Raises UnknownName for a code that is not in the table."""
    try:
        return RULES[code]
    except KeyError:
        raise UnknownName(f"duty rules: there is no {code!r}.") from None
