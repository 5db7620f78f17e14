"""What the pages of applications show: lists, and one application as its reader may know it."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import SharingType
from catalog.models import CatalogEntry
from catalog.queries import detail_url
from citybrain import registry
from citybrain.audit.models import StateChange
from citybrain.audit.services import history_of
from citybrain.duties import queries as duty_queries
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.organizations.roles import ROLES
from citybrain.policies import EVERYTHING
from citybrain.ui import Attribute, DiffRow, Step, Tone
from sharing.choices import ApplicationState, AuthorizationState, ExtensionState
from sharing.considering import INSIDE_DUTY, PARTLY, ItemLine
from sharing.models import ApplicationItem, Authorization, ShareApplication
from sharing.policies import application_policy, city_readers

TONES: dict[str, Tone] = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.SIGNING: "info",
    ApplicationState.ANSWERING: "info",
    ApplicationState.SUPPLEMENTING: "warning",
    ApplicationState.AGREED: "success",
    ApplicationState.REFUSED: "danger",
    ApplicationState.WITHDRAWN: "muted",
}
EXTENSION_TONES: dict[str, Tone] = {
    ExtensionState.ASKED: "info",
    ExtensionState.GRANTED: "success",
    ExtensionState.DECLINED: "warning",
    ExtensionState.LAPSED: "muted",
}
# Who has to act next: holders of this permission in the department found there.
NEXT: dict[str, tuple[str, str]] = {
    ApplicationState.DRAFT: ("apply_sharing", "department"),
    ApplicationState.SIGNING: ("sign_applications", "department"),
    ApplicationState.ANSWERING: ("answer_applications", "provider"),
    ApplicationState.SUPPLEMENTING: ("apply_sharing", "department"),
}
# What happens in the applicant's own house, before the provider may know (SC-20).
INSIDE_MOVES = frozenset({"submit", "send_back", "drop"})
# How far an application has come, as a place in the four steps that are shown.
PLACES: dict[str, int] = {
    ApplicationState.DRAFT: 0,
    ApplicationState.SIGNING: 1,
    ApplicationState.ANSWERING: 2,
    ApplicationState.SUPPLEMENTING: 2,
    ApplicationState.REFUSED: 2,
    ApplicationState.AGREED: 4,
}
LEFT_OUT = Q(application=OuterRef("pk"), granted=False)
MINE, INCOMING, CITY = "mine", "incoming", "city"
TABS = {
    MINE: gettext_lazy("我单位的申请"),
    INCOMING: gettext_lazy("向我单位提出的申请"),
    CITY: gettext_lazy("全市"),
}
SORTS: dict[str, Any] = {
    "": ("-id",),
    "submitted": (F("submitted_at").asc(nulls_last=True), "-id"),
    "-submitted": (F("submitted_at").desc(nulls_last=True), "-id"),
    "due": (F("due_on").asc(nulls_last=True), "-id"),
    "-due": (F("due_on").desc(nulls_last=True), "-id"),
}


# --- lists ----------------------------------------------------------------------------------------


def tabs_for(actor: Actor) -> list[str]:
    """The lists that this actor has: their department's two sides, the city for supervision."""
    own = [MINE, INCOMING] if actor.holds("view_sharing") else []
    return [*own, CITY] if city_readers(actor) else own


def applications(
    actor: Actor, tab: str, *, q: str = "", state: str = "", sort: str = ""
) -> QuerySet[ShareApplication]:
    """The visible applications of a tab, narrowed and in order, with what a list shows of them."""
    scope = actor.scope("view_sharing")
    sides = {MINE: scope.q("department"), INCOMING: scope.q("provider"), CITY: EVERYTHING}
    rows = application_policy.queryset(actor).filter(sides[tab])
    if tab == INCOMING:
        # Somebody who works for both sides finds the draft among their own.
        rows = rows.filter(submitted_at__isnull=False)
    if state:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(_matching(q))
    if sort in ("due", "-due"):
        rows = rows.annotate(due_on=Subquery(_open_duties().values("due_on")[:1]))
    order = SORTS.get(sort, SORTS[""])
    return (
        rows.select_related("department", "provider", "entry")
        .annotate(leaves_out=Exists(ApplicationItem.objects.filter(LEFT_OUT)))
        .defer("entry__search")
        .order_by(*order)
    )


def _matching(q: str) -> Q:
    found = Q()
    for path in (
        "number", "entry__title", "entry__code", "department__name", "department__short_name",
        "provider__name", "provider__short_name",
    ):  # fmt: skip
        found |= Q(**{f"{path}__icontains": q})
    return found


def _open_duties() -> QuerySet[Duty]:
    """The open duties of the application that the list is about, the most urgent first."""
    label = ShareApplication._meta.label
    return (
        duty_queries.open_duties()
        .filter(subject_type=label, subject_id=OuterRef("pk"))
        .order_by("due_on")
    )


# --- one application ------------------------------------------------------------------------------


def fetch(actor: Actor, pk: int) -> ShareApplication:
    """The application with all that its page names. Raises Http404 when it is not visible."""
    rows = ShareApplication.objects.select_related(
        "department",
        "provider",
        "entry__department",
        "submitted_by",
        "extension__submitted_by",
        "assessment",
    ).defer("entry__search")
    return application_policy.fetch(actor, rows, pk=pk)


def standing_of(application: ShareApplication, lines: list[ItemLine]) -> tuple[Any, Tone]:
    """How the application stands; an agreement that leaves items out is told apart."""
    return _standing(application, any(one.granted is False for one in lines))


def standing_in_list(application: ShareApplication) -> tuple[Any, Tone]:
    """The same for one of `applications`."""
    return _standing(application, application.leaves_out)  # type: ignore[attr-defined]


def _standing(application: ShareApplication, leaves_out: bool) -> tuple[Any, Tone]:
    if leaves_out and application.state == ApplicationState.AGREED:
        return PARTLY
    return application.get_state_display(), TONES[application.state]


def attributes_of(application: ShareApplication) -> list[Attribute]:
    """What is asked for, by whom, on what ground and for what use (SC-20)."""
    entry, batch = application.entry, application.batch
    return [
        *(
            [Attribute(_("申请批次"), batch, url=reverse("sharing:batch", args=[batch]))]
            if batch
            else []
        ),
        Attribute(_("申请单位"), application.department.name),
        Attribute(_("提供单位"), application.provider.name),
        Attribute(
            _("信息资源"),
            f"{entry.title}（{entry.code}）",
            url=detail_url(entry) if entry.is_published else "",
            wide=True,
        ),
        Attribute(_("共享类型"), SharingType(application.sharing_type).label),
        Attribute(_("共享条件"), entry.sharing_condition, wide=True),
        *(Attribute(label, value, wide=wide) for label, value, wide in _asked(application)),
        Attribute(_("申请送达时间"), _moment(application.submitted_at) or _("尚未送达")),
        Attribute(_("答复时间"), _moment(application.answered_at) or _("尚未答复")),
    ]


def _asked(application: ShareApplication) -> list[tuple[str, Any, bool]]:
    starts, ends = application.starts_on, application.ends_on
    return [
        (_("用途类别"), application.get_use_basis_display(), False),
        (_("使用依据"), application.legal_basis, True),
        (_("使用场景"), application.scenario, True),
        (_("使用范围"), application.usage_range, True),
        (_("共享方式"), application.get_method_display(), False),
        (_("使用期限"), f"{_day(starts)}至{_day(ends)}" if starts or ends else "", True),
        (_("预计每日调用次数"), application.daily_calls, False),
        (_("联系人及电话"), application.contact, False),
        (_("向境外提供或者在境外处理"), _abroad(application), True),
    ]


def _abroad(application: ShareApplication) -> str:
    if not application.goes_abroad:
        return _("否")
    assessment = application.assessment
    record = f"{assessment.get_way_display()} {assessment.number}" if assessment else _("没有")
    words = {"note": application.abroad_note or _("未填写"), "record": record}
    return _("是：%(note)s；安全评估记录：%(record)s") % words


def _day(day: Any) -> str:
    return date_format(day, "Y年n月j日") if day else _("未填写")


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i") if at else ""


def grant_on(application: ShareApplication) -> Authorization | None:
    """What was granted on it, if it was agreed to."""
    if application.state != ApplicationState.AGREED:
        return None
    return Authorization.objects.filter(application=application).first()


def steps_of(application: ShareApplication) -> list[Step]:
    """起草→签发→答复→授权, with the days on which they were done."""
    ended = application.state in (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
    place = PLACES.get(application.state, 2 if application.submitted_at else 1)
    hints = {1: application.submitted_at, 2: application.answered_at, 3: application.answered_at}
    labels = (_("起草"), _("本单位签发"), _("提供方答复"), _("授权"))
    steps = []
    for at, label in enumerate(labels):
        if at == place:
            hint = application.get_state_display() if ended else ""
            steps.append(Step(label, "failed" if ended else "current", hint))
        elif at < place:
            day = hints.get(at)
            done = date_format(timezone.localtime(day), "n月j日") if day else ""
            steps.append(Step(label, "done", done))
        else:
            steps.append(Step(label))
    return steps


def waiting_on(application: ShareApplication) -> str:
    """Whose turn it is, in words; empty when nothing is to be done."""
    if application.state not in NEXT:
        return ""
    permission, path = NEXT[application.state]
    role = ROLES[registry.permissions.get(permission).roles[0]].label
    return _("%(department)s %(role)s") % {
        "department": getattr(application, path).name,
        "role": role,
    }


def duties_shown(application: ShareApplication, *, inside: bool) -> list[Duty]:
    """The clocks that run on it; the applicant's own sign-off only to its own people."""
    running = duty_queries.open_duties_of(application)
    return [duty for duty in running if inside or duty.rule != INSIDE_DUTY]


def sent_back(application: ShareApplication) -> StateChange | None:
    """Why the draft came back from its own head, if it did."""
    if application.state != ApplicationState.DRAFT or application.submitted_by_id is None:
        return None
    last = history_of(application).last()
    return last if last is not None and last.move == "send_back" else None


def differences(
    application: ShareApplication, values: dict[str, Any], item_ids: list[int]
) -> list[DiffRow]:
    """What is stored now beside what somebody has typed, where the two differ."""
    mine = ShareApplication(entry=application.entry, **values)
    rows = [
        DiffRow(label, before, after)
        for (label, before, _wide), (_label, after, _wide_too) in zip(
            _asked(application), _asked(mine), strict=True
        )
    ]
    stored = ApplicationItem.objects.filter(application=application)
    rows.append(
        DiffRow(
            _("申请的信息项"),
            _names(application.entry, list(stored.values_list("item_id", flat=True))),
            _names(application.entry, item_ids),
        )
    )
    return [row for row in rows if row.kind != "same"]


def _names(entry: CatalogEntry, item_ids: list[int]) -> str:
    return "、".join(entry.items.filter(pk__in=item_ids).values_list("name", flat=True))


# --- on the page of an entry ----------------------------------------------------------------------


def held_by(entry: CatalogEntry, department: Department) -> list[Authorization]:
    """What the department may use of the entry already: grants in force or suspended."""
    held = Authorization.objects.filter(
        entry=entry,
        consumer=department,
        state__in=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
    )
    return list(held.order_by("-id"))
