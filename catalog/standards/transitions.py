"""The states and moves of a standard (HK-7): drafted, in force, replaced; kept by the bureau."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.standards.choices import StandardState
from catalog.standards.policies import code_list_policy, element_policy
from catalog.transitions import BUREAU
from citybrain.policies import Policy
from citybrain.workflow import Machine, Move, table


def _machine(noun: str, label: Any, policy: Policy[Any]) -> Machine:
    return Machine(
        noun=noun,
        label=label,
        policy=policy,
        department=BUREAU,
        moves=table(
            Move(
                name="publish",
                label=_("发布施行"),
                sources=(StandardState.DRAFT,),
                target=StandardState.IN_FORCE,
                permission="keep",
                basis="HK-7",
                stamps="submitted_by",
            ),
            Move(
                name="replace",
                label=_("停止施行"),
                sources=(StandardState.IN_FORCE,),
                target=StandardState.REPLACED,
                permission="keep",
                basis="HK-7",
                requires=("reason",),
                tone="danger",
            ),
            Move(
                name="discard",
                label=_("作废草稿"),
                sources=(StandardState.DRAFT,),
                target=StandardState.DISCARDED,
                permission="keep",
                requires=("reason",),
                tone="danger",
            ),
        ),
    )


ELEMENT = _machine("catalog.standard", _("数据元标准"), element_policy)
CODE_LIST = _machine("catalog.code_list", _("代码集"), code_list_policy)
