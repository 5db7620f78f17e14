"""The moves of a request for more time (SC-17: five working days, with consent)."""

from django.utils.translation import gettext_lazy as _

from catalog.models.more_time import MoreTimeState
from catalog.more_time.policies import more_time_policy
from citybrain.workflow import Machine, Move, Tells, table

TOLD = (Tells("compile_entries", "entry.department"), Tells("sign_entries", "entry.department"))

MORE_TIME = Machine(
    noun="catalog.more_time",
    label=_("延期更新申请"),
    policy=more_time_policy,
    department="entry.department",
    moves=table(
        Move(
            name="grant",
            label=_("同意延长"),
            sources=(MoreTimeState.ASKED,),
            target=MoreTimeState.GRANTED,
            permission="consent",
            basis="SC-17",
            tells=TOLD,
            other_than=("submitted_by",),
        ),
        Move(
            name="decline",
            label=_("不同意延长"),
            sources=(MoreTimeState.ASKED,),
            target=MoreTimeState.DECLINED,
            permission="consent",
            basis="SC-17",
            requires=("reason",),
            tells=TOLD,
            other_than=("submitted_by",),
            tone="warning",
        ),
        Move(
            name="lapse",
            label=_("随修订办结失效"),
            sources=(MoreTimeState.ASKED,),
            target=MoreTimeState.LAPSED,
            permission="consent",
            automatic=True,
        ),
    ),
)
