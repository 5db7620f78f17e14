"""Limiting the rows of a grant before it is made (SC-21: in part, by range)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import ApplicationState
from sharing.models import RowLimit, ShareApplication
from sharing.policies import application_policy

MOST_VALUES, LONGEST_VALUE = 50, 200


@transaction.atomic
def limit_rows(
    *, actor: Actor, application: ShareApplication, item: str, values: Sequence[str]
) -> None:
    """The provider limits what would be granted to rows whose `item` has one of the values.

    Without values the limit is lifted. Raises PermissionDenied, Conflict unless the provider is to
    answer, ValidationError by field.
    """
    rows = ShareApplication.objects.select_for_update(of=("self",))
    current = application_policy.fetch(actor, rows, pk=application.pk)
    application_policy.require(actor, "answer", current)
    if current.state != ApplicationState.ANSWERING:
        raise Conflict(
            _("只有在答复申请时才能限定数据范围。"), state_label=current.get_state_display()
        )
    kept = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if kept and not current.entry.items.filter(name=item).exists():
        raise ValidationError({"item": _("请选择该信息资源的一个信息项。")})
    if len(kept) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in kept):
        raise ValidationError(
            {
                "values": _("最多%(most)d个取值，每个不超过%(long)d字。")
                % {"most": MOST_VALUES, "long": LONGEST_VALUE}
            }
        )
    RowLimit.objects.filter(application=current).delete()
    if kept:
        RowLimit.objects.create(application=current, item=item, values=kept, set_by=actor.user)
    record(
        "sharing.application.limited",
        actor=actor,
        subject=current,
        department=current.provider,
        data={"item": item if kept else "", "values": kept},
    )


def limits_of(application: ShareApplication) -> dict[str, list[str]]:
    """What goes into the terms: the values by item, empty for all rows."""
    limit = RowLimit.objects.filter(application=application).first()
    return {limit.item: limit.values} if limit else {}
