"""Two who ask at the same moment, and two workers for one report: one wins."""

import pytest

from citybrain.organizations.actors import system_actor
from citybrain.refusals import Conflict
from evaluation.choices import ReportState
from evaluation.models import AnnualReport
from evaluation.services import reports
from tests.duties.test_concurrency import at_once
from tests.personas import build_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
YEAR = 2025


def test_of_two_requests_one_wins() -> None:
    build_world()

    def ask() -> AnnualReport:
        return reports.request(actor=system_actor(), year=YEAR)

    results = at_once(ask, ask)
    assert {type(result) for result in results} == {AnnualReport, Conflict}
    assert AnnualReport.objects.count() == 1


def test_of_two_workers_one_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    build_world()
    drawn = []
    monkeypatch.setattr(
        reports, "render_annual_report", lambda *args, **kwargs: drawn.append(1) or b"docx"
    )
    report = reports.request(actor=system_actor(), year=YEAR)

    def work() -> None:
        reports.compile_now(report.pk)

    assert at_once(work, work) == [None, None]
    report.refresh_from_db()
    assert (report.state, len(drawn)) == (ReportState.DONE, 1)
