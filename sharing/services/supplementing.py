"""Supplementing an application: what was missing, and corrections of the application itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from citybrain import workflow
from citybrain.organizations.actors import Actor
from sharing import application_queries
from sharing.models import ShareApplication
from sharing.services import applications
from sharing.transitions import APPLICATION


def supplement(
    *,
    actor: Actor,
    application: ShareApplication,
    text: str,
    values: Mapping[str, Any],
    item_ids: Iterable[int],
    version: int | None = None,
) -> ShareApplication:
    """Makes the move `supplement` with the application as it is corrected (SC-21).

    What was changed is kept beside it. Raises as citybrain.workflow.perform does, and
    ValidationError by field.
    """
    wanted = list(item_ids)

    def correct(current: ShareApplication) -> None:
        changes = application_queries.differences(current, dict(values), wanted)
        for name, value in values.items():
            setattr(current, name, value)
        current.changed_by = actor.user
        applications.check(current)
        current.supplement = text.strip()
        current.supplement_changes = [
            {"label": str(row.label), "before": str(row.before), "after": str(row.after)}
            for row in changes
        ]
        applications.set_items(current, wanted)
        missing = applications.missing_of(current)
        if missing:
            raise ValidationError(missing)
        current.save()

    return workflow.perform(
        APPLICATION,
        "supplement",
        obj=application,
        actor=actor,
        version=version,
        inputs={"supplement": text},
        change=correct,
    )
