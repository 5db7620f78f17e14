"""What using shared data obliges to, in words that are accepted before the first use (SC-25, SC-27).

A new wording gets a new version here and stays: what somebody accepted is read in the words of then.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import AuthorizationState
from sharing.models import Authorization, Undertaking
from sharing.policies import authorization_policy

WORDINGS: dict[str, tuple[str, ...]] = {
    "2026-1": (
        "只在授权载明的场景、范围和期限内使用数据，不扩大使用范围，不用于其他目的（共享条例第二十五条）。",
        (
            "未经提供单位同意，不向任何第三方提供，包括本单位的下属机构、外包单位和其他系统"
            "（共享条例第二十五条）。"
        ),
        "不擅自留存、使用、泄露或者向他人提供政务数据（海口市智慧城市促进条例（草案）第三十八条）。",
        (
            "记录使用场景、使用过程、应用成效、存储情况和销毁情况，每半年填报一次，"
            "接受提供单位和大数据主管部门检查（共享条例第二十九条）。"
        ),
        (
            "使用目的已经实现、不能实现或者不再需要时停止使用，按照提供单位的要求处置数据，"
            "并出具处置证明（共享条例第二十七条）。"
        ),
        "妥善保管授权码，只在登记的系统中使用；发现泄露立即停用并报告。",
    ),
}
CURRENT = "2026-1"


def wording(version: str = CURRENT) -> tuple[str, ...]:
    """The sentences of one version."""
    return WORDINGS[version]


def accepted(authorization: Authorization) -> Undertaking | None:
    """The consumer's acceptance of the present wording."""
    rows = Undertaking.objects.select_related("accepted_by", "department")
    return rows.filter(
        authorization=authorization, wording=CURRENT, department=authorization.consumer_id
    ).first()


def is_open(authorization: Authorization) -> bool:
    """Whether the use has not ended."""
    return authorization.state in (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)


def require_accepted(authorization: Authorization) -> None:
    """Raises ValidationError while the consumer has not accepted the present wording."""
    if accepted(authorization) is None:
        raise ValidationError(_("请先在授权页面阅读并作出数据使用承诺。"))


@transaction.atomic
def accept(*, actor: Actor, authorization: Authorization, version: str = CURRENT) -> Undertaking:
    """Accepts the wording `version` for the consumer; a second time changes nothing.

    Raises PermissionDenied, Conflict when the wording is another by now or the use has ended.
    """
    current = authorization_policy.fetch(actor, pk=authorization.pk)
    authorization_policy.require(actor, "use", current)
    if not is_open(current):
        raise Conflict(_("授权已经结束。"), state_label=current.get_state_display())
    if version != CURRENT:
        raise Conflict(_("承诺书已更新，请阅读最新版本后再承诺。"))
    found = accepted(current)
    if found is not None:
        return found
    made = Undertaking(
        authorization=current,
        wording=CURRENT,
        digest=digest_of(list(wording())),
        department=current.consumer,
        accepted_by=actor.user,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "undertaken_once" not in str(error):
            raise
        return Undertaking.objects.get(
            authorization=current, wording=CURRENT, department=current.consumer
        )
    record(
        "sharing.undertaking.accepted",
        actor=actor,
        subject=current,
        department=current.consumer,
        data={"wording": CURRENT, "digest": made.digest},
    )
    return made
