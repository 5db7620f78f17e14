"""What the rights of use say on the page of an authorization."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from sharing.models import Authorization, RightsMatter
from sharing.policies import authorization_policy
from sharing.rights import matters, undertakings
from sharing.rights.choices import MatterKind
from sharing.rights.policies import matter_policy, use_report_policy
from sharing.rights.undertakings import CURRENT, wording

REPORTS_SHOWN = 6


def rights(request: HttpRequest, authorization: Authorization) -> dict[str, Any]:
    """The undertaking and the reports, and what is to be done about either."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reports = use_report_policy.queryset(actor).filter(authorization=authorization)
    may_use = authorization_policy.allows(actor, "use", authorization)
    accepted = undertakings.accepted(authorization)
    return {
        "title": _("使用义务和使用记录"),
        "template": "sharing/rights/panel.html",
        "context": {
            "authorization": authorization,
            "accepted": accepted,
            "may_accept": may_use and accepted is None and undertakings.is_open(authorization),
            "version": CURRENT,
            "wording": wording(),
            "matters": matters.underway(authorization),
            "may_raise": [
                (kind, MatterKind(kind).label)
                for kind in MatterKind.values
                if undertakings.is_open(authorization)
                and matter_policy.may_raise(
                    actor, RightsMatter(authorization=authorization, kind=kind)
                )
            ],
            "reports": list(reports.order_by("-last_day")[:REPORTS_SHOWN]),
        },
        "icon": "scale",
        "id": "rights",
    }
