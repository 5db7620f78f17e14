"""Needs to sign, to file and to ask after, packages to send on, parts to sign for."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others
from sharing.models import ReturnNeed, ReturnPackage, ReturnReceipt
from sharing.returnflow.choices import NeedState, PackageState
from sharing.returnflow.policies import MANAGE
from sharing.returnflow.transitions import NEED


def items(actor: Actor) -> list[WorkItem]:
    return [*_to_sign(actor), *_of_bureau(actor), *_to_receive(actor)]


def _to_sign(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("sign_applications")
    if not scope:
        return []
    mine = scope.q() & of_others(NEED.moves["sign"], actor)
    return _needs(ReturnNeed.objects.filter(mine, state=NeedState.SIGNING), _("签发"))


def _of_bureau(actor: Actor) -> list[WorkItem]:
    if not actor.scope(MANAGE).everywhere:
        return []
    late = Q(state=NeedState.FILED, reply_by__lt=timezone.localdate())
    packages = ReturnPackage.objects.filter(state=PackageState.CHECKED)
    return [
        *_needs(ReturnNeed.objects.filter(state=NeedState.FILING), _("报省级")),
        *_needs(ReturnNeed.objects.filter(late), _("省级逾期未答复，请催办")),
        *lines(
            packages.select_related("entry", "department").defer("content", "entry__search"),
            action=_("下发"),
            url_name="sharing:return_package",
            department=lambda one: one.department.short_name,
            since=lambda one: one.registered_at,
        ),
    ]


def _needs(rows: QuerySet[ReturnNeed], action: str) -> list[WorkItem]:
    return lines(
        rows.select_related("department"),
        action=action,
        url_name="sharing:need",
        department=lambda one: one.department.short_name,
        since=lambda one: one.created_at,
    )


def _to_receive(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("use_authorizations")
    if not scope:
        return []
    rows = ReturnReceipt.objects.filter(scope.q(), received_at=None).select_related(
        "part__package__entry", "department"
    )
    return lines(
        rows.defer("part__content", "part__package__content", "part__package__entry__search"),
        action=_("签收回流数据"),
        url_name="sharing:return_receipt",
        department=lambda one: one.department.short_name,
        since=lambda one: one.sent_at,
        title=lambda one: f"{one.part} {one.part.package.entry.title}",
    )
