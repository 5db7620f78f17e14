"""The pages of reports and results: what each reader sees, bad input, files, queries."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from citybrain.administration.services.departments import merge_departments
from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from citybrain.demo.clock import DemoClock
from citybrain.demo.story import at
from citybrain.organizations.actors import system_actor
from citybrain.organizations.models import Department, User
from evaluation import tasks
from evaluation.choices import ReportState
from evaluation.models import AnnualReport, Scorecard
from evaluation.report.wording import points
from evaluation.services import reports
from tests import scenes
from tests.evaluation.years import YEAR, a_used_authorization
from tests.factories.organizations import DepartmentFactory
from tests.permissions.evaluation import a_finished_report, a_waiting_report
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
LIST = reverse("evaluation:reports")


@pytest.fixture
def evaluator(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.evaluator)


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(f"evaluation:{name}", args=args))
    assert answer.status_code == status
    return answer.content.decode()


# --- asking ---------------------------------------------------------------------------------------
def test_the_evaluator_starts_a_compilation_and_watches_it(
    world: World, evaluator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.compile_report, "delay", lambda pk: None)
    last_year = timezone.localdate().year - 1
    answer = evaluator.post(reverse("evaluation:compile"), {"year": last_year})
    report = AnnualReport.objects.get()
    assert answer.url == reverse("evaluation:report", args=[report.pk])
    shown = page(evaluator, "report", report.pk)
    assert "等待编制" in shown
    assert reverse("evaluation:report_progress", args=[report.pk]) in shown
    progress = evaluator.get(reverse("evaluation:report_progress", args=[report.pk]))
    assert "HX-Refresh" not in progress.headers
    monkeypatch.setattr(reports, "render_annual_report", lambda *args, **kwargs: b"docx")
    reports.compile_now(report.pk)
    progress = evaluator.get(reverse("evaluation:report_progress", args=[report.pk]))
    assert progress.headers["HX-Refresh"] == "true"
    assert f"{last_year}年度政务信息资源共享情况报告" in page(evaluator, "report", report.pk)


def test_a_report_on_a_year_that_still_runs_says_until_when() -> None:
    midnight = datetime(2026, 11, 27, tzinfo=timezone.get_default_timezone())
    running = AnnualReport(year=2026, compiled_from=midnight)
    assert str(running) == "2026年度政务信息资源共享情况报告（截至11月26日）"
    assert running.year_and_day == "2026-1126"
    assert str(AnnualReport(year=2025, compiled_from=midnight)).endswith("报告")


@pytest.mark.parametrize("year", ["", "abc", "1999", "99999999999999999999"])
def test_a_year_that_is_not_offered_is_refused_beside_the_field(
    evaluator: Client, year: str
) -> None:
    answer = evaluator.post(reverse("evaluation:compile"), {"year": year})
    assert answer.status_code == 422
    assert "请从列表中选择年度" in answer.content.decode() or not year
    assert not AnnualReport.objects.exists()


def test_a_second_start_is_a_conflict(world: World, evaluator: Client) -> None:
    a_waiting_report(world)
    answer = evaluator.post(reverse("evaluation:compile"), {"year": YEAR})
    assert answer.status_code == 409
    assert "2025年度报告正在编制，请等待完成。" in answer.content.decode()


def test_without_a_queue_the_report_waits_and_says_so(
    evaluator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(pk: int) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.compile_report, "delay", away)
    answer = evaluator.post(reverse("evaluation:compile"), {"year": YEAR}, follow=True)
    assert "后台处理暂时不可用" in answer.content.decode()
    assert AnnualReport.objects.get().state == ReportState.QUEUED


def test_only_the_evaluator_is_offered_to_compile(
    world: World, signed_in: SignedIn, evaluator: Client
) -> None:
    assert "开始编制" in page(evaluator, "reports")
    assert "开始编制" not in page(signed_in(world.city_reader), "reports")


def test_a_failed_report_says_why(world: World, evaluator: Client) -> None:
    pk = a_waiting_report(world)["pk"]
    AnnualReport.objects.update(state=ReportState.FAILED, error="编制过程出错（KeyError）")
    shown = page(evaluator, "report", pk)
    assert "编制过程出错（KeyError）" in shown
    assert "没有保存任何内容" in shown
    assert page(evaluator, "report_progress", pk)


# --- the report -----------------------------------------------------------------------------------
def test_the_preview_shows_what_the_document_says(world: World, evaluator: Client) -> None:
    report = AnnualReport.objects.get(pk=a_finished_report(world)["pk"])
    shown = page(evaluator, "report", report.pk)
    assert report.digest in shown
    for words in ("目录编制尚未全面覆盖", "市林业局", "各月接口调用", "调用量居前的接口服务",
                  "审核", "《政务数据共享条例》第二十一条", "不予共享清单（5 件）"):  # fmt: skip
        assert words in shown
    assert 'id="scores"' in shown
    assert "style=" not in shown


def test_the_files_carry_the_year_and_are_recorded(world: World, evaluator: Client) -> None:
    report = AnnualReport.objects.get(pk=a_finished_report(world)["pk"])
    document = evaluator.post(reverse("evaluation:report_download", args=[report.pk]))
    assert document.content == b"docx"
    assert document["Content-Type"].endswith("wordprocessingml.document")
    assert "filename*=utf-8''2025%E5%B9%B4" in document["Content-Disposition"]
    facts = evaluator.post(reverse("evaluation:report_facts", args=[report.pk]))
    assert facts["Content-Type"] == "application/json"
    assert sm3_hex(facts.content) == report.digest
    assert json.loads(facts.content)["year"] == YEAR
    verbs = AuditRecord.objects.filter(verb__startswith="evaluation.report.")
    assert list(verbs.order_by("id").values_list("verb", "actor__username")) == [
        ("evaluation.report.downloaded", "evaluator"),
        ("evaluation.report.facts_downloaded", "evaluator"),
    ]


def test_nothing_is_downloaded_by_a_link_or_before_it_is_done(
    world: World, evaluator: Client
) -> None:
    pk = a_waiting_report(world)["pk"]
    for name in ("report_download", "report_facts"):
        url = reverse(f"evaluation:{name}", args=[pk])
        assert evaluator.get(url).status_code == 405
        answer = evaluator.post(url)
        assert answer.status_code == 409
        assert "等待编制" in answer.content.decode()
    assert not AuditRecord.objects.filter(verb__startswith="evaluation.").exists()


# --- results --------------------------------------------------------------------------------------
def test_supervisors_see_the_ranking_and_departments_their_own(
    world: World, clock: DemoClock, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "render_annual_report", lambda *args, **kwargs: b"docx")
    entry = scenes.a_hosted_entry(world)
    scenes.a_published_entry(world, title="没有数据的信息")
    a_used_authorization(world, entry)
    clock.now = at(clock.now.date() + timedelta(days=365), 9)
    reports.compile_now(reports.request_due().pk)  # type: ignore[union-attr]
    everything = page(signed_in(world.city_reader), "scorecards")
    for name in ("市公安局", "市卫健委", "市水务局", "市大数据局"):
        assert name in everything
    own = page(signed_in(world.police_head), "scorecards_of", YEAR)
    assert "/scorecards/2025/police/" in own
    assert "市卫健委" not in own
    assert "全市平均分" in own
    shown = page(signed_in(world.police_cataloguer), "scorecard", YEAR, "police")
    assert "目录挂接率" in shown
    assert "1 / 2" in shown
    assert "没有挂接数据的目录" in shown
    assert "没有数据的信息" in shown  # the record behind it
    assert "没有按更新周期更新的目录" in shown
    assert "逾期" in shown
    assert 'id="scorecard"' in shown  # the chart beside the city's average
    assert "规则版本 2026.1" in shown
    page(signed_in(world.police_cataloguer), "scorecard", YEAR, "health", status=404)
    page(signed_in(world.police_cataloguer), "scorecards_of", 2024, status=404)
    water = page(signed_in(world.water_head), "scorecard", YEAR, "water")
    assert "不作评价" in water

    def home(person: User) -> dict[str, Any]:
        cards = signed_in(person).get(reverse("home")).context["cards"]
        return {str(card.label): card.value for card in cards}

    result = Scorecard.objects.get(department=world.police).total_centi
    assert home(world.police_head)["2025年度评价"] == points(result)
    assert "2025年度评价" not in home(world.water_head), "without a total there is nothing to show"
    supervisor = home(world.city_reader)
    assert supervisor["全市在办申请"] == 0
    assert "全市超期事项" in supervisor
    assert "全市超期事项" not in home(world.police_head)


def test_a_merged_departments_result_is_seen_by_its_successor(
    world: World, signed_in: SignedIn
) -> None:
    a_finished_report(world)
    merge_departments(
        actor=system_actor(),
        source=world.police,
        target=world.water,
        basis="海机编〔2026〕9号",
        effective_on=timezone.localdate(),
    )
    assert "市公安局" in page(signed_in(world.water_head), "scorecards_of", YEAR)
    page(signed_in(world.health_head), "scorecards_of", YEAR, status=404)


def test_before_the_first_report_the_page_says_so(world: World, signed_in: SignedIn) -> None:
    assert "还没有评价结果" in page(signed_in(world.police_head), "scorecards")
    assert "还没有编制过年度报告" in page(signed_in(world.auditor), "reports")


# --- queries --------------------------------------------------------------------------------------
def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_of_reports_asks_as_often_for_200_as_for_two(
    world: World, evaluator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.views.reports.PER_PAGE", 200)

    def add(count: int) -> None:
        AnnualReport.objects.bulk_create(
            AnnualReport(
                year=YEAR,
                compiled_from=timezone.now(),
                requested_at=timezone.now(),
                state=ReportState.FAILED,
                submitted_by=world.evaluator,
            )
            for _number in range(count)
        )

    add(2)
    queries_of(evaluator, LIST)
    few = queries_of(evaluator, LIST)
    add(198)
    assert queries_of(evaluator, LIST) == few <= 20


def test_the_ranking_asks_as_often_for_200_departments_as_for_two(
    world: World, evaluator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.views.scorecards.PER_PAGE", 200)
    report = AnnualReport.objects.get(pk=a_finished_report(world)["pk"])
    (first,) = Scorecard.objects.all()

    def add(count: int) -> None:
        departments = Department.objects.bulk_create(
            DepartmentFactory.build_batch(count, parent=world.city)
        )
        Scorecard.objects.bulk_create(
            Scorecard(
                report=report,
                department=department,
                name=department.short_name,
                place=2,
                scores=first.scores,
                total_centi=first.total_centi,
                rank=1,
                level=first.level,
            )
            for department in departments
        )

    url = reverse("evaluation:scorecards_of", args=[YEAR])
    add(1)
    queries_of(evaluator, url)
    few = queries_of(evaluator, url)
    add(198)
    assert queries_of(evaluator, url) == few <= 20
    one = queries_of(evaluator, reverse("evaluation:scorecard", args=[YEAR, "police"]))
    assert one <= 30
