"""Asking for data of a higher level, through the bureau (SC-24)."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties.calendar import add_working_days
from citybrain.duties.loader import current_calendar
from citybrain.duties.rules import rule_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text
from sharing.models import ReturnNeed
from sharing.returnflow.choices import WITH_THE_BUREAU, NeedState
from sharing.returnflow.policies import need_policy
from sharing.returnflow.transitions import NEED

FIELDS = ("source", "title", "holder", "items", "ground", "purpose")
LONG = ("items", "purpose")
ANSWER = "reply_conditional"  # the law's days for an application with conditions


@transaction.atomic
def draft(*, actor: Actor, **given: str) -> ReturnNeed:
    """A need of the actor's own department, not sent yet. Raises PermissionDenied, ValidationError."""
    need = ReturnNeed(department=actor.department, submitted_by=actor.user)
    need_policy.require(actor, "ask", need)
    _fill(need, given)
    year = timezone.localdate().year
    need.number = f"HX{year}-{next_numbers(f'HX{year}')[0]:06}"
    need.save()
    record("sharing.need.drafted", actor=actor, subject=need, data={"title": need.title})
    return need


@transaction.atomic
def change(*, actor: Actor, need: ReturnNeed, version: int | None, **given: str) -> ReturnNeed:
    """Rewrites a draft. Raises PermissionDenied, ValidationError by field, Conflict."""
    current = need_policy.fetch(
        actor, ReturnNeed.objects.select_for_update(of=("self",)), pk=need.pk
    )
    need_policy.require(actor, "ask", current)
    if current.state != NeedState.DRAFT or version not in (None, current.version):
        raise Conflict(
            _("需求已提交或者刚刚由他人修改，请查看最新内容。"),
            state_label=current.get_state_display(),
        )
    _fill(current, given)
    current.version += 1
    current.save()
    record("sharing.need.changed", actor=actor, subject=current, data={"title": current.title})
    return current


def _fill(need: ReturnNeed, given: Mapping[str, str]) -> None:
    for name in FIELDS:
        clean = cell_text if name in LONG else line_text
        setattr(need, name, clean(given.get(name, "")))
    need.full_clean(exclude=["number", "state", "department"])


def may_add_papers(actor: Actor, need: ReturnNeed) -> bool:
    """The department while it writes; the bureau what belongs to the filing, until the answer."""
    if need.state == NeedState.DRAFT:
        return need_policy.allows(actor, "ask", need)
    return need.state in WITH_THE_BUREAU and need_policy.allows(actor, "handle", need)


def move(
    name: str,
    *,
    actor: Actor,
    need: ReturnNeed,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> ReturnNeed:
    """Makes a move of transitions.NEED; raises as citybrain.workflow.perform does."""
    given = {key: value.strip() for key, value in (inputs or {}).items()}

    def changed(current: ReturnNeed) -> None:
        if name == "file":
            current.provincial_number = line_text(given["provincial_number"])[:60]
            current.filed_on = _day(given, "filed_on", timezone.localdate(current.created_at))
            current.reply_by = add_working_days(
                current.filed_on, rule_of(ANSWER).days, current_calendar()
            )
            current.save(update_fields=["provincial_number", "filed_on", "reply_by"])
        elif name in ("grant", "refuse"):
            current.answered_on = _day(given, "answered_on", current.filed_on)
            current.answer = line_text(given["reason"])[:300]
            current.save(update_fields=["answered_on", "answer"])

    return workflow.perform(
        NEED, name, obj=need, actor=actor, version=version, inputs=given, change=changed
    )


def _day(given: Mapping[str, str], name: str, earliest: date | None) -> date:
    """The day that was given, between `earliest` and today. Raises ValidationError by its name."""
    try:
        day = parse_date(given[name])
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: _("请填写日期，例如 2026-03-01。")})
    if day > timezone.localdate():
        raise ValidationError({name: _("不能晚于今天。")})
    if earliest is not None and day < earliest:
        raise ValidationError({name: _("不能早于%s。") % earliest.isoformat()})
    return day
