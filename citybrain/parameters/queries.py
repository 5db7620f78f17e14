"""What is in force, and what was."""

from dataclasses import dataclass

from django.db.models import QuerySet

from citybrain import registry
from citybrain.labels import article_label
from citybrain.parameters.models import ParameterValue
from citybrain.registry import Parameter


@dataclass(frozen=True)
class Line:
    """A parameter, what is in force, and the decision behind it; None while nobody has set it."""

    parameter: Parameter
    value: int
    decision: ParameterValue | None

    @property
    def basis(self) -> str:
        return article_label(self.parameter.article)


def value_of(code: str) -> int:
    """What holds for whatever begins now; one query. Raises UnknownName."""
    parameter = registry.parameters.get(code)
    stored = decisions(code).values_list("value", flat=True).first()
    return parameter.default if stored is None else stored


def decisions(code: str) -> QuerySet[ParameterValue]:
    """All that was decided on a parameter, the latest first."""
    return ParameterValue.objects.filter(code=code).order_by("-number").select_related("by")


def lines() -> list[Line]:
    """Every parameter as it stands; one query."""
    rows = ParameterValue.objects.order_by("code", "-number").distinct("code").select_related("by")
    latest = {row.code: row for row in rows}
    return [line_of(parameter, latest.get(parameter.code)) for parameter in registry.parameters]


def line_of(parameter: Parameter, decision: ParameterValue | None) -> Line:
    return Line(parameter, parameter.default if decision is None else decision.value, decision)
