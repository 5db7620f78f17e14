"""What sharing asks for before an application or an entry moves on."""

from django.utils import timezone
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


def assessed_for_abroad(application: ShareApplication, actor: Actor) -> list[str]:
    """HK-22: what leaves the country needs an assessment in force for as long as it is used."""
    if not application.goes_abroad:
        return []
    found, last = application.assessment, application.ends_on or timezone.localdate()
    if found is None:
        return [
            _(
                "申请涉及向境外提供或者在境外处理，没有数据出境安全评估记录，不能同意"
                "（促进条例（草案）第二十二条）。"
            )
        ]
    if found.department_id != application.department_id or not found.is_in_force(
        timezone.localdate()
    ):
        return [_("数据出境安全评估记录%s未经核对、已终止或者已过期，不能同意。") % found]
    if found.valid_until < last:
        return [
            _("数据出境安全评估记录%(number)s有效期至%(day)s，早于使用截止日期，不能同意。")
            % {"number": found, "day": found.valid_until.isoformat()}
        ]
    return []


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
