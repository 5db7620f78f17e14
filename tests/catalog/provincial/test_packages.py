"""The catalog package: everything, or what has changed since the province confirmed the last one."""

import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from catalog import tasks
from catalog.models import CatalogEntry, ProvincialReport
from catalog.provincial import changes, exporting, packages, services
from catalog.provincial.choices import PackageScope, ProvincialState, Way
from catalog.services import entries
from citybrain import claims
from citybrain.crypto import digest_of
from citybrain.refusals import Conflict, Refused
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def a_package(world: World, scope: str = PackageScope.FULL) -> ProvincialReport:
    report = packages.request(actor=actor_of(world.approver), scope=scope)
    packages.compile_now(report.pk)
    report.refresh_from_db()
    return report


def confirm(world: World, report: ProvincialReport) -> ProvincialReport:
    """Submitted, and the province's receipt for it."""
    day = timezone.localdate().isoformat()
    actor = actor_of(world.approver)
    words = {"sent_on": day, "way": Way.PLATFORM, "document_number": "海数函〔2026〕7号"}
    report = services.move_report("submit", actor=actor, report=report, words=words)
    words = {"received_on": day, "receipt_number": f"QSJ-{report.pk}"}
    return services.move_report("receive", actor=actor, report=report, words=words)


def lines(report: ProvincialReport) -> list[tuple[str, str]]:
    return list(report.lines.order_by("pk").values_list("entry__title", "change"))


def retire(world: World, entry: CatalogEntry) -> None:
    entries.move("retire", actor=actor_of(world.approver), entry=entry, reason="职能调整")


def test_a_full_package_holds_every_published_entry_as_it_was_approved(world: World) -> None:
    scenes.a_published_entry(world)
    scenes.a_draft(world, title="居住证签注草稿")
    report = a_package(world)
    assert (report.state, lines(report)) == (
        ProvincialState.WAITING,
        [("居住证登记信息", "added")],
    )
    value = json.loads("".join(exporting.json_of(report)))
    (line,) = value["entries"]
    assert digest_of(line["content"]) == line["digest"]
    sealed = {
        "header": value["header"],
        "entries": [[line["code"], line["change"], line["number"], line["digest"]]],
    }
    assert digest_of(sealed) == value["digest"] == report.digest
    book = load_workbook(io.BytesIO(exporting.xlsx_of(report, 1)))
    assert book["信息资源"].max_row == 2
    assert book["信息项"].max_row == 1 + len(scenes.ITEMS)


def test_after_the_receipt_only_what_changed_is_reported(world: World) -> None:
    changed = scenes.a_published_entry(world)
    gone = scenes.a_published_entry(world, title="居住证签注信息")
    scenes.a_published_entry(world, title="居住证注销信息")
    confirm(world, a_package(world))
    assert changes.count() == changes.Counts(same=3)
    with pytest.raises(Refused):
        packages.request(actor=actor_of(world.approver), scope=PackageScope.CHANGES)
    copy = scenes.a_signed_revision(world, changed, summary="增加了签注次数。")
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    retire(world, gone)
    scenes.a_published_entry(world, title="居住证补领信息")
    assert changes.count() == changes.Counts(added=1, changed=1, removed=1, same=1)
    report = a_package(world, PackageScope.CHANGES)
    assert sorted(lines(report)) == [
        ("居住证登记信息", "changed"),
        ("居住证签注信息", "removed"),
        ("居住证补领信息", "added"),
    ]
    assert report.content["since"] is not None
    book = load_workbook(io.BytesIO(exporting.xlsx_of(report, 1)))
    assert book["信息资源"].max_row == 4
    confirm(world, report)
    assert changes.count() == changes.Counts(same=3)


def test_what_was_submitted_and_not_confirmed_counts_for_nothing(world: World) -> None:
    scenes.a_published_entry(world)
    report = a_package(world)
    assert changes.count().added == 1
    actor = actor_of(world.approver)
    services.move_report("discard", actor=actor, report=report, words={"reason": "编制有误"})
    assert changes.count().added == 1
    assert a_package(world).state == ProvincialState.WAITING


def test_one_package_at_a_time(world: World) -> None:
    scenes.a_published_entry(world)
    a_package(world)
    with pytest.raises(Conflict):
        packages.request(actor=actor_of(world.approver), scope=PackageScope.FULL)


def test_a_package_is_frozen_while_the_catalog_moves_on(world: World) -> None:
    entry = scenes.a_published_entry(world)
    report = a_package(world)
    before = "".join(exporting.json_of(report))
    copy = scenes.a_signed_revision(world, entry, summary="增加了签注次数。")
    entries.move("merge", actor=actor_of(world.approver), entry=copy)
    retire(world, CatalogEntry.objects.get(pk=entry.pk))
    assert "".join(exporting.json_of(report)) == before


def test_a_package_whose_worker_died_is_found_and_one_that_never_ends_fails(world: World) -> None:
    scenes.a_published_entry(world)
    report = packages.request(actor=actor_of(world.approver), scope=PackageScope.FULL)
    mine = ProvincialReport.objects.filter(pk=report.pk)
    assert claims.take(mine)
    packages.compile_now(report.pk)  # in somebody else's hands
    assert mine.get().state == ProvincialState.PREPARING
    long_ago = timezone.now() - 2 * claims.CLAIM
    mine.update(claimed_at=long_ago, created_at=long_ago)
    assert list(packages.unfinished(tasks.SETTLED)) == [report]
    mine.update(attempts=claims.MOST_ATTEMPTS)
    packages.compile_now(report.pk)
    assert mine.get().state == ProvincialState.FAILED
    assert "运行维护人员" in mine.get().error


def test_the_bureau_compiles_and_downloads_it_in_the_browser(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.a_published_entry(world)
    monkeypatch.setattr(tasks.compile_package, "delay", packages.compile_now)
    client = signed_in(world.approver)
    listed = client.get(reverse("catalog:provincial")).content.decode()
    assert "新增 1 个" in listed
    answer = client.post(reverse("catalog:provincial_package"), {"scope": "full"})
    page = client.get(answer["Location"]).content.decode()
    assert "居住证登记信息" in page
    report = ProvincialReport.objects.get()
    assert client.get(reverse("catalog:provincial_progress", args=[report.pk]))["HX-Refresh"]
    none = client.post(reverse("catalog:provincial_xlsx", args=[report.pk, 2]))
    assert none.status_code == 404
    listed = client.get(reverse("catalog:provincial")).content.decode()
    assert "登记回执或者作废后才能编制下一个" in listed
    assert "编制全量目录包" not in listed
    actor = actor_of(world.approver)
    words = {"sent_on": timezone.localdate().isoformat(), "way": Way.PAPER, "document_number": "7"}
    report = services.move_report("submit", actor=actor, report=report, words=words)
    services.move_report("reject", actor=actor, report=report, words={"reason": "区划码有误"})
    assert "作废本包，重新编制并报送" in client.get(answer["Location"]).content.decode()


def test_the_queue_costs_the_same_with_2_and_with_200_reports(world: World, signed_in) -> None:
    client = signed_in(world.approver)
    url = reverse("catalog:provincial")
    counts: list[Any] = []
    for start, count in ((0, 2), (2, 198)):
        ProvincialReport.objects.bulk_create(
            ProvincialReport(number=f"SB-{n}", kind="acceptance", title="验收结果", digest="0" * 64)
            for n in range(start, start + count)
        )
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
