"""Annual reports and scorecards over the API: asked for, followed, read; results by department."""

import pytest

from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import report_policy, scorecard_policy
from evaluation.services import reports
from tests.api.conftest import Calling
from tests.api.results import YEAR, a_finished_report, a_waiting_report
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports/"
SCORECARDS = "/api/v1/scorecards/"


def test_the_evaluator_has_a_report_compiled(
    world: World, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "render_annual_report", lambda *args, **kwargs: b"docx")
    evaluator = calling(world.evaluator)
    asked = evaluator.post(REPORTS, {"year": YEAR})
    assert asked.status_code == 202
    report = evaluator.get(f"{REPORTS}{asked.json()['id']}/").json()
    assert (report["year"], report["state"], report["error"]) == (YEAR, "done", "")
    assert report["steps_done"] == report["steps"]
    for person in (world.approver, world.auditor, world.police_head):
        assert calling(person).post(REPORTS, {"year": YEAR}).status_code == 403
    for year in (None, "x", 1, 2999):
        refused = evaluator.post(REPORTS, {"year": year})
        assert (refused.status_code, set(refused.json()["errors"])) == (400, {"year"}), year


def test_a_report_that_runs_is_not_asked_for_again_nor_read(world: World, calling: Calling) -> None:
    waiting = a_waiting_report()
    evaluator = calling(world.evaluator)
    again = evaluator.post(REPORTS, {"year": YEAR})
    assert again.status_code == 409
    for part in ("facts", "document"):
        early = evaluator.get(f"{REPORTS}{waiting.pk}/{part}/")
        assert (early.status_code, early.json()["state"]) == (409, "等待编制")


def test_facts_are_the_bytes_of_the_digest_and_downloads_are_on_record(
    world: World, calling: Calling
) -> None:
    report = a_finished_report(world)
    reader = calling(world.city_reader)
    facts = reader.get(f"{REPORTS}{report.pk}/facts/")
    assert sm3_hex(facts.content) == report.digest
    assert facts.json()["year"] == YEAR
    document = reader.get(f"{REPORTS}{report.pk}/document/")
    assert document.content == b"docx"
    assert "report-2025.docx" in document["Content-Disposition"]
    downloads = AuditRecord.objects.filter(verb__startswith="evaluation.", actor=world.city_reader)
    assert list(downloads.order_by("id").values_list("verb", flat=True)) == [
        "evaluation.report.facts_downloaded",
        "evaluation.report.downloaded",
    ]
    for part in ("", "facts/", "document/"):
        assert calling(world.police_head).get(f"{REPORTS}{report.pk}/{part}").status_code == 404


def test_results_say_what_was_reached(world: World, calling: Calling) -> None:
    report = a_finished_report(world)
    card = Scorecard.objects.get(department=world.police)
    shown = calling(world.police_cataloguer).get(f"{SCORECARDS}{card.pk}/").json()
    assert (shown["year"], shown["department"], shown["report"]) == (YEAR, "police", report.pk)
    assert card.total_centi is not None
    assert shown["total"] == card.total_centi / 100
    assert [score["code"] for score in shown["scores"]] == [one["code"] for one in card.scores]
    assert calling(world.water_head).get(f"{SCORECARDS}{card.pk}/").status_code == 404


def test_results_are_narrowed(world: World, calling: Calling) -> None:
    older = a_finished_report(world)
    newer = a_finished_report(world)
    before = a_finished_report(world, 2024)
    caller = calling(world.auditor)
    for query, expected in (
        ({}, {older, newer, before}),
        ({"current": "true"}, {newer, before}),
        ({"year": YEAR}, {older, newer}),
        ({"year": YEAR, "current": "true"}, {newer}),
        ({"report": older.pk}, {older}),
        ({"department": "police", "year": 2024}, {before}),
    ):
        answer = caller.get(SCORECARDS, query).json()["results"]
        assert {one["report"] for one in answer} == {report.pk for report in expected}, query
    assert {
        one["department"]
        for one in caller.get(SCORECARDS, {"department": "police"}).json()["results"]
    } == {"police"}
    assert caller.get(REPORTS, {"year": 2024, "state": "done"}).json()["count"] == 1
    assert set(caller.get(REPORTS, {"state": "x"}).json()["errors"]) == {"state"}


def test_everybody_is_listed_exactly_what_the_policies_show(world: World, calling: Calling) -> None:
    a_finished_report(world)
    a_waiting_report()
    for name, person in world.people.items():
        caller, actor = calling(person), actor_of(person)
        seen = set(report_policy.queryset(actor).values_list("pk", flat=True))
        assert caller.ids(REPORTS) == seen, name
        cards = set(scorecard_policy.queryset(actor).values_list("pk", flat=True))
        assert caller.ids(SCORECARDS) == cards, name


def test_lists_cost_the_same_at_2_and_at_200(world: World, calling: Calling) -> None:
    first, second = a_finished_report(world), a_finished_report(world)
    caller = calling(world.auditor)
    Scorecard.objects.filter(department=world.health).delete()
    before = [caller.queries(path, {"page_size": 100}) for path in (REPORTS, SCORECARDS)]
    many = AnnualReport.objects.bulk_create(
        AnnualReport(
            year=2000 + number,
            compiled_from=first.compiled_from,
            requested_at=first.requested_at,
            finished_at=first.finished_at,
            state=first.state,
            facts={},
            digest=second.digest,
            document=b"docx",
        )
        for number in range(198)
    )
    card = Scorecard.objects.filter(report=first).get()
    Scorecard.objects.bulk_create(
        Scorecard(
            report=report,
            department=world.police,
            name=card.name,
            place=1,
            scores=card.scores,
            total_centi=card.total_centi,
            rank=card.rank,
            level=card.level,
        )
        for report in many
    )
    after = [caller.queries(path, {"page_size": 100}) for path in (REPORTS, SCORECARDS)]
    assert after == before
    assert caller.get(SCORECARDS).json()["count"] == 200
