"""The moves of a report on the use of data (SC-27, SC-29)."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Opens, Tells, table
from sharing.rights.choices import ReportState
from sharing.rights.policies import use_report_policy

RECORD_USE, DISPOSE = "record_use", "dispose"
CONSUMER = Tells("use_authorizations", "authorization.consumer")
PROVIDER = Tells("answer_applications", "authorization.provider")
WORDS = {
    "scenario": _("使用场景"),
    "process": _("使用过程"),
    "effect": _("应用成效"),
    "storage": _("存储情况（位置、备份、留存期限）"),
    "destruction": _("销毁情况（没有销毁的写明原因）"),
}
DISPOSAL_WORDS = {
    "storage": _("处置的数据及其存放位置（含备份、衍生数据和外包单位持有的）"),
    "destruction": _("处置方式、时间和监督人"),
}


def rule_for(report: object) -> str:
    """The clock of a report: half-year, or after the end of the use."""
    return DISPOSE if report.is_disposal else RECORD_USE  # type: ignore[attr-defined]


USE_REPORT = Machine(
    noun="sharing.use_report",
    label=_("使用记录"),
    policy=use_report_policy,
    department="authorization.consumer",
    moves=table(
        Move(
            name="file",
            label=_("填报使用记录"),
            sources=(ReportState.DUE,),
            target=ReportState.FILED,
            permission="file",
            basis="SC-29",
            requires=tuple(WORDS),
            labels=WORDS,
            fulfils=(RECORD_USE,),
            applies=lambda report: not report.is_disposal,
            tells=(PROVIDER,),
            stamps="filed_by",
        ),
        Move(
            name="certify",
            label=_("出具处置证明"),
            sources=(ReportState.DUE,),
            target=ReportState.FILED,
            permission="file",
            basis="SC-27",
            requires=tuple(DISPOSAL_WORDS),
            labels=DISPOSAL_WORDS,
            fulfils=(DISPOSE,),
            applies=lambda report: report.is_disposal,
            tells=(PROVIDER,),
            stamps="filed_by",
        ),
        Move(
            name="confirm",
            label=_("核对无异议"),
            sources=(ReportState.FILED,),
            target=ReportState.CONFIRMED,
            permission="check",
            basis="SC-29",
            tells=(CONSUMER,),
            tone="success",
        ),
        Move(
            name="return",
            label=_("退回补充"),
            sources=(ReportState.FILED,),
            target=ReportState.DUE,
            permission="check",
            basis="SC-29",
            requires=("reason",),
            opens=(Opens(rule_for, owed_by="authorization.consumer"),),
            tells=(CONSUMER,),
            tone="warning",
        ),
    ),
)
