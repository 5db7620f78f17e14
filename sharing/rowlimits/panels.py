"""What the page of an application says of the rows that would be granted."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from sharing.choices import ApplicationState
from sharing.models import RowLimit, ShareApplication
from sharing.policies import application_policy


def rows(request: HttpRequest, application: ShareApplication) -> dict[str, Any] | None:
    """The limit, and for the provider who is to answer the way to set it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    limit = RowLimit.objects.filter(application=application).first()
    may_set = application.state == ApplicationState.ANSWERING and application_policy.allows(
        actor, "answer", application
    )
    if limit is None and not may_set:
        return None
    return {
        "title": _("数据范围"),
        "template": "sharing/rowlimits/panel.html",
        "context": {
            "limit": limit,
            "url": reverse("sharing:row_limit", args=[application.pk]) if may_set else "",
        },
        "icon": "filter",
        "id": "rows",
    }
