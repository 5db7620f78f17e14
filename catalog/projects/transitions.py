"""The way of a project to the bureau's acceptance (HK-14). No law gives it a number of days."""

from django.utils.translation import gettext_lazy as _

from catalog.projects.choices import ProjectState
from catalog.projects.policies import project_policy
from citybrain.workflow import Machine, Move, Tells, table

BUREAU = "competence:big_data"
DEPARTMENT = (Tells(person="submitted_by"), Tells("sign_entries", "department"))

PROJECT = Machine(
    noun="catalog.project",
    label=_("信息化项目"),
    policy=project_policy,
    moves=table(
        Move(
            name="complete",
            label=_("竣工验收"),
            sources=(ProjectState.APPROVED,),
            target=ProjectState.BUILT,
            permission="register",
            basis="HK-14",
        ),
        Move(
            name="request",
            label=_("申请大数据局验收"),
            sources=(ProjectState.BUILT, ProjectState.RETURNED),
            target=ProjectState.REQUESTED,
            permission="register",
            basis="HK-14",
            tells=(Tells("accept_projects", BUREAU),),
            stamps="submitted_by",
        ),
        Move(
            name="withdraw",
            label=_("撤回申请"),
            sources=(ProjectState.REQUESTED,),
            target=ProjectState.BUILT,
            permission="register",
            tone="neutral",
        ),
        Move(
            name="accept",
            label=_("验收合格"),
            sources=(ProjectState.REQUESTED,),
            target=ProjectState.ACCEPTED,
            permission="accept",
            basis="HK-14",
            requires=("opinion",),
            labels={"opinion": _("验收意见")},
            tells=DEPARTMENT,
            other_than=("created_by", "submitted_by"),
            stamps="accepted_by",
            tone="success",
        ),
        Move(
            name="send_back",
            label=_("退回整改"),
            sources=(ProjectState.REQUESTED,),
            target=ProjectState.RETURNED,
            permission="accept",
            basis="HK-14",
            requires=("reason",),
            labels={"reason": _("须整改的内容")},
            tells=DEPARTMENT,
            tone="warning",
        ),
    ),
)
