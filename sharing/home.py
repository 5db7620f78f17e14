"""The city's sharing on the home page of those who supervise it (SC-38)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.ui import Card
from sharing.choices import ApplicationState
from sharing.policies import application_policy, city_readers


def cards(actor: Actor) -> list[Card]:
    """How many signed applications of the city wait for an answer; nothing for departments."""
    if not city_readers(actor):
        return []
    waiting = (ApplicationState.ANSWERING, ApplicationState.SUPPLEMENTING)
    number = application_policy.queryset(actor).filter(state__in=waiting).count()
    return [
        Card(_("全市在办申请"), number, _("件"), "share-3", url=reverse("sharing:applications"))
    ]
