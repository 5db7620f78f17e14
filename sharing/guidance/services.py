"""Asking a provider for guidance or technical support, and answering (HK-18)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.guidance.policies import guidance_policy
from sharing.guidance.transitions import GUIDANCE, RULE
from sharing.models import GuidanceTicket, ShareApplication
from sharing.policies import application_policy


@transaction.atomic
def ask(
    *,
    actor: Actor,
    entry: CatalogEntry,
    kind: str,
    title: str,
    text: str,
    application: ShareApplication | None = None,
) -> GuidanceTicket:
    """Asks the provider of a published entry; opens the duty to answer in the bureau's term.

    `application` is one of the actor's department for this entry; any other raises Http404. Raises
    PermissionDenied, Conflict when the entry is not published, ValidationError by field.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    if application is not None:
        own = ShareApplication.objects.filter(entry=current, department=actor.department)
        application = application_policy.fetch(actor, own, pk=application.pk)
    ticket = GuidanceTicket(
        department=actor.department,
        entry=current,
        application=application,
        provider=current.department,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        submitted_by=actor.user,
    )
    guidance_policy.require(actor, "ask", ticket)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("只能就已发布的信息资源提出。"), state_label=current.get_state_display())
    if current.department_id == actor.department_id:
        raise ValidationError(_("这是本单位提供的信息资源。"))
    ticket.full_clean(exclude=["number", "state", "application"])
    year = timezone.localdate().year
    ticket.number = f"ZX{year}-{next_numbers(f'ZX{year}')[0]:06}"
    ticket.save()
    duty = duties.open_duty(
        rule=RULE,
        subject=ticket,
        department=current.department,
        for_department=ticket.department,
        actor=actor,
    )
    record(
        "sharing.guidance.asked",
        actor=actor,
        subject=ticket,
        department=current.department,
        data={"entry": current.code, "kind": kind},
    )
    notices.tell(
        people=notices.people_to_tell("host_data", current.department),
        kind="sharing.guidance.asked",
        title=_("%(ticket)s：请在%(days)d个工作日内答复") % {"ticket": ticket, "days": duty.days},
        body=ticket.text[:200],
        subject=ticket,
        actor=actor,
    )
    return ticket


def move(
    name: str,
    *,
    actor: Actor,
    ticket: GuidanceTicket,
    version: int | None = None,
    reason: str = "",
) -> GuidanceTicket:
    """Makes a move of transitions.GUIDANCE; raises as citybrain.workflow.perform does."""

    def answered(current: GuidanceTicket) -> None:
        if name == "answer" and current.first_answered_at is None:
            current.first_answered_at = timezone.now()
            current.save(update_fields=["first_answered_at"])

    return workflow.perform(
        GUIDANCE,
        name,
        obj=ticket,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
        change=answered,
    )
