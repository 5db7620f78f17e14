"""A department's own result on the home page of its people (HK-16)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.ui import Card
from evaluation.choices import ReportState
from evaluation.models import Scorecard
from evaluation.policies import scorecard_policy
from evaluation.report.wording import points


def cards(actor: Actor) -> list[Card]:
    """The latest total, one card; none before there is one."""
    if not actor.holds("view_scorecards") or actor.department is None:
        return []
    rows = scorecard_policy.queryset(actor).filter(
        department=actor.department_id, report__state=ReportState.DONE
    )
    card: Scorecard | None = (
        rows.select_related("report").order_by("-report__year", "-report__id").first()
    )
    if card is None or card.total_centi is None:
        return []
    url = reverse("evaluation:scorecard", args=[card.report.year, actor.department.code])
    label = _("%d年度评价") % card.report.year
    return [Card(label, points(card.total_centi), _("分"), "certificate", "info", url, card.level)]
