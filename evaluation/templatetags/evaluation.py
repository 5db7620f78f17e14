"""Numbers of the evaluation in templates."""

from django import template

from evaluation.report import wording

register = template.Library()


@register.filter
def points(centi: int | None) -> str:
    """Hundredths of a point as 92.50; a dash for what is not scored."""
    return wording.points(centi)
