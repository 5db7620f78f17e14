"""What of sharing goes over to the successor of a merged department, and what ends with the merger."""

from functools import partial

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.registry import Clash, Takeover
from sharing.choices import LIVE_APPLICATIONS, AuthorizationState
from sharing.corrections.choices import CorrectionState
from sharing.models import (
    Authorization,
    CorrectionRequest,
    RightsMatter,
    ShareApplication,
    UseReport,
)
from sharing.rights.choices import UNFINISHED, ReportState
from sharing.services import applications
from sharing.transitions import APPLICATION

IN_FORCE = (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)


def applications_that_end(source: Department, target: Department) -> list[Clash]:
    """Applications to a department that one now is, and the second one for the same entry."""
    live = _live().filter(department__in=(source, target))
    clashes = [
        _ends(one, _("%s的申请单位与提供单位合并为同一单位，使用本单位的数据无须申请，申请办结。"))
        for one in live.filter(provider__in=(source, target))
    ]
    others = live.exclude(provider__in=(source, target))
    own = {one.entry_id: one for one in others.filter(department=target)}
    for one in others.filter(department=source):
        twin = own.get(one.entry_id)
        if twin is not None:
            later = max((one, twin), key=_standing)
            clashes.append(_ends(later, _("%s与承接单位对同一信息资源的申请重复，保留先送达的。")))
    return clashes


def authorizations_within(source: Department, target: Department) -> list[Clash]:
    """Told, not ended: what is running goes on."""
    both = (source, target)
    within = (
        _in_force().filter(provider__in=both, consumer__in=both).exclude(provider=F("consumer"))
    )
    text = _("授权%s的提供单位与使用单位合并为同一单位，在有效期内继续有效。")
    return [Clash(text % one) for one in within]


def _in_force() -> QuerySet[Authorization]:
    """And those after whose end something is still owed."""
    owing = UseReport.objects.filter(state__in=(ReportState.DUE, ReportState.FILED))
    matters = RightsMatter.objects.filter(state__in=UNFINISHED)
    open_ = Q(state__in=IN_FORCE) | Q(pk__in=owing.values("authorization"))
    open_ |= Q(pk__in=matters.values("authorization"))
    rows = Authorization.objects.filter(open_)
    return rows.select_related("entry").defer("entry__search")


def _live() -> QuerySet[ShareApplication]:
    rows = ShareApplication.objects.filter(state__in=LIVE_APPLICATIONS)
    return rows.select_related("entry").defer("entry__search").order_by("pk")


def _open_corrections() -> QuerySet[CorrectionRequest]:
    rows = CorrectionRequest.objects.filter(state=CorrectionState.OPEN)
    return rows.select_related("entry").defer("entry__search")


def _standing(application: ShareApplication) -> tuple[bool, int]:
    """What is delivered before what is not, then the elder."""
    return application.submitted_at is None, application.pk


def _ends(application: ShareApplication, text: str) -> Clash:
    return Clash(text % application, partial(_end, application, text % application.number))


def _end(application: ShareApplication, reason: str, actor: Actor) -> None:
    """The portal withdraws it for the applicant; the merger itself is on record with who did it."""
    name = next(
        move.name
        for move in APPLICATION.moves.values()
        if move.name in ("drop", "withdraw") and application.state in move.sources
    )
    applications.move(
        name, actor=system_actor(), application=application, inputs={"reason": reason}
    )


TAKEOVERS = {
    "applied": Takeover(
        gettext_lazy("本单位提出的在办共享申请"),
        lambda source: _live().filter(department=source),
        clashes=applications_that_end,
    ),
    "asked": Takeover(
        gettext_lazy("待本单位答复的共享申请"),
        lambda source: _live().filter(provider=source),
        field="provider",
    ),
    "used": Takeover(
        gettext_lazy("本单位使用的有效授权"),
        lambda source: _in_force().filter(consumer=source),
        field="consumer",
        clashes=authorizations_within,
    ),
    "provided": Takeover(
        gettext_lazy("本单位提供的有效授权"),
        lambda source: _in_force().filter(provider=source),
        field="provider",
    ),
    "corrections": Takeover(
        gettext_lazy("本单位提出的在办校核"),
        lambda source: _open_corrections().filter(department=source),
    ),
    "corrections_asked": Takeover(
        gettext_lazy("待本单位核实的校核"),
        lambda source: _open_corrections().filter(provider=source),
        field="provider",
    ),
}
