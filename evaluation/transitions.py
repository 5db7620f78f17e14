"""The states of a compilation. All moves are a worker's own; people only ask for a compilation."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Tells, table
from evaluation.choices import ReportState
from evaluation.policies import report_policy

BUREAU = "competence:big_data"
EVALUATORS = Tells("compile_report", BUREAU)

REPORT = Machine(
    noun="evaluation.report",
    label=_("年度报告"),
    policy=report_policy,
    department=BUREAU,
    moves=table(
        Move(
            name="begin",
            label=_("开始编制"),
            sources=(ReportState.QUEUED,),
            target=ReportState.RUNNING,
            permission="compile",
            basis="HK-40",
            automatic=True,
        ),
        # The worker that began it has died: another one begins anew.
        Move(
            name="take_over",
            label=_("接续编制"),
            sources=(ReportState.RUNNING,),
            target=ReportState.RUNNING,
            permission="compile",
            automatic=True,
        ),
        Move(
            name="finish",
            label=_("编制完成"),
            sources=(ReportState.RUNNING,),
            target=ReportState.DONE,
            permission="compile",
            basis="HK-40",
            tells=(EVALUATORS,),
            automatic=True,
        ),
        Move(
            name="fail",
            label=_("编制失败"),
            sources=(ReportState.RUNNING,),
            target=ReportState.FAILED,
            permission="compile",
            requires=("reason",),
            tells=(EVALUATORS,),
            tone="danger",
            automatic=True,
        ),
    ),
)
