"""The states and moves of a developer (HK-17)."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, table
from sharing.developers.choices import DeveloperState
from sharing.developers.policies import developer_policy

DEVELOPER = Machine(
    noun="sharing.developer",
    label=_("开放数据开发者"),
    policy=developer_policy,
    department="competence:big_data",
    moves=table(
        Move(
            name="suspend",
            label=_("暂停使用"),
            sources=(DeveloperState.ACTIVE,),
            target=DeveloperState.SUSPENDED,
            permission="manage",
            basis="HK-17",
            requires=("reason",),
            tone="danger",
        ),
        Move(
            name="restore",
            label=_("恢复使用"),
            sources=(DeveloperState.SUSPENDED,),
            target=DeveloperState.ACTIVE,
            permission="manage",
            basis="HK-17",
            requires=("reason",),
            tone="success",
        ),
        Move(
            name="withdraw",
            label=_("本人注销"),
            sources=(DeveloperState.ACTIVE, DeveloperState.SUSPENDED),
            target=DeveloperState.WITHDRAWN,
            permission="withdraw",
            automatic=True,
        ),
    ),
)
