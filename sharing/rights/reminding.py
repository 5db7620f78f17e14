"""What the calendar says of grants: the end draws near, or nobody has used them for long (SC-27)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.notices import services as notices
from citybrain.organizations.actors import system_actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department
from citybrain.parameters.queries import value_of
from sharing.choices import AuthorizationState, Outcome
from sharing.models import Authorization, ServiceCall, UseReminder
from sharing.rights.calendar import midnight
from sharing.rights.choices import TOLD_BEFORE, ReminderKind


def remind() -> int:
    """Daily: tells both sides of what ends in 30, 7 and 1 days, and of what is idle; idempotent.

    A day on which this did not run is made up for: of several stages that have passed, the last.
    """
    return _remind_of_end() + _propose_recycling()


def idle(today: date | None = None) -> QuerySet[Authorization]:
    """Grants in force for at least the days that the bureau has set and not used as long."""
    since = (today or timezone.localdate()) - timedelta(days=value_of("idle_grant_days"))
    used = ServiceCall.objects.filter(
        authorization=OuterRef("pk"), outcome=Outcome.SERVED, at__gte=midnight(since)
    )
    return Authorization.objects.filter(
        ~Exists(used),
        state=AuthorizationState.ACTIVE,
        granted_at__lt=midnight(since),
        starts_on__lte=since,
    ).exclude(consumer=F("provider"))


def last_uses(authorizations: Iterable[Authorization]) -> dict[int, date]:
    """By authorization, the day of the last call that was served; one query."""
    served = ServiceCall.objects.filter(
        authorization__in=[one.pk for one in authorizations], outcome=Outcome.SERVED
    )
    last = served.order_by().values_list("authorization").annotate(last=Max("at"))
    return {pk: timezone.localdate(at) for pk, at in last if pk is not None}


def _remind_of_end() -> int:
    today = timezone.localdate()
    ending = Authorization.objects.filter(
        state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
        ends_on__range=(today, today + timedelta(days=max(TOLD_BEFORE))),
    ).select_related("entry", "consumer", "provider")
    count = 0
    for one in ending.defer("entry__search"):
        left = (one.ends_on - today).days
        stage = min(days for days in TOLD_BEFORE if left <= days)
        if _first_time(one, ReminderKind.EXPIRY, stage, one.ends_on):
            _tell(
                one,
                "sharing.authorization.ends_soon",
                (
                    _("授权%(grant)s还有%(days)d天到期") % {"grant": one, "days": left}
                    if left
                    else _("授权%s今天到期，明天起不能再使用") % one
                ),
                _("需要继续使用的，请在到期前从授权页面申请续用；不再使用的，请准备处置数据。"),
            )
            count += 1
    return count


def _propose_recycling() -> int:
    count = 0
    rows = list(idle().select_related("entry", "consumer", "provider").defer("entry__search"))
    used = last_uses(rows)
    for one in rows:
        last = used.get(one.pk)
        day = last or timezone.localdate(one.granted_at)
        if not _first_time(one, ReminderKind.IDLE, 0, day):
            continue
        text = _("最近一次使用在%s。") % last if last else _("授权以来没有使用过。")
        _tell(
            one,
            "sharing.authorization.idle",
            _("授权%s长期未使用，建议收回") % one,
            text + _("仍需使用的请说明；不再需要的由使用单位结束使用，或者由大数据主管部门终止。"),
            bureau=True,
        )
        count += 1
    return count


def _first_time(authorization: Authorization, kind: ReminderKind, stage: int, day: date) -> bool:
    """Notes that it is told now; False when it was told before, by this job or another run."""
    try:
        with transaction.atomic():
            UseReminder.objects.create(authorization=authorization, kind=kind, stage=stage, day=day)
    except IntegrityError:
        return False
    return True


def _tell(
    authorization: Authorization, kind: str, title: str, body: str, *, bureau: bool = False
) -> None:
    people = [
        *notices.people_to_tell("use_authorizations", authorization.consumer),
        *notices.people_to_tell("answer_applications", authorization.provider),
    ]
    if bureau:
        office = Department.objects.active().get(competences__contains=[Competence.BIG_DATA])
        people += notices.people_to_tell("coordinate_sharing", office)
    notices.tell(
        people=people,
        kind=kind,
        title=title,
        body=body,
        subject=authorization,
        actor=system_actor(),
    )
