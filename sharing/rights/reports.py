"""Reports on the use of data: owed each half-year and at the end of a use, filed, checked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain import workflow
from citybrain.crypto import digest_of
from citybrain.duties.services import open_duty
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor, system_actor
from sharing.choices import AuthorizationState, Outcome
from sharing.models import Authorization, ServiceCall, UseReport
from sharing.rights.calendar import half_before, midnight
from sharing.rights.choices import LONGEST, ReportKind
from sharing.rights.transitions import DISPOSAL_WORDS, USE_REPORT, WORDS, rule_for

MOVES = ("file", "certify")


def open_half_years(today: date | None = None) -> int:
    """Asks for the record of the last half-year of every grant in force; idempotent."""
    first, last = half_before(today or timezone.localdate())
    owing = Authorization.objects.filter(
        state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
        granted_at__date__lte=last,
        starts_on__lte=last,
    ).exclude(consumer=F("provider"))
    reported = UseReport.objects.filter(kind=ReportKind.HALF_YEAR, last_day=last)
    rows = owing.exclude(pk__in=reported.values("authorization"))
    count = 0
    for authorization in rows.select_related("consumer", "provider").iterator():
        begins = max(first, authorization.starts_on)
        count += _open(authorization, ReportKind.HALF_YEAR, begins, last) is not None
    return count


def ask_for_disposal(authorization: Authorization, actor: Actor) -> None:
    """Reaction to the end of a use: the consumer says what has become of the data (SC-27)."""
    if authorization.consumer_id != authorization.provider_id:
        _open(authorization, ReportKind.DISPOSAL, authorization.starts_on, timezone.localdate())


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    report: UseReport,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> UseReport:
    """Makes a move of USE_REPORT; what is filed is sealed with its digest and the calls counted.

    Raises as citybrain.workflow.perform does; ValidationError also for what is too long.
    """
    given = {key: str(value).strip() for key, value in (inputs or {}).items()}
    long = [key for key, value in given.items() if len(value) > LONGEST]
    if long:
        raise ValidationError({key: _("不能超过%d个字，请精简。") % LONGEST for key in long})
    wanted = {"file": WORDS, "certify": DISPOSAL_WORDS}.get(name, {})

    def write(current: UseReport) -> None:
        if name not in MOVES:
            return
        for key in wanted:
            setattr(current, key, given[key])
        current.calls, current.rows = _used(current)
        current.filed_at = timezone.now()
        current.digest = digest_of(content_of(current))
        current.save()

    return workflow.perform(
        USE_REPORT, name, obj=report, actor=actor, version=version, inputs=given, change=write
    )


def content_of(report: UseReport) -> dict[str, Any]:
    """What is sealed when it is filed."""
    return {
        "authorization": report.authorization.number,
        "terms": report.authorization.digest,
        "consumer": report.authorization.consumer.name,
        "kind": report.kind,
        "first_day": report.first_day,
        "last_day": report.last_day,
        **{name: getattr(report, name) for name in WORDS},
        "calls": report.calls,
        "rows": report.rows,
    }


def _open(
    authorization: Authorization, kind: ReportKind, first: date, last: date
) -> UseReport | None:
    """The report with its clock; None when there is one already."""
    actor = system_actor()
    made = UseReport(
        authorization=authorization, kind=kind, first_day=min(first, last), last_day=last
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "use_report_once" not in str(error):
            raise
        return None
    with transaction.atomic():
        open_duty(
            rule=rule_for(made),
            subject=made,
            department=authorization.consumer,
            for_department=authorization.provider,
            actor=actor,
        )
        notices.tell(
            people=notices.people_to_tell("use_authorizations", authorization.consumer),
            kind=f"sharing.use_report.{kind}",
            title=_("%(what)s：请填报%(number)s")
            % {"what": made.get_kind_display(), "number": authorization.number},
            body=_("期间：%(first)s至%(last)s。") % {"first": made.first_day, "last": last},
            subject=made,
            actor=actor,
        )
    return made


def _used(report: UseReport) -> tuple[int, int]:
    """Calls served and rows given in the period, from the record of calls."""
    served = ServiceCall.objects.filter(
        authorization=report.authorization_id,
        outcome=Outcome.SERVED,
        at__gte=midnight(report.first_day),
        at__lt=midnight(report.last_day + timedelta(days=1)),
    )
    return served.count(), served.aggregate(total=Coalesce(Sum("rows"), 0))["total"]
