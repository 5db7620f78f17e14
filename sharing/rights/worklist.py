"""Reports on the use of data and matters of it that wait for somebody."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties import queries as duty_queries
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.models import RightsMatter, UseReport
from sharing.rights.choices import MatterState, ReportState

LIMIT = 50


def items(actor: Actor) -> list[WorkItem]:
    """Reports and matters that this actor can bring further."""
    return [*_reports(actor), *_matters(actor)]


def _matters(actor: Actor) -> list[WorkItem]:
    found = []
    for permission, path, states, action in (
        ("use_authorizations", "consumer", (MatterState.RECTIFYING,), _("整改并报告")),
        ("sign_applications", "consumer", (MatterState.NEGOTIATING,), _("答复")),
        (
            "answer_applications",
            "provider",
            (MatterState.EXAMINING, MatterState.OBJECTED, MatterState.ASKED),
            _("核查或者答复"),
        ),
        ("coordinate_sharing", "provider", (MatterState.AGREED,), _("备案")),
    ):
        scope = actor.scope(permission)
        if not scope:
            continue
        rows = RightsMatter.objects.filter(scope.q(f"authorization__{path}"), state__in=states)
        matters = list(
            rows.select_related("authorization__consumer")
            .defer("authorization__terms")
            .order_by("pk")[:LIMIT]
        )
        duties = duty_queries.open_by_subject(matters)
        found += [
            WorkItem(
                title=f"{one}（{one.authorization.number}）",
                action=action,
                url=reverse("sharing:matter", args=[one.pk]),
                department_name=one.authorization.consumer.short_name,
                since=one.raised_at,
                duty=duties.get(one.pk),
            )
            for one in matters
        ]
    return found


def _reports(actor: Actor) -> list[WorkItem]:
    found = []
    for permission, path, state, action in (
        ("use_authorizations", "authorization__consumer", ReportState.DUE, _("填报")),
        ("answer_applications", "authorization__provider", ReportState.FILED, _("核对")),
    ):
        scope = actor.scope(permission)
        if not scope:
            continue
        rows = UseReport.objects.filter(scope.q(path), state=state).select_related(
            "authorization__consumer"
        )
        reports = list(rows.defer("authorization__terms").order_by("opened_at", "pk")[:LIMIT])
        duties = duty_queries.open_by_subject(reports)
        found += [
            WorkItem(
                title=str(one),
                action=action,
                url=reverse("sharing:use_report", args=[one.pk]),
                department_name=one.authorization.consumer.short_name,
                since=one.filed_at or one.opened_at,
                duty=duties.get(one.pk),
            )
            for one in reports
        ]
    return found
