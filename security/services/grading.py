"""Confirming the grades of an entry's items (HK-37; GB/T 43697-2024)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import Grade
from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from catalog.services.grade import keep
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from security.choices import Category, at_least
from security.models import ItemGrade
from security.queries import GRADABLE, confirmed_for, grades_by_item
from security.suggestions import suggest


@dataclass(frozen=True)
class Decision:
    """What the security officer decided for one item.

    `reason` is wanted for a lower grade than suggested. `seen` is the item as it was shown
    (`confirmed_for`), so that nobody grades what has become something else; "" asks for no check.
    """

    grade: str
    category: str
    reason: str = ""
    seen: str = ""


def require_officer(actor: Actor, entry: CatalogEntry) -> None:
    """Raises PermissionDenied unless the actor is a security officer of the entry's department."""
    if not actor.may("confirm_grades", entry.department_id):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))


@transaction.atomic
def confirm_grades(
    *, actor: Actor, entry: CatalogEntry, decisions: Mapping[int, Decision]
) -> list[ItemGrade]:
    """Confirms grades by item id; each one is recorded.

    Raises PermissionDenied unless the actor is a security officer of the entry's department,
    Conflict once the entry has gone to the bureau (a graded catalog is what gets approved) or when
    an item is no longer what was shown, and ValidationError with every unknown grade and every
    lower grade without a reason.
    """
    rows = CatalogEntry.objects.select_for_update(of=("self",), no_key=True)
    current = entry_policy.fetch(actor, rows, pk=entry.pk)
    require_officer(actor, current)
    if current.state not in GRADABLE:
        raise Conflict(
            _("信息资源已报审，不能再调整分级。"), state_label=current.get_state_display()
        )
    items = list(current.items.filter(pk__in=decisions))
    _require_unchanged(current, items, decisions)
    errors = {
        f"item-{item.pk}": text for item in items if (text := _error(item, decisions[item.pk]))
    }
    if errors:
        raise ValidationError(errors)
    confirmed = [_confirm(actor, item, decisions[item.pk]) for item in items]
    keep(current, grades_by_item(current))
    record(
        "security.grades.confirmed",
        actor=actor,
        subject=current,
        department=current.department,
        data={
            "grades": [
                {"item": grade.item.name, "grade": grade.grade, "category": grade.category}
                for grade in confirmed
            ]
        },
    )
    return confirmed


def _require_unchanged(
    entry: CatalogEntry, items: Sequence[DataItem], decisions: Mapping[int, Decision]
) -> None:
    changed = [
        item.name
        for item in items
        if decisions[item.pk].seen and decisions[item.pk].seen != confirmed_for(item)
    ]
    if changed:
        raise Conflict(
            _("以下信息项刚刚由编目员修改，请按新的内容重新核对：%s。") % "、".join(changed),
            state_label=entry.get_state_display(),
        )


def _error(item: DataItem, decision: Decision) -> str:
    if decision.grade not in Grade.values or decision.category not in Category.values:
        return _("请选择数据级别和数据类别。")
    if not at_least(decision.grade, suggest(item).grade) and not decision.reason.strip():
        return _("“%s”的级别低于建议级别，请说明理由（就高从严）。") % item.name
    return ""


def _confirm(actor: Actor, item: DataItem, decision: Decision) -> ItemGrade:
    suggestion = suggest(item)
    grade, _made = ItemGrade.objects.update_or_create(
        item=item,
        defaults={
            "grade": decision.grade,
            "category": decision.category,
            "suggested_grade": suggestion.grade,
            "reason": decision.reason.strip() or suggestion.reason,
            "confirmed_for": confirmed_for(item),
            "confirmed_by": actor.user,
            "confirmed_at": timezone.now(),
        },
    )
    return grade
