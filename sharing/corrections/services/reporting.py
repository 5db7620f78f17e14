"""Reporting what is wrong: by a user of the data, or on behalf of the public (SC-26)."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.duties.rules import rule_of
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.corrections.choices import CorrectionState
from sharing.corrections.policies import correction_policy
from sharing.corrections.reported import Judged, Reported, judge, same_lines
from sharing.corrections.scope import Scope, scope_of_grant, scope_of_provider
from sharing.corrections.transitions import CORRECT
from sharing.granted import LIVE
from sharing.models import Authorization, CorrectionLine, CorrectionRequest

LONGEST_ITEMS = CorrectionRequest._meta.get_field("items").max_length or 0
WHOLE_ROWS = "整行"


def check_user(*, actor: Actor, entry: CatalogEntry) -> None:
    """Raises unless the actor's department may report what is wrong with the entry's data.

    PermissionDenied unless it was granted use of the data, Conflict when the entry is not
    published.
    """
    correction_policy.require(
        actor, "report", CorrectionRequest(department=actor.department, entry=entry)
    )
    if entry.state != EntryState.PUBLISHED:
        raise Conflict(_("只能校核已发布的信息资源。"), state_label=entry.get_state_display())
    if entry.department_id == actor.department_id:
        raise PermissionDenied(_("本单位提供的数据请直接更正，无须申请校核。"))
    if not grants_of(actor, entry).exists():
        raise PermissionDenied(_("获得授权使用该信息资源的单位才能提出校核，请先申请共享。"))


def grants_of(actor: Actor, entry: CatalogEntry) -> QuerySet[Authorization]:
    """What the actor's department may use or has used of the entry, the present ones first."""
    rows = Authorization.objects.filter(entry=entry, consumer=actor.department)
    return rows.select_related("entry").order_by(
        Case(When(state__in=LIVE, then=0), default=1), "-pk"
    )


def grant_named(actor: Actor, entry: CatalogEntry, pk: int | None = None) -> Authorization:
    """The grant under which the actor reports; the first unless one is named."""
    rows = grants_of(actor, entry)
    found = (rows.filter(pk=pk) if pk else rows).first()
    if found is None:
        raise PermissionDenied(_("获得授权使用该信息资源的单位才能提出校核，请先申请共享。"))
    return found


@transaction.atomic
def report(
    *,
    actor: Actor,
    entry: CatalogEntry,
    items: Sequence[str] = (),
    problem: str = "",
    lines: Iterable[Reported] = (),
    grant: int | None = None,
) -> CorrectionRequest:
    """Reports a problem with published data; opens the duty to answer in 10 working days.

    `items` are names; with `lines` they are those of the lines. Raises as `check_user` does,
    ValidationError by field, and Conflict when the department's same report is still open.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    check_user(actor=actor, entry=current)
    authorization = grant_named(actor, current, grant)
    scope = scope_of_grant(authorization)
    judged = judge(lines, scope)
    correction = CorrectionRequest(
        department=actor.department,
        authorization=authorization,
        entry=current,
        provider=current.department,
        items=_items(items, judged, scope),
        problem=problem.strip(),
        submitted_by=actor.user,
    )
    if not judged and not correction.problem:
        raise ValidationError({"problem": _("请说明有什么问题，或者逐行列出。")})
    correction.full_clean(exclude=["number", "state", "answer", "demand", "problem"])
    _require_new(correction, judged)
    keep(correction, judged)
    duties.open_duty(
        rule=CORRECT,
        subject=correction,
        department=current.department,
        for_department=correction.department,
        actor=actor,
    )
    record(
        "sharing.correction.reported",
        actor=actor,
        subject=correction,
        department=current.department,
        data={"entry": current.code, "items": correction.items, "lines": len(judged)},
    )
    # What was typed may name people; it is read on the page by those who may.
    notices.tell(
        people=notices.people_to_tell("host_data", current.department),
        kind="sharing.correction.reported",
        title=_("校核申请%(number)s：请在%(days)d个工作日内核实并反馈")
        % {"number": correction, "days": rule_of(CORRECT).days},
        body=_("涉及%(items)s，逐行列出%(lines)d处。")
        % {"items": correction.items, "lines": len(judged)},
        subject=correction,
    )
    return correction


@transaction.atomic
def list_lines(
    *, actor: Actor, correction: CorrectionRequest, lines: Iterable[Reported]
) -> CorrectionRequest:
    """The provider lists the rows that a report without lines is about, to correct them.

    Raises PermissionDenied, ValidationError for `lines`, Conflict when there are lines already or
    the report is answered.
    """
    rows = CorrectionRequest.objects.select_for_update(of=("self",)).select_related("entry")
    current = correction_policy.fetch(actor, rows, pk=correction.pk)
    correction_policy.require(actor, "answer", current)
    if current.state != CorrectionState.OPEN or current.lines.exists():
        raise Conflict(
            _("这一校核已经逐行列出或者已经反馈。"), state_label=current.get_state_display()
        )
    scope = scope_of_provider(current.entry)
    judged = judge(lines, scope)
    if not judged:
        raise ValidationError({"lines": _("请逐行列出有问题的数据。")})
    _keep_lines(current, judged)
    if not current.items:  # the public names none
        current.items = _items((), judged, scope)
        current.save(update_fields=["items"])
    record(
        "sharing.correction.lines_listed",
        actor=actor,
        subject=current,
        department=current.provider,
        data={"lines": len(judged)},
    )
    return current


def keep(correction: CorrectionRequest, lines: Sequence[Judged] = ()) -> None:
    """Numbers the report and saves it with its lines."""
    year = timezone.localdate().year
    correction.number = f"JH{year}-{next_numbers(f'JH{year}')[0]:06}"
    correction.save()
    _keep_lines(correction, lines)


def _keep_lines(correction: CorrectionRequest, lines: Sequence[Judged]) -> None:
    made = [line.as_model(number) for number, line in enumerate(lines, 1)]
    for line in made:
        line.correction = correction
    CorrectionLine.objects.bulk_create(made)


def _items(given: Sequence[str], lines: Sequence[Judged], scope: Scope) -> str:
    """The items in question; raises ValidationError for `items`."""
    names = list(dict.fromkeys([*given, *(one.line.item or WHOLE_ROWS for one in lines)]))
    if not names:
        raise ValidationError({"items": _("请至少选择一个信息项。")})
    for name in names:
        if name not in scope.items and (name != WHOLE_ROWS or not lines):
            raise ValidationError({"items": _("信息项“%s”不在授权范围内。") % name[:50]})
    text = "、".join(names)
    if len(text) <= LONGEST_ITEMS:
        return text
    if not lines:
        raise ValidationError({"items": _("所选信息项过多，请分几次提出。")})
    return text[: LONGEST_ITEMS - 1] + "…"


def _require_new(correction: CorrectionRequest, lines: Sequence[Judged]) -> None:
    """Two people of a department who report the same thing at once wait for each other here."""
    mine = Authorization.objects.filter(entry=correction.entry, consumer=correction.department)
    mine.select_for_update(of=("self",)).order_by("pk").first()
    open_ = CorrectionRequest.objects.filter(
        department=correction.department,
        entry=correction.entry,
        items=correction.items,
        problem=correction.problem,
        state=CorrectionState.OPEN,
    )
    for same in open_:
        if same_lines(lines, list(same.lines.values("key", "kind", "item", "expected"))):
            raise Conflict(
                _("本单位已提出相同的校核申请%s，请等待反馈。") % same.number,
                state_label=same.get_state_display(),
            )
