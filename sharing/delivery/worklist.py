"""What was granted and waits for the provider's data, on the worklist of those who provide it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties.models import Duty
from citybrain.duties.worklist import MOST_LISTED
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from sharing.models import Authorization, ShareApplication


def items(actor: Actor) -> list[WorkItem]:
    """One for each grant whose delivery is owed (SC-22), the first that is due first."""
    scope = actor.scope("host_data")
    if not scope:
        return []
    owed = Duty.objects.open().filter(
        scope.q(), rule="deliver", subject_type=ShareApplication._meta.label
    )
    duties = {one.subject_id: one for one in owed.with_names().order_by("due_on", "pk")}
    if not duties:
        return []
    grants = Authorization.objects.filter(application__in=list(duties)[:MOST_LISTED])
    rows = {
        one.application_id: one
        for one in grants.select_related("entry", "consumer").defer("terms", "entry__search")
    }
    return [
        WorkItem(
            title=f"{one.number} {one.entry.title}",
            action=_("提供数据"),
            url=reverse("sharing:data", args=[one.entry_id]),
            department_name=one.consumer.short_name,
            since=one.granted_at,
            duty=duty,
        )
        for pk, duty in duties.items()
        if (one := rows.get(pk)) is not None
    ]
