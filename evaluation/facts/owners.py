"""Whose an object was: mergers that the report on a period does not know yet are undone."""

from django.db.models import BigIntegerField, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from citybrain.audit.models import OwnerChange
from evaluation.facts.period import Period


def owner_then(
    period: Period, model: type[Model], field: str = "department", path: str = ""
) -> Coalesce | F:
    """The id of the department that `field` of a `model` named at the end of the period.

    `path` leads from the row to the object of the model. What was recorded after the period's
    instant, or took effect after its last day, is undone; `departments_at` undoes the same.
    """
    prefix = f"{path}__" if path else ""
    now = F(f"{prefix}{field}_id")
    later = OwnerChange.objects.filter(
        Q(at__gte=period.compiled_at) | Q(effective_on__gt=period.last_day),
        subject_type=model._meta.label,
        field=field,
    )
    if not later.exists():
        return now
    undone = later.filter(subject_id=OuterRef(f"{prefix}pk")).order_by("id")
    return Coalesce(Subquery(undone.values("before_id")[:1]), now, output_field=BigIntegerField())
