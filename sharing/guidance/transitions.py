"""The states and moves of a question to a provider (HK-18)."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Opens, Tells, table
from sharing.guidance.choices import GuidanceState
from sharing.guidance.policies import guidance_policy

RULE = "answer_guidance"
ASKER = Tells(person="submitted_by")
PROVIDER = Tells("host_data", "provider")
GUIDANCE = Machine(
    noun="sharing.guidance",
    label=_("指导和技术支持"),
    policy=guidance_policy,
    moves=table(
        Move(
            name="answer",
            label=_("答复"),
            sources=(GuidanceState.OPEN,),
            target=GuidanceState.ANSWERED,
            permission="answer",
            basis="HK-18",
            requires=("reason",),
            labels={"reason": _("答复内容")},
            fulfils=(RULE,),
            tells=(ASKER,),
        ),
        Move(
            name="ask_again",
            label=_("追问"),
            sources=(GuidanceState.ANSWERED,),
            target=GuidanceState.OPEN,
            permission="ask",
            basis="HK-18",
            requires=("reason",),
            labels={"reason": _("还有什么问题")},
            opens=(Opens(RULE, owed_by="provider", owed_to="department"),),
            tells=(PROVIDER,),
            tone="neutral",
        ),
        Move(
            name="close",
            label=_("办结"),
            sources=(GuidanceState.OPEN, GuidanceState.ANSWERED),
            target=GuidanceState.CLOSED,
            permission="ask",
            cancels=(RULE,),
            tells=(PROVIDER,),
            tone="success",
        ),
    ),
)
