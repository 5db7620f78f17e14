"""What sharing asks for before an application or an entry moves on."""

from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from sharing.choices import LIVE_APPLICATIONS, AuthorizationState
from sharing.models import Authorization, ShareApplication


def supplement_once(application: ShareApplication, actor: Actor) -> list[str]:
    """SC-21: all that is missing is named once; a second time is not provided for."""
    if application.supplement_asked_at is None:
        return []
    return [_("补正已一次性告知过（条例第二十一条），请就现有材料作出答复。")]


def nothing_depends_on(entry: CatalogEntry, actor: Actor) -> list[str]:
    """An entry in use is not retired under its users' feet (SC-27)."""
    live = Authorization.objects.filter(
        entry=entry, state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)
    ).count()
    waiting = ShareApplication.objects.filter(entry=entry, state__in=LIVE_APPLICATIONS).count()
    if not live and not waiting:
        return []
    return [
        _(
            "该信息资源尚有%(live)d项有效授权、%(waiting)d件在办申请，"
            "请先与使用单位协商并办结（条例第二十七条）。"
        )
        % {"live": live, "waiting": waiting}
    ]
