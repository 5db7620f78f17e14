"""The moves of a correction 校核 (SC-26)."""

from django.utils.translation import gettext_lazy as _

from citybrain.workflow import Machine, Move, Tells, table
from sharing.corrections.choices import MENDED, CorrectionState
from sharing.corrections.findings import may_end_as
from sharing.corrections.policies import correction_policy

CORRECT = "correct"
REPORTER = Tells(person="submitted_by")
WORDS = {"reason": _("核实结果和处理情况（不要写个人信息）")}

CORRECTION = Machine(
    noun="sharing.correction",
    label=_("校核申请"),
    policy=correction_policy,
    department="provider",
    moves=table(
        Move(
            name="correct",
            label=_("已更正并反馈"),
            sources=(CorrectionState.OPEN,),
            target=CorrectionState.CORRECTED,
            permission="answer",
            basis="SC-26",
            requires=("reason",),
            labels=WORDS,
            fulfils=(CORRECT,),
            applies=lambda one: may_end_as(one, CorrectionState.CORRECTED),
            tells=(REPORTER,),
        ),
        Move(
            name="correct_partly",
            label=_("部分更正并反馈"),
            sources=(CorrectionState.OPEN,),
            target=CorrectionState.PARTLY,
            permission="answer",
            basis="SC-26",
            requires=("reason",),
            labels=WORDS,
            fulfils=(CORRECT,),
            applies=lambda one: may_end_as(one, CorrectionState.PARTLY),
            tells=(REPORTER,),
        ),
        Move(
            name="uphold",
            label=_("核实无误并反馈"),
            sources=(CorrectionState.OPEN,),
            target=CorrectionState.UPHELD,
            permission="answer",
            basis="SC-26",
            requires=("reason",),
            labels=WORDS,
            fulfils=(CORRECT,),
            applies=lambda one: may_end_as(one, CorrectionState.UPHELD),
            tells=(REPORTER,),
            tone="neutral",
        ),
        # The bureau has sent back what was answered to the public.
        Move(
            name="reopen",
            label=_("重新核实"),
            sources=(*MENDED, CorrectionState.UPHELD),
            target=CorrectionState.OPEN,
            permission="answer",
            applies=lambda one: one.is_public,
            tells=(Tells("host_data", "provider"),),
            automatic=True,
        ),
    ),
)
