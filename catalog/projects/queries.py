"""What the pages of projects show."""

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from catalog.models import Project
from catalog.projects.choices import ProjectState
from catalog.projects.transitions import PROJECT
from citybrain.duties.worklist import MOST_LISTED
from citybrain.labels import field_label
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.ui import Attribute, Step, TimelineEntry, Tone
from citybrain.workflow import of_others

TONES: dict[str, Tone] = {
    ProjectState.APPROVED: "neutral",
    ProjectState.BUILT: "info",
    ProjectState.REQUESTED: "warning",
    ProjectState.ACCEPTED: "success",
    ProjectState.RETURNED: "danger",
}
WAY = (
    ProjectState.APPROVED, ProjectState.BUILT, ProjectState.REQUESTED, ProjectState.ACCEPTED,
)  # fmt: skip


def listed(rows: QuerySet[Project]) -> QuerySet[Project]:
    return (
        rows.select_related("department")
        .annotate(system_count=Count("systems"))
        .order_by("-approved_on", "-pk")
    )


def attributes_of(project: Project) -> list[Attribute]:
    def day(name: str) -> Attribute:
        value = getattr(project, name)
        return Attribute(
            field_label(Project, name), date_format(value, "Y年n月j日") if value else ""
        )

    return [
        Attribute(_("建设单位"), project.department.name),
        Attribute(field_label(Project, "approval_number"), project.approval_number),
        day("approved_on"),
        Attribute(field_label(Project, "budget"), number_format(project.budget, 2)),
        Attribute(field_label(Project, "contractor"), project.contractor),
        day("completed_on"),
        day("accepted_on"),
        Attribute(field_label(Project, "description"), project.description, wide=True),
        Attribute(field_label(Project, "opinion"), project.opinion, wide=True),
    ]


def steps_of(project: Project) -> list[Step]:
    """From the approval to the bureau's acceptance; what was returned stands where it was built."""
    returned = project.state == ProjectState.RETURNED
    at = 1 if returned else WAY.index(ProjectState(project.state))
    labels = (_("批复建设"), _("竣工验收"), _("申请大数据局验收"), _("纳入市级目录"))
    accepted = project.state == ProjectState.ACCEPTED
    return [
        Step(
            label,
            "done" if place < at or accepted else "current" if place == at else "todo",
            hint=_("退回整改") if returned and place == at else "",
        )
        for place, label in enumerate(labels)
    ]


def work_items(actor: Actor) -> list[WorkItem]:
    """Projects that wait for this actor's acceptance."""
    scope = actor.scope("accept_projects")
    if not scope:
        return []
    waiting = (
        Project.objects.filter(
            scope.q(), of_others(PROJECT.moves["accept"], actor), state=ProjectState.REQUESTED
        )
        .select_related("department")
        .order_by("updated_at")[:MOST_LISTED]
    )
    return [
        WorkItem(
            title=_("信息化项目%s") % project,
            action=_("验收"),
            url=detail_url(project),
            department_name=project.department.short_name,
            since=project.updated_at,
        )
        for project in waiting
    ]


def registered(project: Project) -> TimelineEntry:
    """Where its history begins."""
    person = project.created_by
    return TimelineEntry(
        label=_("登记"),
        at=project.created_at,
        who=person.name if person else "",
        department=person.department.short_name if person and person.department else "",
        to_label=ProjectState.APPROVED.label,
    )


def detail_url(project: Project) -> str:
    return reverse("catalog:project", args=[project.pk])
