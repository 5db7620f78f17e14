"""The states and moves of an information system."""

from django.utils.translation import gettext_lazy as _

from catalog.systems.choices import SystemState
from catalog.systems.policies import system_policy
from citybrain.workflow import Machine, Move, table

SYSTEM = Machine(
    noun="catalog.system",
    label=_("信息系统"),
    policy=system_policy,
    moves=table(
        Move(
            name="commission",
            label=_("投入使用"),
            sources=(SystemState.BUILDING,),
            target=SystemState.IN_USE,
            permission="register",
            basis="HK-12",
        ),
        Move(
            name="retire",
            label=_("停用"),
            sources=(SystemState.BUILDING, SystemState.IN_USE),
            target=SystemState.RETIRED,
            permission="register",
            requires=("reason",),
            labels={"reason": _("停用的原因，以及系统中数据的去向")},
            tone="danger",
        ),
        Move(
            name="restore",
            label=_("恢复使用"),
            sources=(SystemState.RETIRED,),
            target=SystemState.IN_USE,
            permission="register",
            requires=("reason",),
            tone="neutral",
        ),
    ),
)
