"""Applying for data and answering applications (SC-20, SC-21)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState, SharingType
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor, system_actor
from citybrain.refusals import Conflict
from sharing.choices import ApplicationState
from sharing.models import ApplicationItem, ShareApplication
from sharing.policies import application_policy
from sharing.services import authorizations
from sharing.transitions import APPLICATION

FIELDS = (
    "use_basis", "legal_basis", "scenario", "usage_range", "method", "starts_on", "ends_on",
    "daily_calls", "contact",
)  # fmt: skip


@transaction.atomic
def draft(
    *, actor: Actor, entry: CatalogEntry, values: Mapping[str, Any], item_ids: Iterable[int]
) -> ShareApplication:
    """Makes a draft application of the actor's department for items of a published entry.

    `values` has the keys of FIELDS. Raises ValidationError when the entry may not be applied for
    (SC-14: withheld entries name the law that forbids sharing), when items are missing or foreign,
    and for whatever field is wrong.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("只能申请已发布的信息资源。"), state_label=current.get_state_display())
    if current.sharing_type == SharingType.WITHHELD:
        raise ValidationError(
            _("该信息资源不予共享，依据：%s。") % (current.sharing_condition or _("见目录"))
        )
    application = ShareApplication(
        number=f"SQ{timezone.localdate().year}-{next_numbers(_series('SQ'))[0]:06}",
        department=actor.department,
        entry=current,
        provider=current.department,
        sharing_type=current.sharing_type,
        created_by=actor.user,
        **{name: values[name] for name in FIELDS if name in values},
    )
    application_policy.require(actor, "apply", application)
    application.full_clean()
    application.save()
    _set_items(application, item_ids)
    record(
        "sharing.application.drafted",
        actor=actor,
        subject=application,
        department=application.department,
        data={"entry": current.code, "items": _item_names(application)},
    )
    return application


def _series(kind: str) -> str:
    return f"{kind}{timezone.localdate().year}"


@transaction.atomic
def change(
    *,
    actor: Actor,
    application: ShareApplication,
    values: Mapping[str, Any],
    item_ids: Iterable[int],
) -> ShareApplication:
    """Changes a draft application. Raises Conflict once it has been submitted."""
    current = application_policy.fetch(
        actor, ShareApplication.objects.select_for_update(of=("self",)), pk=application.pk
    )
    application_policy.require(actor, "apply", current)
    if current.state != ApplicationState.DRAFT:
        raise Conflict(_("申请已提交，不能再修改。"), state_label=current.get_state_display())
    for name in FIELDS:
        if name in values:
            setattr(current, name, values[name])
    current.full_clean()
    current.save()
    _set_items(current, item_ids)
    record(
        "sharing.application.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={"items": _item_names(current)},
    )
    return current


def _set_items(application: ShareApplication, item_ids: Iterable[int]) -> None:
    wanted = set(item_ids)
    found = set(application.entry.items.filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted:
        raise ValidationError({"items": _("请至少选择一个信息项。")})
    if found != wanted:
        raise ValidationError({"items": _("所选信息项不属于该信息资源，请重新选择。")})
    application.items.exclude(item__in=found).delete()
    present = set(application.items.values_list("item_id", flat=True))
    ApplicationItem.objects.bulk_create(
        ApplicationItem(application=application, item_id=pk) for pk in sorted(found - present)
    )


def _item_names(application: ShareApplication) -> list[str]:
    return list(application.items.values_list("item__name", flat=True))


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    application: ShareApplication,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> ShareApplication:
    """Makes a move of transitions.APPLICATION; raises as citybrain.workflow.perform does.

    A signed application for unconditional data is agreed to at once, by rule (SC-21).
    """
    moved = workflow.perform(
        APPLICATION,
        name,
        obj=application,
        actor=actor,
        version=version,
        inputs=inputs,
        change=_changes(name, actor, dict(inputs or {})),
    )
    if name == "sign" and moved.sharing_type == SharingType.UNCONDITIONAL:
        return move("agree", actor=system_actor(), application=moved, inputs={})
    return moved


def _changes(
    name: str, actor: Actor, inputs: Mapping[str, str]
) -> Callable[[ShareApplication], None] | None:
    """What a move changes on the application beyond its state."""

    def sign(application: ShareApplication) -> None:
        _check_still_offered(application)
        application.submitted_at = timezone.now()
        application.save(update_fields=["submitted_at"])

    def agree(application: ShareApplication) -> None:
        _check_period(application.ends_on)
        application.answer = inputs.get("reason", "").strip() or str(_("符合共享条件，同意共享。"))
        application.answered_at = timezone.now()
        application.save(update_fields=["answer", "answered_at"])
        authorizations.grant(actor=actor, application=application)

    def refuse(application: ShareApplication) -> None:
        application.answer = inputs["reason"].strip()
        application.answer_basis = inputs["refusal_basis"].strip()
        application.answered_at = timezone.now()
        application.save(update_fields=["answer", "answer_basis", "answered_at"])

    def ask_supplement(application: ShareApplication) -> None:
        application.supplement_asked_at = timezone.now()
        application.answer = inputs["reason"].strip()
        application.save(update_fields=["supplement_asked_at", "answer"])

    def supplement(application: ShareApplication) -> None:
        application.supplement = inputs["supplement"].strip()
        application.save(update_fields=["supplement"])

    changes: dict[str, Callable[[ShareApplication], None]] = {
        "sign": sign,
        "agree": agree,
        "refuse": refuse,
        "ask_supplement": ask_supplement,
        "supplement": supplement,
    }
    return changes.get(name)


def _check_still_offered(application: ShareApplication) -> None:
    if application.entry.state != EntryState.PUBLISHED:
        raise Conflict(
            _("所申请的信息资源已停用，请撤回申请。"),
            state_label=application.entry.get_state_display(),
        )


def _check_period(ends_on: date) -> None:
    if ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("申请的使用期限已过，请申请单位重新申请。")})
