"""Answering an application: in whole, without some of its items, or not at all (SC-21)."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from sharing import barred
from sharing.models import ApplicationItem, ShareApplication
from sharing.services import authorizations

LONGEST_REASON = ApplicationItem._meta.get_field("reason").max_length or 0


def agree(
    application: ShareApplication, *, actor: Actor, opinion: str, left_out: Mapping[int, str]
) -> None:
    """Grants the application without the items `left_out` (id of the item -> why not)."""
    if application.ends_on is None or application.ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("申请的使用期限已过，请申请单位重新申请。")})
    _decide(application, left_out)
    barred.check_application(application)
    application.answer = opinion or usual_answer(left_out)
    application.answered_at = timezone.now()
    application.save(update_fields=["answer", "answered_at"])
    authorizations.grant(actor=actor, application=application)


def usual_answer(left_out: Mapping[int, str]) -> str:
    """What an agreement says when whoever answers writes nothing of their own."""
    if left_out:
        return _("部分信息项不予共享，理由见各信息项；其余符合共享条件，同意共享。")
    return _("符合共享条件，同意共享。")


def refuse(application: ShareApplication, *, reason: str, basis: str) -> None:
    longest = ShareApplication._meta.get_field("answer_basis").max_length or 0
    if len(basis) > longest:
        raise ValidationError(
            {"refusal_basis": _("不予共享的依据不能超过%d个字，请精简。") % longest}
        )
    application.answer = reason
    application.answer_basis = basis
    application.answered_at = timezone.now()
    application.save(update_fields=["answer", "answer_basis", "answered_at"])


def ask_supplement(application: ShareApplication, *, wanted: str) -> None:
    application.supplement_asked_at = timezone.now()
    application.supplement_wanted = wanted
    application.save(update_fields=["supplement_asked_at", "supplement_wanted"])


def _decide(application: ShareApplication, left_out: Mapping[int, str]) -> None:
    """Writes down which items are granted, and why the others are not; SC-21 wants a reason."""
    asked = list(application.items.select_related("item"))
    if set(left_out) - {one.item_id for one in asked}:
        raise ValidationError({"left_out": _("所选信息项不在这一申请之中，请刷新后重新选择。")})
    if len(left_out) == len(asked):
        raise ValidationError({"left_out": _("全部信息项都不同意的，请办理“不予共享”。")})
    for one in asked:
        one.granted = one.item_id not in left_out
        one.reason = left_out.get(one.item_id, "").strip()
        if not one.granted and not one.reason:
            raise ValidationError(
                {"left_out": _("请写明不同意共享“%s”的理由（共享条例第二十一条）。") % one.item}
            )
        if len(one.reason) > LONGEST_REASON:
            raise ValidationError(
                {
                    "left_out": _("不同意共享“%(item)s”的理由不能超过%(most)d个字。")
                    % {"item": one.item, "most": LONGEST_REASON}
                }
            )
    ApplicationItem.objects.bulk_update(asked, ["granted", "reason"])
