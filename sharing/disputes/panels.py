"""On the pages of an application and of its authorization: its disputes, and the way to raise one."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from sharing.disputes import services
from sharing.disputes.choices import OPEN
from sharing.disputes.policies import dispute_policy
from sharing.models import Authorization, ShareApplication


def of_application(request: HttpRequest, application: ShareApplication) -> dict[str, Any] | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = list(dispute_policy.queryset(actor).filter(application=application))
    busy = any(one.state in OPEN for one in found)
    may_raise = not busy and services.side_of(actor, application) is not None
    if not found and not (may_raise and services.may_be_disputed(application)):
        return None
    return {
        "title": _("共享争议"),
        "template": "sharing/disputes/panel.html",
        "context": {
            "found": found,
            "application": application,
            "may_raise": may_raise and services.may_be_disputed(application),
        },
        "icon": "gavel",
        "id": "disputes",
    }


def of_authorization(request: HttpRequest, authorization: Authorization) -> dict[str, Any] | None:
    return of_application(request, authorization.application)
