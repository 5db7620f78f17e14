"""Keeping the standards register: drafting, changing, putting into force, replacing (HK-7)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, Code, CodeList, DataElement, DataItem
from catalog.models.standard import Standard
from catalog.policies import entry_policy
from catalog.rules import item_key
from catalog.services import content, entries
from catalog.standards import queries
from catalog.standards.choices import LONGEST_SYNONYMS, MOST_CODES, StandardState
from catalog.standards.policies import the_city
from catalog.standards.transitions import CODE_LIST, ELEMENT
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text
from citybrain.workflow import Machine

S = TypeVar("S", DataElement, CodeList)
LIST_FIELDS = ("identifier", "name", "source", "replaces")
ELEMENT_FIELDS = (
    *LIST_FIELDS, "synonyms", "definition", "data_type", "length", "fixed_length", "checker",
    "code_list",
)  # fmt: skip
MACHINES: dict[type[Standard], Machine] = {DataElement: ELEMENT, CodeList: CODE_LIST}


@transaction.atomic
def draft(kind: type[S], *, actor: Actor, values: Mapping[str, Any]) -> S:
    """Makes a draft. Raises PermissionDenied, ValidationError by field."""
    made = kind(created_by=actor.user)
    MACHINES[kind].policy.require(actor, "keep", made)
    _set(made, values)
    made.save(force_insert=True)
    _record("drafted", actor, made)
    return made


@transaction.atomic
def change(
    standard: S, *, actor: Actor, version: int | None = None, values: Mapping[str, Any]
) -> S:
    """Changes a draft; Conflict when it is none any more or somebody else changed it meanwhile."""
    current = _claim(standard, actor, version)
    _set(current, values)
    current.save()
    _record("changed", actor, current)
    return current


def _claim(standard: S, actor: Actor, version: int | None) -> S:
    """Takes the draft for a change: its version is counted up, or somebody else was quicker."""
    kind = type(standard)
    policy = MACHINES[kind].policy
    current: S = policy.fetch(actor, pk=standard.pk)
    policy.require(actor, "keep", current)
    rows = kind._default_manager.filter(
        pk=current.pk,
        state=StandardState.DRAFT,
        version=current.version if version is None else version,
    )
    if not rows.update(version=F("version") + 1):
        raise Conflict(
            _("这一标准已不是草稿，或刚刚由他人修改。施行中的标准不修改，请另行起草新标准替代。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    return current


@transaction.atomic
def set_codes(
    *,
    actor: Actor,
    code_list: CodeList,
    version: int | None = None,
    codes: Sequence[tuple[str, str, str]],
) -> CodeList:
    """Replaces the codes of a draft list by (code, label, note) in the order given."""
    current = _claim(code_list, actor, version)
    if not codes:
        raise ValidationError(_("代码集至少有一个代码。"))
    if len(codes) > MOST_CODES:
        raise ValidationError(_("代码集最多%d个代码。") % MOST_CODES)
    made = [
        Code(code_list=current, position=place, code=code, label=label, note=note)
        for place, (code, label, note) in enumerate(codes, 1)
    ]
    current.codes.all().delete()
    Code.objects.bulk_create(made)
    record(
        "catalog.code_list.coded",
        actor=actor,
        subject=current,
        department=the_city(),
        data={"codes": len(made)},
    )
    return current


def move(
    name: str,
    *,
    actor: Actor,
    standard: S,
    version: int | None = None,
    reason: str = "",
) -> S:
    """Makes a move; what is put into force ends what it replaces. Raises as workflow.perform does."""
    return workflow.perform(
        MACHINES[type(standard)],
        name,
        obj=standard,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
        change={"publish": partial(_publish, actor), "replace": partial(_replaced, actor)}.get(
            name
        ),
    )


def _publish(actor: Actor, standard: S) -> None:
    if isinstance(standard, CodeList) and not standard.codes.exists():
        raise ValidationError(_("代码集还没有代码，请先导入代码。"))
    if isinstance(standard, DataElement):
        _require_codes_in_force(standard)
    standard.in_force_on = timezone.localdate()
    standard.save(update_fields=["in_force_on"])
    before: S | None = standard.replaces  # type: ignore[assignment]
    if before is not None and before.state == StandardState.IN_FORCE:
        move("replace", actor=actor, standard=before, reason=_("由%s替代") % standard)


def _require_codes_in_force(element: DataElement) -> None:
    if element.code_list is not None and element.code_list.state != StandardState.IN_FORCE:
        raise ValidationError(_("引用的代码集%s还没有施行，请先发布代码集。") % element.code_list)


def _replaced(actor: Actor, standard: S) -> None:
    """Departments whose published items follow what is no longer in force are told."""
    if not isinstance(standard, DataElement):
        return
    followers = queries.following(standard).values_list("entry__department", flat=True)
    for department in Department.objects.filter(pk__in=followers.distinct()):
        notices.tell(
            people=notices.people_to_tell("compile_entries", department),
            kind="catalog.standard.replace",
            title=_("数据元标准%s停止施行，请在下次修订时改用现行标准") % standard,
            body=_("本单位遵循该标准的信息项见“标准偏差”。"),
            subject=standard,
            actor=actor,
        )


def _set(standard: S, values: Mapping[str, Any]) -> None:
    """Writes the fields and judges them; ValidationError by field."""
    for name in ELEMENT_FIELDS if isinstance(standard, DataElement) else LIST_FIELDS:
        if name in values:
            setattr(standard, name, _clean(name, values[name]))
    errors: dict[str, list[str]] = {}
    try:
        standard.full_clean(exclude=("created_by", "submitted_by"))
    except ValidationError as error:
        errors.update(error.message_dict)
    if standard.replaces is not None and standard.replaces.state != StandardState.IN_FORCE:
        errors.setdefault("replaces", [_("只能替代现行的标准。")])
    if isinstance(standard, DataElement):
        if len(standard.synonyms) > LONGEST_SYNONYMS:
            errors["synonyms"] = [_("同义词最多%d个。") % LONGEST_SYNONYMS]
        if standard.fixed_length and not standard.length:
            errors["length"] = [_("定长的须填写数据长度。")]
        standard.keys = keys_of(standard)
    if errors:
        raise ValidationError(errors)


def keys_of(element: DataElement) -> list[str]:
    """The name and the synonyms as items are compared, each once."""
    return list(dict.fromkeys(item_key(one)[:100] for one in (element.name, *element.synonyms)))


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return cell_text(value) if name == "definition" else line_text(value)
    if name == "synonyms":
        return [line_text(one) for one in value if line_text(one)]
    return value


def _record(act: str, actor: Actor, standard: Standard) -> None:
    noun = MACHINES[type(standard)].noun
    names = ELEMENT_FIELDS if isinstance(standard, DataElement) else LIST_FIELDS
    data = {name: getattr(standard, name) for name in names}
    data |= {name: str(data[name] or "") for name in ("replaces", "code_list") if name in data}
    record(f"{noun}.{act}", actor=actor, subject=standard, department=the_city(), data=data)


def adopt(*, actor: Actor, entry: CatalogEntry, version: int | None = None) -> list[str]:
    """Lets the draft's items follow the standards suggested for them, where they fit as they are.

    Returns the names of those items. Raises as `entries.change_entry` does.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    items: list[DataItem] = list(current.items.all())
    fitting = {
        one.item.name: one.standard.identifier
        for one in queries.suggestions(items)
        if not one.misfits
    }
    rows = [
        {**content.item_values(item), "standard": fitting.get(item.name, item.standard_id)}
        for item in items
    ]
    if fitting:
        entries.change_entry(actor=actor, entry=current, version=version, values={}, items=rows)
    return list(fitting)
