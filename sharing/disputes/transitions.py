"""The moves of a dispute: first the two sides, then the bureau, then the city government (SC-28)."""

from django.utils.translation import gettext_lazy as _

from catalog.transitions import BUREAU
from citybrain.workflow import Machine, Move, Opens, Tells, table
from sharing.disputes.choices import OPEN, DisputeState
from sharing.disputes.policies import dispute_policy

GOVERNMENT = "competence:government"
NEGOTIATE, MEDIATE = "negotiate_dispute", "mediate_dispute"
DECIDE, EXECUTE = "decide_dispute", "execute_dispute"
CLAIMANT = Tells("raise_disputes", "department")
RESPONDENT = Tells("raise_disputes", "respondent")
COORDINATORS = Tells("coordinate_sharing", BUREAU)
PROVIDER = "provider"
OUTCOME = {"outcome": _("一致意见（逐项写明）"), "effect": _("对授权的影响")}

DISPUTE = Machine(
    noun="sharing.dispute",
    label=_("共享争议"),
    policy=dispute_policy,
    moves=table(
        Move(
            name="reply",
            label=_("提出协商意见"),
            sources=(DisputeState.NEGOTIATING,),
            target=DisputeState.NEGOTIATING,
            permission="reply",
            basis="SC-28",
            requires=("reply",),
            labels={"reply": _("本单位的意见和解决办法")},
            fulfils=(NEGOTIATE,),
            tells=(CLAIMANT,),
        ),
        Move(
            name="settle",
            label=_("协商一致"),
            sources=(DisputeState.NEGOTIATING,),
            target=DisputeState.SETTLED,
            permission="raise",
            basis="SC-28",
            requires=("outcome", "effect"),
            labels=OUTCOME,
            fulfils=(NEGOTIATE,),
            applies=lambda dispute: bool(dispute.reply),
            tells=(RESPONDENT, COORDINATORS),
            tone="success",
        ),
        Move(
            name="escalate",
            label=_("提请大数据主管部门协调"),
            sources=(DisputeState.NEGOTIATING,),
            target=DisputeState.MEDIATING,
            permission="raise",
            basis="SC-28",
            requires=("reason",),
            cancels=(NEGOTIATE,),
            opens=(Opens(MEDIATE, owed_by=BUREAU, owed_to="department"),),
            tells=(COORDINATORS, RESPONDENT),
            tone="warning",
        ),
        Move(
            name="mediate",
            label=_("协调一致"),
            sources=(DisputeState.MEDIATING,),
            target=DisputeState.SETTLED,
            permission="mediate",
            basis="SC-28",
            requires=("outcome", "effect"),
            labels=OUTCOME,
            fulfils=(MEDIATE,),
            tells=(CLAIMANT, RESPONDENT),
            tone="success",
        ),
        Move(
            name="refer",
            label=_("报请市政府决定"),
            sources=(DisputeState.MEDIATING,),
            target=DisputeState.DECIDING,
            permission="mediate",
            basis="SC-28",
            requires=("opinion",),
            labels={"opinion": _("协调经过、分歧和处理建议")},
            fulfils=(MEDIATE,),
            opens=(Opens(DECIDE, owed_by=GOVERNMENT, owed_to="department"),),
            tells=(CLAIMANT, RESPONDENT, Tells("decide_disputes", GOVERNMENT)),
            tone="warning",
        ),
        Move(
            name="decide",
            label=_("作出决定"),
            sources=(DisputeState.DECIDING,),
            target=DisputeState.DECIDED,
            permission="decide",
            basis="SC-28",
            requires=("document_number", "outcome", "effect"),
            labels={**OUTCOME, "outcome": _("决定内容"), "document_number": _("决定文号")},
            fulfils=(DECIDE,),
            opens=(Opens(EXECUTE, owed_by=PROVIDER, owed_to="department"),),
            tells=(CLAIMANT, RESPONDENT, COORDINATORS),
        ),
        Move(
            name="execute",
            label=_("报告执行情况"),
            sources=(DisputeState.DECIDED,),
            target=DisputeState.EXECUTED,
            permission="execute",
            basis="SC-28",
            requires=("execution",),
            labels={"execution": _("执行情况")},
            fulfils=(EXECUTE,),
            tells=(CLAIMANT, RESPONDENT, COORDINATORS),
            tone="success",
        ),
        Move(
            name="withdraw",
            label=_("撤回争议"),
            sources=OPEN,
            target=DisputeState.WITHDRAWN,
            permission="raise",
            requires=("reason",),
            cancels=(NEGOTIATE, MEDIATE, DECIDE),
            tells=(RESPONDENT, COORDINATORS),
            tone="danger",
        ),
    ),
)
