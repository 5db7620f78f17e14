"""After a correction: everybody who uses the rows is told, and gets them anew (SC-26).

Derived from the correction and from the grants of today; a second time changes nothing.
"""

from django.db.models import Case, DateTimeField, OuterRef, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from sharing.choices import Method, Outcome
from sharing.corrections.changes import changes_of, covered
from sharing.gateway.grants import grant_of
from sharing.granted import LIVE
from sharing.models import (
    Authorization,
    CorrectionRequest,
    ExchangePackage,
    Redelivery,
    ServiceCall,
)

WAYS = {
    Method.INTERFACE: gettext_lazy("请重新调用接口取得这些行，更新已经取用的数据。"),
    Method.FILE: gettext_lazy("请重新生成下载链接、取得最新数据，更新已经取用的数据。"),
    Method.BATCH: gettext_lazy("更正的数据行另行打包，请下载签收，更新已经取用的数据。"),
}


def redeliver(correction: CorrectionRequest, actor: Actor) -> None:
    """Tells the users of the entry whose granted rows and items were corrected."""
    has_lines = correction.lines.exists()
    changes = changes_of(correction)
    grants = Authorization.objects.filter(entry=correction.entry_id, state__in=LIVE)
    told = 0
    for authorization in grants.select_related("entry", "consumer").order_by("pk"):
        rows = len(covered(changes, grant_of(authorization))) if has_lines else 0
        if has_lines and not rows:
            continue
        made, is_new = Redelivery.objects.get_or_create(
            correction=correction, authorization=authorization, defaults={"rows": rows}
        )
        if rows > made.rows:  # answered anew, with more rows corrected than before
            made.rows, made.told_at = rows, timezone.now()
            made.save(update_fields=["rows", "told_at"])
            is_new = True
        if is_new:
            told += 1
            _tell(made, actor)
    if told:
        record(
            "sharing.correction.redelivered",
            actor=actor,
            subject=correction,
            department=correction.provider,
            data={"told": told},
        )


def _tell(redelivery: Redelivery, actor: Actor) -> None:
    """No values and no keys: those are on the page, for whoever may read them."""
    grant = redelivery.authorization
    rows = _("%d行数据") % redelivery.rows if redelivery.rows else _("数据")
    notices.tell(
        people=notices.people_to_tell("use_authorizations", grant.consumer),
        kind="sharing.correction.redelivered",
        title=_("%(entry)s的%(rows)s已经校核更正，涉及本单位授权%(number)s")
        % {"entry": grant.entry, "rows": rows, "number": grant.number},
        body=str(WAYS[Method(grant.method)]),
        subject=redelivery,
        actor=actor,
    )


def with_receipts(rows: QuerySet[Redelivery]) -> QuerySet[Redelivery]:
    """`received_at`: the first package built since and received, or the first call since."""
    packages = ExchangePackage.objects.filter(
        plan__authorization=OuterRef("authorization"),
        built_at__gte=OuterRef("told_at"),
        received_at__isnull=False,
    ).order_by("received_at")
    calls = ServiceCall.objects.filter(
        authorization=OuterRef("authorization"),
        at__gte=OuterRef("told_at"),
        outcome=Outcome.SERVED,
    ).order_by("at")
    received = Case(
        When(authorization__method=Method.BATCH, then=Subquery(packages.values("received_at")[:1])),
        default=Subquery(calls.values("at")[:1]),
        output_field=DateTimeField(),
    )
    return rows.annotate(received_at=received)
