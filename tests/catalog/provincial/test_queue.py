"""The result of an acceptance goes to the province, and what came back is kept (HK-14)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.models import EntryRevision, Project, ProvincialReport
from catalog.provincial import services
from catalog.provincial.choices import ProvincialState, ReportKind, Way
from citybrain import registry
from citybrain.audit.models import AuditRecord
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from tests.catalog.projects.making import a_requested_project, move
from tests.forms import form_with
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def today() -> str:
    return timezone.localdate().isoformat()


def sent(**changes: str) -> dict[str, str]:
    return {
        "sent_on": today(),
        "way": Way.PLATFORM,
        "document_number": "海数函〔2026〕7号",
        **changes,
    }


@pytest.fixture
def report(world: World) -> ProvincialReport:
    move("accept", world.approver, a_requested_project(world), opinion="验收合格。")
    return ProvincialReport.objects.get()


def act(name: str, world: World, report: ProvincialReport, **words: str) -> ProvincialReport:
    return services.move_report(name, actor=actor_of(world.approver), report=report, words=words)


def test_acceptance_puts_its_frozen_result_into_the_queue(report: ProvincialReport) -> None:
    assert (report.kind, report.state) == (ReportKind.ACCEPTANCE, ProvincialState.WAITING)
    assert report.number.startswith(f"SB{timezone.localdate().year}-")
    assert report.digest == digest_of(report.content)
    assert report.content["project"]["opinion"] == "验收合格。"
    assert report.content["project"]["systems"] == ["居住证管理系统"]
    (entry,) = report.content["entries"]
    assert entry["digest"] == EntryRevision.objects.get().digest


def test_an_acceptance_that_fails_leaves_nothing_in_the_queue(world: World) -> None:
    project = a_requested_project(world)
    with pytest.raises(ValidationError):
        move("accept", world.approver, project, opinion="")

    def broken(report: ProvincialReport, actor: Actor) -> None:
        raise RuntimeError

    key = "catalog.project.accept"
    reactions = registry.reactions.override(key, *registry.reactions.on(key), broken)
    with reactions, pytest.raises(RuntimeError):
        move("accept", world.approver, project, opinion="验收合格。")
    assert not ProvincialReport.objects.exists()


def test_it_is_submitted_rejected_submitted_again_and_received(
    world: World, report: ProvincialReport
) -> None:
    report = act("submit", world, report, **sent())
    report = act("reject", world, report, reason="缺少系统等级保护备案号")
    assert report.rejection == "缺少系统等级保护备案号"
    report = act("submit", world, report, **sent(document_number="海数函〔2026〕9号"))
    assert (report.rejection, report.document_number) == ("", "海数函〔2026〕9号")
    report = act("receive", world, report, received_on=today(), receipt_number="QSJ-2026-0311")
    assert report.state == ProvincialState.RECEIVED
    with pytest.raises(Conflict):
        act("reject", world, report, reason="又退回")
    with pytest.raises(Conflict):  # only packages are discarded
        act("discard", world, report, reason="不报了")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"sent_on": ""}, "sent_on"),
        ({"sent_on": "后天"}, "sent_on"),
        ({"sent_on": "2026-02-31"}, "sent_on"),
        ({"sent_on": "2199-01-01"}, "sent_on"),
        ({"sent_on": "2001-01-01"}, "sent_on"),
        ({"way": "pigeon"}, "way"),
        ({"document_number": "号" * 61}, "document_number"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: World, report: ProvincialReport, words: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        act("submit", world, report, **sent(**words))
    assert list(refused.value.message_dict) == [field]
    report.refresh_from_db()
    assert report.state == ProvincialState.WAITING


def test_a_receipt_is_not_older_than_the_submission(world: World, report: ProvincialReport) -> None:
    report = act("submit", world, report, **sent())
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    with pytest.raises(ValidationError):
        act("receive", world, report, received_on=yesterday, receipt_number="QSJ-1")


def test_only_the_bureaus_reporters_register(world: World, report: ProvincialReport) -> None:
    for person in (world.auditor, world.city_reader, world.coordinator):
        with pytest.raises(PermissionDenied):
            services.move_report("submit", actor=actor_of(person), report=report, words=sent())


def test_the_pages_from_the_worklist_to_the_receipt(
    world: World, signed_in, report: ProvincialReport
) -> None:
    client = signed_in(world.approver)
    url = reverse("catalog:provincial_report", args=[report.pk])
    assert url in client.get("/").content.decode()
    assert url in client.get(reverse("catalog:provincial")).content.decode()
    page = client.get(url).content.decode()
    assert report.digest in page
    assert "省政务数据目录系统" in page

    def post(name: str, **words: str) -> Any:
        report.refresh_from_db()
        address = reverse("catalog:provincial_move", args=[report.pk, name])
        return client.post(address, {"version": report.version, **words})

    wrong = post("submit", **sent(sent_on=""))
    assert wrong.status_code == 422
    assert "海数函〔2026〕7号" in wrong.content.decode()
    assert post("submit", **sent()).status_code == 302
    assert post("receive", received_on=today(), receipt_number="QSJ-1").status_code == 302
    assert "QSJ-1" in client.get(reverse("catalog:provincial"), {"q": "QSJ"}).content.decode()


def test_the_files_carry_the_digest_and_downloading_is_on_record(
    world: World, signed_in, report: ProvincialReport
) -> None:
    client = signed_in(world.approver)
    answer = client.post(reverse("catalog:provincial_json", args=[report.pk]))
    sheet = client.post(reverse("catalog:provincial_xlsx", args=[report.pk, 1]))
    value = json.loads(b"".join(answer))
    assert digest_of(value["content"]) == value["digest"] == report.digest
    assert sheet.content.startswith(b"PK")
    assert AuditRecord.objects.filter(verb="catalog.provincial.downloaded").count() == 2


def test_what_came_back_is_corrected_and_reported_as_a_new_edition(
    world: World, signed_in, report: ProvincialReport
) -> None:
    act("submit", world, report, **sent())
    report = act("reject", world, report, reason="批复文号有误")
    first, client = report.digest, signed_in(world.approver)
    url = reverse("catalog:provincial_correct", args=[report.pk])
    assert (
        url in client.get(reverse("catalog:provincial_report", args=[report.pk])).content.decode()
    )
    data = form_with(client.get(url), "reason").data(reason="更正批复文号")
    unchanged = client.post(url, data)
    assert unchanged.status_code == 422
    assert "报送的内容没有变化" in unchanged.content.decode()
    assert client.post(url, {**data, "approval_number": ""}).status_code == 422
    assert client.post(url, {**data, "approval_number": "海发改〔2026〕88号"}).status_code == 302
    assert client.post(url, {**data, "approval_number": "海发改〔2026〕89号"}).status_code == 409

    report.refresh_from_db()
    assert (report.state, report.digest) == (ProvincialState.WAITING, digest_of(report.content))
    edition = report.editions.get()
    assert (edition.number, edition.digest) == (1, first) == (1, digest_of(edition.content))
    assert Project.objects.get().approval_number == "海发改〔2026〕88号"
    assert AuditRecord.objects.filter(verb="catalog.project.changed").count() == 1
    page = client.get(reverse("catalog:provincial_report", args=[report.pk])).content.decode()
    for words in (
        edition.content["project"]["approval_number"],
        "海发改〔2026〕88号",
        "更正批复文号",
    ):
        assert words in page
    assert act("submit", world, report, **sent()).state == ProvincialState.SUBMITTED
