"""The states and moves of a demand of the public (HK-14)."""

from django.utils.translation import gettext_lazy as _

from catalog.demand.choices import DemandState
from catalog.demand.policies import demand_policy
from catalog.transitions import BUREAU
from citybrain.workflow import Machine, Move, Opens, Tells, table

ANSWER = Opens("answer_demand", owed_by="department")
DEPARTMENT = Tells("answer_demands", "department")
MODERATORS = Tells("moderate_demands", BUREAU)

DEMAND = Machine(
    noun="catalog.demand",
    label=_("社会需求"),
    policy=demand_policy,
    moves=table(
        Move(
            name="assign",
            label=_("受理并转办"),
            sources=(DemandState.RECEIVED,),
            target=DemandState.ASSIGNED,
            permission="moderate",
            basis="HK-14",
            requires=("department",),
            labels={"department": _("承办部门")},
            opens=(ANSWER,),
            tells=(DEPARTMENT,),
        ),
        Move(
            name="decline",
            label=_("不予受理"),
            sources=(DemandState.RECEIVED,),
            target=DemandState.DECLINED,
            permission="moderate",
            basis="HK-14",
            requires=("reason",),
            tone="danger",
        ),
        Move(
            name="reassign",
            label=_("改由其他部门承办"),
            sources=(DemandState.ASSIGNED,),
            target=DemandState.ASSIGNED,
            permission="moderate",
            basis="HK-14",
            requires=("department", "reason"),
            labels={"department": _("承办部门")},
            cancels=("answer_demand",),
            opens=(ANSWER,),
            tells=(DEPARTMENT,),
            tone="neutral",
        ),
        Move(
            name="answer",
            label=_("答复"),
            sources=(DemandState.ASSIGNED,),
            target=DemandState.ANSWERED,
            permission="answer",
            basis="HK-14",
            requires=("outcome", "answer"),
            labels={
                "outcome": _("结果"),
                "answer": _("答复内容（公布后向社会公开；部分采纳、不采纳的写明理由）"),
            },
            fulfils=("answer_demand",),
            tells=(MODERATORS,),
            stamps="answered_by",
        ),
        Move(
            name="return",
            label=_("退回重新答复"),
            sources=(DemandState.ANSWERED,),
            target=DemandState.ASSIGNED,
            permission="moderate",
            basis="HK-14",
            requires=("reason",),
            opens=(ANSWER,),
            tells=(DEPARTMENT,),
            tone="warning",
        ),
        Move(
            name="publish",
            label=_("公布结果"),
            sources=(DemandState.ANSWERED,),
            target=DemandState.PUBLISHED,
            permission="moderate",
            basis="HK-14",
            tells=(DEPARTMENT,),
            other_than=("answered_by",),
            tone="success",
        ),
        Move(
            name="trace",
            label=_("关联落实的信息资源"),
            sources=(DemandState.PUBLISHED,),
            target=DemandState.PUBLISHED,
            permission="answer",
            basis="HK-14",
            requires=("result_entry",),
            labels={"result_entry": _("因这一需求编制或者开放的信息资源")},
            applies=lambda demand: demand.is_taken_up,
            tone="neutral",
        ),
    ),
)
