"""What changed, in the form that audit records keep."""

from collections.abc import Iterable
from typing import Any

from django.db import models


def values_of(obj: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named fields of `obj` as JSON values; related objects by their text."""
    found = {}
    for name in names:
        value = getattr(obj, name)
        found[name] = str(value) if isinstance(value, models.Model) else value
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`{"field": {"before": …, "after": …}}` for the fields whose value is another one now."""
    return {
        name: {"before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    }
