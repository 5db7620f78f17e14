"""The states and moves of what allows data to leave the country."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Tells, table
from security.abroad.choices import AssessmentState
from security.abroad.policies import export_policy

OWNER = (Tells("register_exports", "department"),)
EXPORT = Machine(
    noun="security.export",
    label=_("数据出境安全评估记录"),
    policy=export_policy,
    moves=table(
        Move(
            name="confirm",
            label=_("核对无误"),
            sources=(AssessmentState.REGISTERED,),
            target=AssessmentState.CONFIRMED,
            permission="confirm",
            basis="HK-22",
            tells=OWNER,
            other_than=("submitted_by",),
        ),
        Move(
            name="return",
            label=_("核对不符"),
            sources=(AssessmentState.REGISTERED,),
            target=AssessmentState.RETURNED,
            permission="confirm",
            basis="HK-22",
            requires=("reason",),
            tells=OWNER,
            other_than=("submitted_by",),
            tone="warning",
        ),
        Move(
            name="end",
            label=_("终止"),
            sources=(AssessmentState.CONFIRMED,),
            target=AssessmentState.ENDED,
            permission="confirm",
            basis="HK-22",
            requires=("reason",),
            tells=OWNER,
            tone="danger",
        ),
    ),
)
