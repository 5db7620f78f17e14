"""Applying for data and answering applications (SC-20, SC-21)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState, SharingType
from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.labels import field_label
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from sharing import barred
from sharing.choices import ApplicationState
from sharing.models import ApplicationItem, ShareApplication
from sharing.policies import application_policy
from sharing.queries import methods_of
from sharing.services import answering, extensions
from sharing.transitions import APPLICATION

FIELDS = (
    "use_basis", "legal_basis", "scenario", "usage_range", "method", "starts_on", "ends_on",
    "daily_calls", "contact",
)  # fmt: skip
# Whether the data leaves the country, and on what ground (HK-22).
ABROAD = ("goes_abroad", "abroad_note", "assessment")
LATEST_START = timedelta(days=366)
LONGEST_USE = timedelta(days=3 * 366)
ENDING_MOVES = ("agree", "refuse", "withdraw")


@transaction.atomic
def draft(
    *,
    actor: Actor,
    entry: CatalogEntry,
    values: Mapping[str, Any],
    item_ids: Iterable[int],
    batch: str = "",
) -> ShareApplication:
    """Makes a draft application of the actor's department for items of a published entry.

    `values` has keys of FIELDS; what SC-20 asks for may still be missing, the submission asks for
    it. `batch` is the number of those made together. Raises ValidationError when the entry may not be applied for (SC-14: withheld entries name
    the law that forbids sharing), when items are foreign, and for whatever field is wrong; Conflict
    when the entry is not published or the department has a live application for it.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    check_offered_to(current, actor.department)
    application = ShareApplication(
        department=actor.department,
        entry=current,
        provider=current.department,
        sharing_type=current.sharing_type,
        batch=batch,
        created_by=actor.user,
        changed_by=actor.user,
        **_given(values),
    )
    if "method" not in values:
        application.method = methods_of(current)[0]
    application_policy.require(actor, "apply", application)
    application.number = f"SQ{timezone.localdate().year}-{next_numbers(_series('SQ'))[0]:06}"
    check(application)
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        if "one_live_application" not in str(error):
            raise
        raise Conflict(_("本单位对这一信息资源已有在办申请，请在原申请上办理。")) from error
    set_items(application, item_ids)
    record(
        "sharing.application.drafted",
        actor=actor,
        subject=application,
        department=application.department,
        data={"entry": current.code, "items": _item_names(application)},
    )
    return application


def check_offered(entry: CatalogEntry) -> None:
    """Raises Conflict unless the entry is published, ValidationError when it may not be shared.

    It may not when it is withheld (SC-14) or on the negative list (HK-13).
    """
    if entry.state != EntryState.PUBLISHED:
        raise Conflict(_("只能申请已发布的信息资源。"), state_label=entry.get_state_display())
    if entry.sharing_type == SharingType.WITHHELD:
        raise ValidationError(
            _("该信息资源不予共享，依据：%s。") % (entry.sharing_condition or _("见目录"))
        )
    barred.check_entry(entry)


def offered_items(entry: CatalogEntry) -> list[DataItem]:
    """The items that may be applied for: all but those withheld themselves (SC-14)."""
    return [item for item in entry.items.all() if item.shared_as != SharingType.WITHHELD]


def type_asked_for(
    application: ShareApplication, item_ids: Iterable[int] | None = None
) -> SharingType:
    """The strictest type among the entry and the items chosen, or those of `item_ids`."""
    if item_ids is None:
        item_ids = application.items.values_list("item_id", flat=True)
    types = application.entry.items.filter(pk__in=item_ids).values_list("sharing_type", flat=True)
    return SharingType(max(application.entry.sharing_type, *(one or 0 for one in types), 0))


def check_offered_to(entry: CatalogEntry, department: Department | None) -> None:
    """As check_offered; ValidationError also for one's own entry and for one without items."""
    check_offered(entry)
    if department is not None and entry.department_id == department.pk:
        raise ValidationError(_("本单位提供的信息资源无须申请。"))
    if not offered_items(entry):
        raise ValidationError(
            _(
                "该信息资源没有编制信息项，或者信息项都不予共享，暂不能在线申请，请与提供单位联系（共享条例第二十条）。"
            )
        )


def _series(kind: str) -> str:
    return f"{kind}{timezone.localdate().year}"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in (*FIELDS, *ABROAD) if name in values}


def check(application: ShareApplication) -> None:
    """Raises ValidationError by field for what is there and wrong; what is missing may wait."""
    if application.method not in methods_of(application.entry):
        offered = "、".join(str(method.label) for method in methods_of(application.entry))
        raise ValidationError({"method": _("该信息资源以%s方式共享，请改选。") % offered})
    application.full_clean(exclude=["number", "state", "answer"])
    _check_dates(application)


def _check_dates(application: ShareApplication) -> None:
    """Portal policy: no use before it was asked for, and none without an end in sight.

    Unconditional data is granted with the period as asked, without anybody looking at it.
    """
    first, last = application.starts_on, application.ends_on
    asked_on = timezone.localdate(application.created_at if application.pk else None)
    if first and first < asked_on:
        raise ValidationError({"starts_on": _("使用起始日期不能早于申请日期%s。") % asked_on})
    if first and first > asked_on + LATEST_START:
        raise ValidationError({"starts_on": _("使用起始日期应在申请后一年之内。")})
    if first and last and last > first + LONGEST_USE:
        raise ValidationError({"ends_on": _("一次申请的使用期限最长三年，期满可以再次申请。")})


@transaction.atomic
def change(
    *,
    actor: Actor,
    application: ShareApplication,
    values: Mapping[str, Any],
    item_ids: Iterable[int],
    version: int | None = None,
) -> ShareApplication:
    """Changes a draft application.

    `version` is what the person had before their eyes. Raises Conflict once it has been submitted,
    or when somebody else changed the draft meanwhile; ValidationError by field.
    """
    current = application_policy.fetch(
        actor, ShareApplication.objects.select_for_update(of=("self",)), pk=application.pk
    )
    application_policy.require(actor, "apply", current)
    if current.state != ApplicationState.DRAFT:
        raise Conflict(_("申请已提交，不能再修改。"), state_label=current.get_state_display())
    # One's own earlier saving, such as the form's autosave, is no conflict.
    if version not in (None, current.version) and current.changed_by_id != actor.user_id:
        raise Conflict(
            _("这份草稿刚刚由他人修改，请刷新后再修改。"), state_label=current.get_state_display()
        )
    for name, value in _given(values).items():
        setattr(current, name, value)
    current.changed_by = actor.user
    check(current)
    current.version += 1
    current.save()
    set_items(current, item_ids)
    record(
        "sharing.application.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={"items": _item_names(current)},
    )
    return current


def set_items(application: ShareApplication, item_ids: Iterable[int]) -> None:
    wanted = set(item_ids)
    found = set(application.entry.items.filter(pk__in=wanted).values_list("pk", flat=True))
    if found != wanted:
        raise ValidationError({"items": _("所选信息项不属于该信息资源，请重新选择。")})
    _check_items(application, found)
    application.items.exclude(item__in=found).delete()
    present = set(application.items.values_list("item_id", flat=True))
    ApplicationItem.objects.bulk_create(
        ApplicationItem(application=application, item_id=pk) for pk in sorted(found - present)
    )


def _check_items(application: ShareApplication, item_ids: Iterable[int]) -> None:
    """Raises ValidationError for `items` when one is withheld (SC-14) or on the negative list."""
    chosen = application.entry.items.filter(pk__in=item_ids)
    barred.check_items(application.entry, list(chosen.values_list("name", flat=True)))
    withheld = list(chosen.filter(sharing_type=SharingType.WITHHELD))
    if withheld:
        whole = application.entry.sharing_condition or _("见目录")
        raise ValidationError(
            {
                "items": _("以下信息项不予共享，请去掉：%(names)s。依据：%(basis)s。")
                % {
                    "names": "、".join(item.name for item in withheld),
                    "basis": withheld[0].sharing_condition or whole,
                }
            }
        )


def _check_chosen(application: ShareApplication) -> None:
    """What was chosen may have been withheld since."""
    _check_items(application, application.items.values_list("item_id", flat=True))


def _item_names(application: ShareApplication) -> list[str]:
    return list(
        application.items.order_by("item__position", "item_id").values_list("item__name", flat=True)
    )


def missing_of(application: ShareApplication) -> dict[str, str]:
    """What SC-20 asks for and the draft lacks, by field, as sentences; empty when complete."""
    missing = {
        name: _("请填写%s。") % field_label(ShareApplication, name)
        for name in FIELDS
        if getattr(application, name) in ("", None)
    }
    if application.goes_abroad and not application.abroad_note:
        missing["abroad_note"] = _("请写明境外接收方、处理地点和目的。")
    if not application.items.exists():
        missing["items"] = _("请至少选择一个信息项。")
    if application.ends_on and application.ends_on < timezone.localdate():
        missing["ends_on"] = _("使用截止日期已过，请更正。")
    return missing


@transaction.atomic
def move(
    name: str,
    *,
    actor: Actor,
    application: ShareApplication,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
    left_out: Mapping[int, str] | None = None,
) -> ShareApplication:
    """Makes a move of transitions.APPLICATION; raises as citybrain.workflow.perform does.

    `left_out` are the items that an agreement does not grant: id of the item -> why not. Each needs
    a reason, one item at least must be granted, and no other move has any, else ValidationError for
    `left_out`.
    A signed application for unconditional data is agreed to at once, by rule (SC-21). A request for
    more time that the bureau has not decided on ends with the application.
    """
    if left_out and name != "agree":
        raise ValidationError({"left_out": _("只有同意申请时可以部分信息项不予提供。")})
    given = dict(inputs or {})
    if left_out and not given.get("reason", "").strip():
        # The applicant is told, and the history shows, that it was not the whole.
        given["reason"] = answering.usual_answer(left_out)
    moved = workflow.perform(
        APPLICATION,
        name,
        obj=application,
        actor=actor,
        version=version,
        inputs=given,
        change=_changes(name, actor, given, dict(left_out or {})),
        data={"left_out": [*left_out.values()]} if left_out else None,
    )
    if name in ENDING_MOVES:
        extensions.lapse(application=moved)
    if name == "sign" and moved.sharing_type == SharingType.UNCONDITIONAL:
        return move("agree", actor=system_actor(), application=moved, inputs={})
    return moved


def _changes(
    name: str, actor: Actor, inputs: Mapping[str, str], left_out: Mapping[int, str]
) -> Callable[[ShareApplication], None] | None:
    """What a move changes on the application beyond its state."""

    def submit(application: ShareApplication) -> None:
        check_offered(application.entry)
        missing = missing_of(application)
        if missing:
            raise ValidationError(missing)
        _check_chosen(application)

    def sign(application: ShareApplication) -> None:
        check_offered(application.entry)
        _check_chosen(application)
        application.submitted_at = timezone.now()
        # What the entry is today decides by when and by whom the application is answered.
        application.sharing_type = type_asked_for(application)
        application.save(update_fields=["submitted_at", "sharing_type"])

    def agree(application: ShareApplication) -> None:
        opinion = inputs.get("reason", "").strip()
        answering.agree(application, actor=actor, opinion=opinion, left_out=left_out)

    def refuse(application: ShareApplication) -> None:
        reason, basis = inputs["reason"].strip(), inputs["refusal_basis"].strip()
        answering.refuse(application, reason=reason, basis=basis)

    def ask_supplement(application: ShareApplication) -> None:
        answering.ask_supplement(application, wanted=inputs["reason"].strip())

    def supplement(application: ShareApplication) -> None:
        application.supplement = inputs["supplement"].strip()
        application.save(update_fields=["supplement"])

    changes: dict[str, Callable[[ShareApplication], None]] = {
        "submit": submit,
        "sign": sign,
        "agree": agree,
        "refuse": refuse,
        "ask_supplement": ask_supplement,
        "supplement": supplement,
    }
    return changes.get(name)
