"""Setting a parameter."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.parameters.models import ParameterValue
from citybrain.parameters.queries import decisions, line_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict

SET = "set_parameters"


@transaction.atomic
def set_value(*, actor: Actor, code: str, value: int, ground: str, number: int) -> ParameterValue:
    """Puts `value` in force for whatever begins from now on; what runs already keeps its terms.

    `number` is that of the decision that the person had before their eyes, 0 for none. Raises
    PermissionDenied, UnknownName, ValidationError by field, Conflict when somebody was quicker.
    """
    require_anywhere(actor, SET)
    parameter = registry.parameters.get(code)
    before = line_of(parameter, decisions(code).first())
    if number != (before.decision.number if before.decision else 0):
        raise _was_quicker(before.value)
    if not parameter.least <= value <= parameter.most:
        raise ValidationError(
            {
                "value": _("应在%(least)d至%(most)d之间。")
                % {"least": parameter.least, "most": parameter.most}
            }
        )
    if value == before.value:
        raise ValidationError({"value": _("与现行数值相同，没有改变。")})
    if not ground.strip():
        raise ValidationError({"ground": _("请写明依据和理由。")})
    try:
        with transaction.atomic():
            decision = ParameterValue.objects.create(
                code=code,
                number=number + 1,
                value=value,
                ground=ground.strip(),
                by=actor.user,
            )
    except IntegrityError:
        raise _was_quicker(before.value) from None
    record(
        "parameters.set",
        actor=actor,
        subject=decision,
        subject_text=str(parameter.label),
        data={"code": code, "before": before.value, "after": value, "ground": decision.ground},
    )
    return decision


def _was_quicker(value: int) -> Conflict:
    return Conflict(_("这一参数刚刚由他人设定，请核对后再改。"), state_label=str(value))
