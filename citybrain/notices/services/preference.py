"""How a person wants their e-mail."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from citybrain.notices.choices import MailChoice, UrgentKind
from citybrain.notices.models import NoticePreference
from citybrain.organizations.actors import Actor


def set_preference(*, actor: Actor, mail: str, urgent: Iterable[str]) -> NoticePreference:
    """Keeps the actor's own choice; it applies to notices written from now on.

    `mail` is a MailChoice, `urgent` the UrgentKinds mailed at once in any case. Raises
    ValidationError naming the field for any other value, PermissionDenied when nobody is signed in.
    """
    if actor.user is None:
        raise PermissionDenied(_("请先登录。"))
    chosen = sorted(set(urgent))
    if mail not in MailChoice.values:
        raise ValidationError({"mail": _("请选择一种邮件提醒方式。")})
    if not set(chosen) <= set(UrgentKind.values):
        raise ValidationError({"urgent": _("请从所列的紧急事项中选择。")})
    preference, _created = NoticePreference.objects.update_or_create(
        person=actor.user, defaults={"mail": mail, "urgent": chosen}
    )
    return preference
