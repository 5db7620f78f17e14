"""Disputes that wait for somebody."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.disputes.choices import DisputeState
from sharing.models import Dispute


def items(actor: Actor) -> list[WorkItem]:
    """To answer, to accept or take further, to mediate, to decide, to carry out."""
    return [
        item
        for permission, path, more, action in (
            (
                "raise_disputes",
                "respondent",
                Q(state=DisputeState.NEGOTIATING, reply=""),
                _("提出协商意见"),
            ),
            (
                "raise_disputes",
                "department",
                Q(state=DisputeState.NEGOTIATING) & ~Q(reply=""),
                _("协商一致或者提请协调"),
            ),
            ("coordinate_sharing", "department", Q(state=DisputeState.MEDIATING), _("协调争议")),
            ("decide_disputes", "department", Q(state=DisputeState.DECIDING), _("作出决定")),
            (
                "raise_disputes",
                "provider",
                Q(state=DisputeState.DECIDED),
                _("执行决定"),
            ),
        )
        for item in _lines(actor, permission, path, more, action)
    ]


def _lines(actor: Actor, permission: str, path: str, more: Q, action: str) -> Iterable[WorkItem]:
    scope = actor.scope(permission)
    if not scope:
        return []
    return lines(
        Dispute.objects.filter(scope.q(path), more)
        .select_related("application__entry", "department")
        .defer("application__entry__search"),
        action=action,
        url_name="sharing:dispute",
        department=lambda one: one.department.short_name,
        since=lambda one: one.raised_at,
    )
