"""The city's clocks on the home page of those who supervise them (SC-38)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties.choices import DutyState
from citybrain.duties.models import Duty
from citybrain.duties.policies import duty_policy
from citybrain.duties.queries import in_state
from citybrain.organizations.actors import Actor
from citybrain.ui import Card, Tone


def cards(actor: Actor) -> list[Card]:
    """How many statutory duties of the city are overdue today; nothing for departments."""
    if not actor.scope("supervise").everywhere:
        return []
    duties = Duty.objects.filter(duty_policy.visible(actor))
    overdue = in_state(duties, DutyState.OVERDUE).count()
    url = f"{reverse('duties:duty_list')}?state={DutyState.OVERDUE}"
    tone: Tone = "danger" if overdue else "neutral"
    return [Card(_("全市超期事项"), overdue, _("项"), "alert-triangle", tone, url)]
