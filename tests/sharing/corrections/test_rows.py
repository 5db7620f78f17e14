"""A correction by rows: reported, judged, verified in part, written, delivered anew (SC-26)."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.choices import SharingMethod
from catalog.models import CatalogEntry
from citybrain.audit.models import AuditRecord
from citybrain.notices.models import Notice
from citybrain.organizations.models import User
from citybrain.sealing import decrypt
from sharing.choices import Method
from sharing.corrections.choices import CorrectionState
from sharing.corrections.services import redelivering
from sharing.delivery import building, tasks
from sharing.delivery.choices import Extent
from sharing.models import (
    Authorization,
    CorrectionLine,
    CorrectionRequest,
    ExchangePackage,
    HostedDataset,
    HostedRow,
    Redelivery,
)
from sharing.services import hosting
from tests import scenes
from tests.personas import World, actor_of
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, call_record, text_of

pytestmark = pytest.mark.django_db
NAMES = ("登记编号", "姓名", "登记日期")
HIDDEN, TRUE_NAME = "陈**", "陈琼山"
WRITTEN = "王五指"
PASTED = "\n".join(
    (
        "DJ0001\t\t登记日期\t2025-03-01\t2025-03-11",
        f"DJ0001\t值有误\t姓名\t{HIDDEN}\t{TRUE_NAME}",
        "DJ0002\t\t登记日期\t2025-03-02\t2025-03-22",
        "DJ0003\t多余的行",
        "DJ0009\t缺少该行",
    )
)


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(building, "folder", lambda: tmp_path)
    return tmp_path


def send(client: Client, entry: CatalogEntry, **data: object) -> object:
    return client.post(reverse("sharing:correction_new", args=[entry.pk]), data)


def rows_of(entry: CatalogEntry) -> dict[str, dict[str, str]]:
    dataset = HostedDataset.objects.filter(entry=entry).order_by("-number").first()
    values = HostedRow.objects.filter(dataset=dataset).values_list("values", flat=True)
    return {row["登记编号"]: row for row in values}


def test_lines_are_judged_by_what_was_granted(granting: Granted, signed_in: SignedIn) -> None:
    world, grant = granting
    client = signed_in(world.health_cataloguer)
    for line, number, words in (
        ("DJ0001\t\t联系电话\t1\t2", 1, "不在授权范围内"),
        ("DJ0001\t\t登记日期\t2025-03-01\t三月", 1, "应为日期"),
        ("DJ0001\t\t登记日期\t2024-01-01\t2025-03-11", 1, "与现在提供的值不同"),
        ("DJ0001\t\t姓名\t陈琼生\t陈琼山", 1, "与现在提供的值不同"),  # it is given as 陈**
        ("DJ0077\t多余的行", 1, "授权范围内没有这一行"),
        ("DJ0001\t缺少该行", 1, "已经有这一行"),
        ("DJ0001\t错别字\t登记日期\t1\t2", 1, "应为值有误"),
        ("DJ0003\t多余的行\nDJ0003\t多余的行", 2, "与第1行重复"),
        ("\t\t登记日期\t2025-03-01\t2025-03-11", 1, "用来指明数据行"),
    ):
        answer = send(client, grant.entry, lines=line)
        assert answer.status_code == 422, line
        (text,) = answer.context["form"].errors["lines"]
        assert f"第 {number} 行" in text
        assert words in text
        assert line.splitlines()[0].strip() in text_of(answer), "what was typed is not lost"
    # What cannot be fetched now is not compared either: nothing is learnt by reporting.
    Authorization.objects.update(state="suspended")
    assert send(client, grant.entry, lines="DJ0077\t多余的行").status_code == 302
    kept = CorrectionLine.objects.get()
    assert kept.row == {"登记编号": "DJ0077"}


def test_rows_outside_the_limits_of_the_grant_are_not_there(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, grant = granting
    grant.terms = {**grant.terms, "rows": {"行政区划": ["秀英区"]}}
    grant.save(update_fields=["terms"])
    client = signed_in(world.health_cataloguer)
    answer = send(client, grant.entry, lines="DJ0002\t多余的行")
    assert "授权范围内没有这一行" in text_of(answer)
    assert send(client, grant.entry, lines="DJ0001\t多余的行").status_code == 302
    assert send(client, grant.entry, lines="DJ0002\t缺少该行").status_code == 302


def test_a_masked_key_names_no_row_and_values_in_clear_do(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, grant = granting
    items = [{**item, "masked": item["name"] != "登记日期"} for item in grant.terms["items"]]
    grant.terms = {**grant.terms, "items": items}
    grant.save(update_fields=["terms"])
    client = signed_in(world.health_cataloguer)
    wrong = SimpleUploadedFile("校核.csv", "登记日期,校核信息项\n2025-03-02,联系电话".encode())
    answer = send(client, grant.entry, file=wrong)
    assert answer.status_code == 422
    assert "2025-03-02\t\t联系电话" in text_of(answer), "what was in the file is not lost"
    file = SimpleUploadedFile(
        "校核.csv",
        "登记日期,问题类型,校核信息项,看到的值,应为的值\n2025-03-02,,姓名,符**,符海岩".encode(),
    )
    assert send(client, grant.entry, file=file).status_code == 302
    line = CorrectionLine.objects.get()
    assert line.key == {"登记日期": "2025-03-02"}
    assert line.row == {"登记编号": "DJ0002"}, "known by its key, which the reporter never sees"
    page = text_of(client.get(reverse("sharing:correction", args=[line.correction_id])))
    assert "DJ0002" not in page


def a_correction(world: World, signed_in: SignedIn, grant: Authorization) -> CorrectionRequest:
    answer = send(
        signed_in(world.health_cataloguer),
        grant.entry,
        lines=PASTED,
        problem=f"{WRITTEN}来窗口反映",
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return CorrectionRequest.objects.get()


def test_from_the_report_to_the_rows_delivered_anew(granting: Granted, signed_in: SignedIn) -> None:
    world, grant = granting
    found = a_correction(world, signed_in, grant)
    assert found.items == "登记日期、姓名、整行"
    url = reverse("sharing:correction", args=[found.pk])
    _who_reads_the_values(world, signed_in, url)
    provider = signed_in(world.police_cataloguer)
    page = text_of(provider.get(url))
    assert "陈琼生" in page, "what the rows say now"
    assert "已更正并反馈" not in page, "first everything is verified"

    verify = reverse("sharing:correction_verify", args=[found.pk])
    wrong = provider.post(
        verify, {"finding-1": "confirmed", "value-1": "三月", "finding-3": "upheld"}
    )
    assert wrong.status_code == 422
    assert {"value-1", "reason-3"} == set(wrong.context["errors"])
    assert 'value="三月"' in text_of(wrong)
    assert not CorrectionLine.objects.exclude(finding="").exists(), "nothing half-saved"
    provider.post(
        verify,
        {
            **{f"value-{n}": text for n, text in ((1, "2025-03-12"), (2, TRUE_NAME))},
            "finding-3": "upheld",
            "reason-3": "与原始登记表一致",
            "item0-5": "林海",
            "item4-5": "2025-05-05",
            "rest": "confirmed",
        },
    )
    early = provider.post(
        reverse("sharing:correction_move", args=[found.pk, "correct_partly"]),
        {"reason": "已核", "version": 0},
    )
    assert early.status_code == 422
    assert "数据尚未更正" in text_of(early)
    dataset = HostedDataset.objects.get(entry=grant.entry)
    rows = reverse("sharing:correction_rows", args=[found.pk])
    stale = provider.post(rows, {"dataset": dataset.pk + 1})
    assert stale.status_code == 409
    provider.post(rows, {"dataset": dataset.pk})
    now = rows_of(grant.entry)
    assert set(now) == {"DJ0001", "DJ0002", "DJ0009"}
    assert (now["DJ0001"]["登记日期"], now["DJ0001"]["姓名"]) == ("2025-03-12", TRUE_NAME)
    assert now["DJ0002"]["登记日期"] == "2025-03-02"
    assert (now["DJ0009"]["姓名"], now["DJ0009"]["登记日期"]) == ("林海", "2025-05-05")
    assert HostedDataset.objects.get(number=2).file_name == f"校核更正 {found.number}"

    done = provider.post(
        reverse("sharing:correction_move", args=[found.pk, "correct_partly"]),
        {"reason": "四处属实，已更正", "version": 0},
    )
    assert done.status_code == 302
    found.refresh_from_db()
    assert found.state == CorrectionState.PARTLY
    _told_and_received(world, signed_in, found, grant)
    for kept in (
        AuditRecord.objects.values_list("data"),
        Notice.objects.values_list("title", "body"),
    ):
        assert TRUE_NAME not in str(list(kept)), "values are data: never in the trail or in notices"


def _who_reads_the_values(world: World, signed_in: SignedIn, url: str) -> None:
    def reads(person: User) -> bool:
        return TRUE_NAME in text_of(signed_in(person).get(url))

    for person in (world.health_cataloguer, world.health_head, world.police_cataloguer):
        assert reads(person), person.name
    for person in (world.health_security, world.police_head, world.coordinator):
        assert not reads(person), person.name
        assert WRITTEN not in text_of(signed_in(person).get(url)), "words have no mask"
        searched = signed_in(person).get("/sharing/corrections/", {"q": WRITTEN})
        assert url not in text_of(searched), "nor can they be guessed by searching"
    assert WRITTEN in text_of(signed_in(world.police_cataloguer).get(url))
    searched = signed_in(world.health_cataloguer).get("/sharing/corrections/", {"q": WRITTEN})
    assert url in text_of(searched)


def _told_and_received(
    world: World, signed_in: SignedIn, found: CorrectionRequest, grant: Authorization
) -> None:
    told = Redelivery.objects.get()
    assert (told.authorization, told.rows) == (grant, 3)
    notices = Notice.objects.filter(kind="sharing.correction.redelivered")
    assert {one.recipient for one in notices} == {world.health_cataloguer, world.health_head}
    redelivering.redeliver(found, actor_of(world.police_cataloguer))
    assert Redelivery.objects.count() == 1, "a second time changes nothing"
    body = text_of(
        signed_in(world.health_cataloguer).get(reverse("sharing:redelivery", args=[told.pk]))
    )
    for key, kind in (("DJ0001", "变更"), ("DJ0003", "删除"), ("DJ0009", "新增")):
        assert key in body
        assert kind in body
    assert '<td data-label="变更的信息项">姓名、登记日期</td>' in body, "what to look at in the row"
    hidden = signed_in(world.health_security).get(reverse("sharing:redelivery", args=[told.pk]))
    assert "DJ0001" not in text_of(hidden)
    Authorization.objects.update(state="suspended")
    hidden = signed_in(world.health_cataloguer).get(reverse("sharing:redelivery", args=[told.pk]))
    assert "DJ0001" not in text_of(hidden), "nor could it fetch them now"
    assert "现在不能取得数据" in text_of(hidden), "and is told so"
    Authorization.objects.update(state="active")
    (one,) = redelivering.with_receipts(Redelivery.objects.all())
    assert one.received_at is None
    call_record(grant).save()
    (one,) = redelivering.with_receipts(Redelivery.objects.all())
    assert one.received_at is not None
    page = text_of(
        signed_in(world.police_cataloguer).get(reverse("sharing:correction", args=[found.pk]))
    )
    assert "1 项已重新取得" in page


def test_a_new_upload_corrects_as_well_and_batches_get_the_corrected_rows_alone(
    world: World, signed_in: SignedIn, packages: Path
) -> None:
    entry = scenes.a_hosted_entry(world, sharing_method=SharingMethod.BATCH)
    grant = scenes.an_authorization(world, entry, names=NAMES, method=Method.BATCH)
    tasks.exchange()
    key = (
        signed_in(world.health_cataloguer)
        .post(reverse("sharing:exchange_key", args=[grant.pk]))
        .context["key"]
    )
    answer = send(
        signed_in(world.health_cataloguer),
        entry,
        lines="DJ0002,,登记日期,2025-03-02,2025-03-22\nDJ0001,,登记编号,DJ0001,DJ0101",
    )
    assert answer.status_code == 302, answer.context["form"].errors
    found = CorrectionRequest.objects.get()
    provider = signed_in(world.police_cataloguer)
    provider.post(reverse("sharing:correction_verify", args=[found.pk]), {"rest": "confirmed"})
    first, second, third = (list(row) for row in scenes.ROWS)
    first[0], second[5] = "DJ0101", "2025-03-22"
    for rows in ([first, list(scenes.ROWS[1]), third], [first, second, third]):
        upload = hosting.check_upload(
            entry=entry, file=scenes.csv_file(rows), file_name="居住证.csv"
        )
        hosting.host(actor=actor_of(world.police_cataloguer), entry=entry, upload=upload)
    assert [line.dataset.number for line in found.lines.all() if line.dataset] == [3, 2]
    tasks.exchange()
    move = reverse("sharing:correction_move", args=[found.pk, "correct"])
    assert provider.post(move, {"reason": "已重新上传", "version": 0}).status_code == 302
    tasks.exchange()
    tasks.exchange()
    package = ExchangePackage.objects.get(extent=Extent.MENDED)
    assert package.rows == 2
    plain = decrypt((packages / package.file).read_bytes(), bytes.fromhex(key))
    assert plain.decode("utf-8-sig").replace('"', "").split() == [
        "变化,登记编号,姓名,登记日期",
        "变更,DJ0002,符**,2025-03-22",
        "变更,DJ0101,陈**,2025-03-01",
    ]
    signed_in(world.health_cataloguer).post(
        reverse("sharing:package_receive", args=[package.pk]), {"digest": package.digest}
    )
    (told,) = redelivering.with_receipts(Redelivery.objects.all())
    assert (told.rows, told.received_at is not None) == (2, True)
