"""Reports on the use of data and matters of it that wait for somebody."""

from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.models import RightsMatter, UseReport
from sharing.rights.choices import MatterState, ReportState


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
        found += lines(
            rows.select_related("authorization__consumer").defer("authorization__terms"),
            action=action,
            url_name="sharing:matter",
            department=lambda one: one.authorization.consumer.short_name,
            since=lambda one: one.raised_at,
            title=lambda one: f"{one}（{one.authorization.number}）",
        )
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
        found += lines(
            rows.defer("authorization__terms"),
            action=action,
            url_name="sharing:use_report",
            department=lambda one: one.authorization.consumer.short_name,
            since=lambda one: one.filed_at or one.opened_at,
        )
    return found
