"""What sharing asks of people on the worklist."""

from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.duties import queries as duty_queries
from citybrain.duties.worklist import MOST_LISTED, lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others
from sharing.choices import ApplicationState as States
from sharing.choices import ExtensionState
from sharing.models import ExtensionRequest, ShareApplication
from sharing.transitions import APPLICATION


def items(actor: Actor) -> list[WorkItem]:
    """Applications to sign, answer, supplement or mend, extensions to consent to."""
    return [
        *_applications(actor),
        *_extensions(actor),
    ]


def _applications(actor: Actor) -> Iterable[WorkItem]:
    signing = of_others(APPLICATION.moves["sign"], actor)
    returned = Q(submitted_by__isnull=False)
    for permission, path, state, more, action, since in (
        ("sign_applications", "department", States.SIGNING, signing, _("签发"), "updated_at"),
        ("answer_applications", "provider", States.ANSWERING, Q(), _("答复"), "submitted_at"),
        (
            "apply_sharing", "department", States.SUPPLEMENTING, Q(), _("补正材料"),
            "supplement_asked_at",
        ),
        ("apply_sharing", "department", States.DRAFT, returned, _("修改后重新提交"), "updated_at"),
    ):  # fmt: skip
        scope = actor.scope(permission)
        if not scope:
            continue
        yield from lines(
            ShareApplication.objects.filter(scope.q(path), more, state=state)
            .select_related("department", "entry")
            .defer("entry__search"),
            action=action,
            url_name="sharing:application",
            department=lambda application: application.department.short_name,
            since=attrgetter(since),
        )


def _extensions(actor: Actor) -> list[WorkItem]:
    scope = actor.scope("consent_extensions")
    if not scope:
        return []
    # While the applicant supplements, the clock stands and cannot be extended.
    asked = ExtensionRequest.objects.filter(
        scope.q("application__provider"),
        state=ExtensionState.ASKED,
        application__state=States.ANSWERING,
    ).select_related("application__provider")[:MOST_LISTED]
    duties = duty_queries.open_by_subject([request.application for request in asked])
    return [
        WorkItem(
            title=_("延期申请 %s") % request.application.number,
            action=_("审核延期"),
            url=reverse("sharing:application", args=[request.application_id]),
            department_name=request.application.provider.short_name,
            since=request.asked_at,
            duty=duties.get(request.application_id),
        )
        for request in asked
    ]
