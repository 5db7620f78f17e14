"""Confirming the grades of an entry's items (HK-37; GB/T 43697-2024)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from security.choices import Category, Grade
from security.models import ItemGrade
from security.queries import GRADABLE, confirmed_for
from security.suggestions import suggest


@dataclass(frozen=True)
class Decision:
    """What the security officer decided for one item; `reason` is wanted when it differs."""

    grade: str
    category: str
    reason: str = ""


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
    Conflict once the entry has gone to the bureau (a graded catalog is what gets approved), and
    ValidationError for an unknown grade or when a lower grade than suggested has no reason.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    require_officer(actor, current)
    if current.state not in GRADABLE:
        raise Conflict(
            _("信息资源已报审，不能再调整分级。"), state_label=current.get_state_display()
        )
    confirmed = []
    for item in current.items.filter(pk__in=decisions):
        decision = decisions[item.pk]
        if decision.grade not in Grade.values or decision.category not in Category.values:
            raise ValidationError({f"item-{item.pk}": _("请选择数据级别和数据类别。")})
        suggestion = suggest(item)
        lower = Grade.values.index(decision.grade) < Grade.values.index(suggestion.grade)
        if lower and not decision.reason.strip():
            raise ValidationError(
                {
                    f"item-{item.pk}": _("“%(item)s”的级别低于建议级别，请说明理由（就高从严）。")
                    % {"item": item.name}
                }
            )
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
        confirmed.append(grade)
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
