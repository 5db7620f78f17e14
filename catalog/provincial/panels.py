"""What provincial reporting shows on the page of a project."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import Project
from catalog.provincial.policies import provincial_policy
from catalog.provincial.queries import detail_url
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute


def reports_of_project(request: HttpRequest, project: Project) -> dict[str, Any] | None:
    """How far the result of its acceptance has come on its way to the provincial catalog."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reports = provincial_policy.queryset(actor).filter(
        subject_type=project._meta.label, subject_id=project.pk
    )
    found = [
        Attribute(
            report.number,
            report.get_state_display(),
            url=detail_url(report),
            help=report.receipt_number,
        )
        for report in reports.defer("content")
    ]
    return {"title": _("省级报送"), "icon": "send", "attributes": found} if found else None
