"""The states and moves of a backend: nothing is connected to before the bureau has confirmed it."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Tells, table
from sharing.backends.choices import BackendState
from sharing.backends.policies import backend_policy

PROPOSER = Tells(person="created_by")

BACKEND = Machine(
    noun="sharing.backend",
    label=_("服务后端"),
    policy=backend_policy,
    moves=table(
        Move(
            name="confirm",
            label=_("确认并启用"),
            sources=(BackendState.PROPOSED,),
            target=BackendState.IN_FORCE,
            permission="confirm",
            basis="HK-15",
            tells=(PROPOSER,),
            other_than=("created_by",),
        ),
        Move(
            name="decline",
            label=_("不予确认"),
            sources=(BackendState.PROPOSED,),
            target=BackendState.DECLINED,
            permission="confirm",
            requires=("reason",),
            tells=(PROPOSER,),
            other_than=("created_by",),
            tone="danger",
        ),
        Move(
            name="withdraw",
            label=_("撤回"),
            sources=(BackendState.PROPOSED,),
            target=BackendState.WITHDRAWN,
            permission="propose",
            tone="neutral",
        ),
        Move(
            name="stop",
            label=_("停用后端"),
            sources=(BackendState.IN_FORCE,),
            target=BackendState.REPLACED,
            permission="propose",
            requires=("reason",),
            tone="danger",
        ),
        Move(
            name="replace",
            label=_("由新的后端替换"),
            sources=(BackendState.IN_FORCE,),
            target=BackendState.REPLACED,
            permission="confirm",
            automatic=True,
        ),
    ),
)
