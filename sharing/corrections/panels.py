"""What corrections show on pages of others."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import Demand
from citybrain.organizations.actors import Actor
from sharing.corrections.policies import correction_policy
from sharing.corrections.shown import TONES
from sharing.models import CorrectionRequest


def of_demand(request: HttpRequest, demand: Demand) -> dict[str, Any] | None:
    """On the page of an error report of the public: where it is verified row by row."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = CorrectionRequest.objects.select_related("entry")
    found = rows.filter(correction_policy.visible(actor), demand=demand).first()
    if found is None:
        return None
    return {
        "title": _("数据校核"),
        "template": "sharing/corrections/demand_panel.html",
        "context": {"correction": found, "tone": TONES[found.state]},
        "icon": "clipboard-check",
        "id": "correction",
    }
