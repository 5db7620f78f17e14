"""Compiling a report: who may ask, what comes of it, twice the same, and workers that die."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from citybrain.demo.clock import DemoClock
from citybrain.notices.models import Notice
from citybrain.organizations.actors import system_actor
from citybrain.refusals import Conflict
from evaluation import tasks
from evaluation.choices import ReportState
from evaluation.facts import collecting
from evaluation.facts.period import due_at
from evaluation.models import AnnualReport, Scorecard
from evaluation.queries import current_report, facts_of, scorecards
from evaluation.services import reports
from tests import scenes
from tests.evaluation.years import YEAR, a_used_authorization, go
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
AFTERWARDS = date(2026, 2, 2)


@pytest.fixture
def evaluated(world: World, clock: DemoClock) -> World:
    """A year in which police and health exchanged data, and the day on which it is looked back at."""
    a_used_authorization(world, scenes.a_hosted_entry(world))
    go(clock, AFTERWARDS)
    return world


def compiled(year: int = YEAR) -> AnnualReport:
    report = reports.request(actor=system_actor(), year=year)
    reports.compile_now(report.pk)
    return AnnualReport.objects.get(pk=report.pk)


def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the document out where it does not matter: drawing it takes seconds."""
    monkeypatch.setattr(reports, "render_annual_report", lambda *args, **kwargs: b"docx")


# --- asking ---------------------------------------------------------------------------------------
def test_the_evaluator_asks_and_is_told_when_it_is_done(
    evaluated: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    report = reports.request(actor=actor_of(evaluated.evaluator), year=YEAR)
    assert report.state == ReportState.QUEUED
    assert report.compiled_from == due_at(YEAR)
    assert tasks.start(report)
    report.refresh_from_db()
    assert report.state == ReportState.DONE
    assert report.steps_done == reports.STEPS
    assert report.submitted_by == evaluated.evaluator
    (notice,) = Notice.objects.filter(kind="evaluation.report.finish")
    assert notice.recipient == evaluated.evaluator
    verbs = AuditRecord.objects.filter(verb__startswith="evaluation.").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "evaluation.report.requested", "evaluation.report.begin", "evaluation.report.finish",
    ]  # fmt: skip
    assert verbs[2].data["digest"] == report.digest


@pytest.mark.parametrize("name", ["approver", "coordinator", "city_reader", "police_head"])
def test_nobody_else_may_ask(world: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        reports.request(actor=actor_of(world.people[name]), year=YEAR)
    assert not AnnualReport.objects.exists()


@pytest.mark.parametrize("year", [0, 1999, 2027, 9999])
def test_a_year_that_cannot_be_is_refused_by_field(
    world: World, clock: DemoClock, year: int
) -> None:
    go(clock, AFTERWARDS)
    with pytest.raises(ValidationError) as refused:
        reports.request(actor=system_actor(), year=year)
    assert refused.value.message_dict == {"year": ["年度应在2015至2026之间。"]}


def test_a_year_that_runs_is_read_as_of_this_midnight(world: World, clock: DemoClock) -> None:
    go(clock, AFTERWARDS, 15)
    report = reports.request(actor=system_actor(), year=2026)
    assert timezone.localtime(report.compiled_from).isoformat() == "2026-02-02T00:00:00+08:00"
    go(clock, date(2027, 1, 1))
    with pytest.raises(ValidationError, match="明天起才能编制"):
        reports.request(actor=system_actor(), year=2027)


def test_one_at_a_time(evaluated: World) -> None:
    reports.request(actor=system_actor(), year=YEAR)
    with pytest.raises(Conflict, match="2025年度报告正在编制") as refused:
        reports.request(actor=system_actor(), year=YEAR)
    assert refused.value.state_label == "正在编制"
    reports.request(actor=system_actor(), year=2026)


# --- the result -----------------------------------------------------------------------------------
def test_compiled_again_it_is_the_same_to_the_byte(evaluated: World, clock: DemoClock) -> None:
    first = compiled()
    go(clock, date(2026, 6, 1))
    scenes.a_published_entry(evaluated, title="后来的信息")
    second = compiled()
    assert first.pk != second.pk
    assert first.digest == second.digest
    assert bytes(first.document) == bytes(second.document)
    assert facts_of(first) == facts_of(second)
    assert current_report(YEAR) == second
    with zipfile.ZipFile(io.BytesIO(bytes(first.document))) as docx:
        assert "市卫健委" in docx.read("word/document.xml").decode()


def test_scorecards_are_the_lines_of_the_facts(
    evaluated: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    report = compiled()
    rows = facts_of(report).departments
    cards = list(scorecards(system_actor(), report))
    assert [(card.name, card.total_centi, card.rank, card.level) for card in cards] == [
        (row.short_name, row.total_centi, row.rank, row.level) for row in rows
    ]
    police = next(card for card in cards if card.department_id == evaluated.police.pk)
    assert police.scores[0] == {
        "code": "attachment", "numerator": 1, "denominator": 1, "points_centi": 2000,
    }  # fmt: skip
    own = scorecards(actor_of(evaluated.police_cataloguer), report)
    assert list(own) == [police]
    assert not scorecards(actor_of(evaluated.cyberspace_officer), report).exists()


# --- the calendar ---------------------------------------------------------------------------------
def test_on_5_january_the_past_year_is_compiled_once(
    evaluated: World, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    go(clock, date(2026, 1, 4))
    tasks.compile_last_year()
    assert not AnnualReport.objects.exists()
    go(clock, date(2026, 1, 5), 6)
    tasks.compile_last_year()
    tasks.compile_last_year()
    (report,) = AnnualReport.objects.all()
    assert (report.year, report.state, report.submitted_by) == (2025, ReportState.DONE, None)
    # It is told to the evaluator all the same.
    assert Notice.objects.get(kind="evaluation.report.finish").recipient == evaluated.evaluator


def test_a_missed_5_january_is_made_up_for_by_the_next_upkeep(
    evaluated: World, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    go(clock, date(2026, 1, 5), 7)
    assert tasks.resume_reports() == 0  # the day itself has its own job
    go(clock, date(2026, 1, 6), 1)
    assert tasks.resume_reports() == 1
    assert tasks.resume_reports() == 0
    assert AnnualReport.objects.get().state == ReportState.DONE


def test_a_portal_that_had_no_records_then_owes_no_report(world: World, clock: DemoClock) -> None:
    go(clock, AFTERWARDS)
    scenes.a_published_entry(world)
    tasks.compile_last_year()
    assert not AnnualReport.objects.exists()


# --- workers that die -----------------------------------------------------------------------------
def dying(monkeypatch: pytest.MonkeyPatch, *, at_step: int = 3) -> None:
    """The worker is killed in the middle: nothing that it would do afterwards happens."""

    def die(period: object, done: Callable[[], None]) -> None:
        for _step in range(at_step):
            done()
        raise SystemExit

    monkeypatch.setattr(collecting, "collect", die)


def test_a_killed_workers_report_is_picked_up(
    evaluated: World, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    report = reports.request(actor=system_actor(), year=YEAR)
    with monkeypatch.context() as killed:
        dying(killed)
        with pytest.raises(SystemExit):
            reports.compile_now(report.pk)
    report.refresh_from_db()
    assert (report.state, report.steps_done) == (ReportState.RUNNING, 3)
    assert tasks.resume_reports() == 0  # still claimed
    clock.now += timedelta(minutes=6)
    assert tasks.resume_reports() == 1
    report.refresh_from_db()
    assert (report.state, report.attempts) == (ReportState.DONE, 2)


def test_a_worker_that_was_only_slow_does_not_finish_what_another_has(
    evaluated: World, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    report = reports.request(actor=system_actor(), year=YEAR)
    collect = collecting.collect

    def slow(period: object, done: Callable[[], None]) -> object:
        monkeypatch.setattr(collecting, "collect", collect)
        clock.now += timedelta(minutes=6)
        reports.compile_now(report.pk)
        return collect(period, done)

    monkeypatch.setattr(collecting, "collect", slow)
    reports.compile_now(report.pk)
    report.refresh_from_db()
    assert report.state == ReportState.DONE
    assert Scorecard.objects.filter(report=report).count() == len(facts_of(report).departments)
    assert AuditRecord.objects.filter(verb="evaluation.report.finish").count() == 1


def test_what_kills_three_workers_fails_with_a_reason(
    evaluated: World, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reports.request(actor=system_actor(), year=YEAR)
    dying(monkeypatch)
    for _attempt in range(3):
        with pytest.raises(SystemExit):
            reports.compile_now(report.pk)
        clock.now += timedelta(minutes=6)
    tasks.resume_reports()
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.error == "多次编制都没有完成，请联系运行维护人员。"
    assert Notice.objects.get(kind="evaluation.report.fail").body == report.error


def test_an_error_fails_the_report_and_leaves_nothing_half_saved(
    evaluated: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*args: object, **kwargs: object) -> bytes:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(reports, "render_annual_report", wrong)
    report = compiled()
    assert report.state == ReportState.FAILED
    assert "ZeroDivisionError" in report.error
    assert "secret" not in report.error
    assert (report.facts, report.document, report.digest) == (None, None, "")
    assert not Scorecard.objects.exists()


# --- the command ----------------------------------------------------------------------------------
def test_the_command_writes_document_facts_and_digest(
    evaluated: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "new" / "folder"
    call_command("compile_report", year=YEAR, output=target)
    assert sorted(path.name for path in target.iterdir()) == [
        "facts-2025.json", "facts-2025.json.sm3", "report-2025.docx",
    ]  # fmt: skip
    facts = (target / "facts-2025.json").read_bytes()
    digest = (target / "facts-2025.json.sm3").read_text().strip()
    assert digest == sm3_hex(facts) == AnnualReport.objects.get().digest
    assert hashlib.new("sm3", facts).hexdigest() == digest
    assert json.loads(facts)["year"] == YEAR
    with zipfile.ZipFile(target / "report-2025.docx") as docx:
        assert digest in docx.read("word/document.xml").decode()
    assert digest in capsys.readouterr().out


def test_the_command_says_what_is_wrong(evaluated: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="年度应在"):
        call_command("compile_report", year=1900, output=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="不能写入目录"):
        call_command("compile_report", year=YEAR, output=tmp_path / "file")
    reports.request(actor=system_actor(), year=YEAR)
    with pytest.raises(CommandError, match="正在编制"):
        call_command("compile_report", year=YEAR, output=tmp_path)
