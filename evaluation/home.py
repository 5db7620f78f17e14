"""The evaluation on the home page: the latest report for supervisors, one's own result else."""

from django.urls import reverse
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.ui import Card
from evaluation.choices import ReportState
from evaluation.policies import reads_for_the_city, report_policy, scorecard_policy
from evaluation.report.wording import points


def cards(actor: Actor) -> list[Card]:
    """At most one card; none before the first report."""
    return _latest_report(actor) if reads_for_the_city(actor) else _own_result(actor)


def _latest_report(actor: Actor) -> list[Card]:
    done = report_policy.queryset(actor).filter(state=ReportState.DONE)
    report = done.only("year").order_by("-year", "-id").first()
    if report is None:
        return []
    url = reverse("evaluation:report", args=[report.pk])
    return [Card(_("最新年度报告"), report.year, _("年度"), "report-analytics", "info", url)]


def _own_result(actor: Actor) -> list[Card]:
    if not actor.holds("view_scorecards") or actor.department is None:
        return []
    rows = scorecard_policy.queryset(actor).filter(
        department=actor.department_id, report__state=ReportState.DONE
    )
    card = rows.select_related("report").order_by("-report__year", "-report__id").first()
    if card is None or card.total_centi is None:
        return []
    url = reverse("evaluation:scorecard", args=[card.report.year, actor.department.code])
    label = _("%d年度评价") % card.report.year
    return [Card(label, points(card.total_centi), _("分"), "certificate", "info", url, card.level)]
