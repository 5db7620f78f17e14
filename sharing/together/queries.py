"""Applications that wait for an answer, and what keeps one from being agreed to with others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from security.choices import MASKED_FROM, Grade, at_least
from sharing.choices import ApplicationState
from sharing.formal import Finding, points_of_all
from sharing.models import ApplicationItem, ShareApplication
from sharing.policies import application_policy
from sharing.queries import grade_of, treatments_of


@dataclass(frozen=True)
class Checked:
    """An application with its checklist: the highest grade asked for, and what is to be looked at."""

    application: ShareApplication
    grade: Grade
    items: int
    reasons: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether it may be agreed to without being opened."""
        return not self.reasons


def waiting(actor: Actor) -> QuerySet[ShareApplication]:
    """What the actor may answer now, the oldest first."""
    return (
        application_policy.queryset(actor)
        .filter(actor.scope("answer_applications").q("provider"), state=ApplicationState.ANSWERING)
        .select_related("department", "entry")
        .order_by("submitted_at", "pk")
    )


def checked(applications: Sequence[ShareApplication]) -> list[Checked]:
    """The checklist of each, in the order given; as many queries for a hundred as for one."""
    points = points_of_all(applications)
    items = [asked.item for one in applications for asked in one.items.all()]
    treatments = {one.item.pk: one for one in treatments_of(items)}
    refused = _refused_before(applications)
    found = []
    for one in applications:
        wanted = [treatments[asked.item_id] for asked in one.items.all()]
        grade = Grade(grade_of(wanted))
        reasons = [
            note for point in points[one.pk] if point.finding != Finding.MET for note in point.notes
        ]
        if at_least(grade, MASKED_FROM):
            reasons.append(_("含%s的信息项。") % grade.label)
        if one.goes_abroad:
            reasons.append(_("涉及向境外提供。"))
        if names := refused[one.pk]:
            reasons.append(_("以往没有同意过的信息项：%s。") % "、".join(names))
        found.append(Checked(one, grade, len(wanted), reasons))
    return found


def _refused_before(applications: Sequence[ShareApplication]) -> dict[int, list[str]]:
    """The items of each that an earlier answer, to anybody, has left out or refused."""
    entries = {one.entry_id for one in applications}
    not_given = Q(granted=False) | Q(application__state=ApplicationState.REFUSED)
    rows = ApplicationItem.objects.filter(not_given, application__entry__in=entries)
    before: dict[int, set[str]] = defaultdict(set)
    for entry_id, name in rows.values_list("application__entry", "item__name").distinct():
        before[entry_id].add(name)
    return {
        one.pk: [
            asked.item.name for asked in one.items.all() if asked.item.name in before[one.entry_id]
        ]
        for one in applications
    }
