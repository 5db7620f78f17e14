"""Rows uploaded on the screen: judged cell by cell, compared, confirmed, served; never half."""

import io
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from catalog.models import CatalogEntry
from citybrain.duties.models import Duty
from citybrain.refusals import Conflict
from sharing.models import DataUpload, HostedDataset, HostedRow, InterfaceService
from sharing.models.upload import UploadState
from sharing.services import hosting, uploads
from tests import calling, scenes
from tests.personas import World, actor_of
from tests.sharing.conftest import Published
from tests.sharing.files import HEADINGS, csv_of, xlsx_of, zip_bomb
from tests.sharing.using import SignedIn, at_once, queries_of, service_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(publishing: Published) -> World:
    return publishing[0]


@pytest.fixture
def published(publishing: Published) -> CatalogEntry:
    return publishing[1]


@pytest.fixture
def cataloguer(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.police_cataloguer)


def data_of(entry: CatalogEntry) -> str:
    return reverse("sharing:data", args=[entry.pk])


def send(client: Client, entry: CatalogEntry, content: bytes, name: str = "数据.csv") -> Any:
    return client.post(data_of(entry), {"file": SimpleUploadedFile(name, content)})


def sent(client: Client, entry: CatalogEntry, content: bytes, name: str = "数据.csv") -> DataUpload:
    """Uploads a file that is taken; the worker has judged it by then."""
    assert send(client, entry, content, name).status_code == 302
    return DataUpload.objects.latest("pk")


def confirm(client: Client, upload: DataUpload) -> int:
    return client.post(reverse("sharing:upload_confirm", args=[upload.pk])).status_code


def page_of(client: Client, upload: DataUpload) -> str:
    return text_of(client.get(reverse("sharing:upload", args=[upload.pk])))


# --- the way of a file ----------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "content"), [("甲.csv", csv_of()), ("乙.XLSX", xlsx_of())])
def test_a_file_is_checked_then_confirmed_then_served(
    world: World, cataloguer: Client, published: CatalogEntry, name: str, content: bytes
) -> None:
    granted = scenes.an_authorization(world, published, names=("登记编号", "姓名"))
    assert Duty.objects.get(rule="deliver").fulfilled_at is None
    upload = sent(cataloguer, published, content, name)
    assert (upload.state, upload.rows, upload.added) == (UploadState.CHECKED, 3, 3)
    assert not HostedDataset.objects.exists()
    page = page_of(cataloguer, upload)
    assert "检查通过，还没有更新数据" in page
    assert "陈琼生" in page
    assert confirm(cataloguer, upload) == 302
    upload.refresh_from_db()
    assert upload.state == UploadState.HOSTED
    assert upload.content is None
    assert upload.sample == []
    assert "已更新为第 1 批，共 3 行" in page_of(cataloguer, upload)
    assert Duty.objects.get(rule="deliver").fulfilled_at is not None
    address = reverse("gateway:records", args=[service_of(published).code])
    answer = calling.call(scenes.a_code(world, granted), address)
    assert answer.json()["records"][0] == {"登记编号": "DJ0001", "姓名": "陈**"}


def test_what_would_be_replaced_is_shown_before(
    world: World, cataloguer: Client, published: CatalogEntry
) -> None:
    confirm(cataloguer, sent(cataloguer, published, csv_of()))
    changed = [scenes.ROWS[0], [*scenes.ROWS[1][:4], "美兰区", scenes.ROWS[1][5]]]
    changed.append(["DJ0009", *scenes.ROWS[2][1:]])
    upload = sent(cataloguer, published, csv_of(changed))
    counts = (upload.added, upload.changed, upload.removed, upload.unchanged)
    assert counts == (1, 1, 1, 1)
    assert "确认后整批替换第 1 批（3 行" in page_of(cataloguer, upload)
    assert service_of(published).dataset.number == 1
    cancelled = cataloguer.post(reverse("sharing:upload_cancel", args=[upload.pk]))
    assert cancelled["Location"] == data_of(published)
    upload.refresh_from_db()
    assert (upload.state, upload.content) == (UploadState.CANCELLED, None)
    assert service_of(published).dataset.number == 1
    assert confirm(cataloguer, upload) == 409


def test_only_one_upload_of_an_entry_is_under_way(
    cataloguer: Client, published: CatalogEntry
) -> None:
    first = sent(cataloguer, published, csv_of())
    assert "有一次上传正在办理" in text_of(cataloguer.get(data_of(published)))
    answer = send(cataloguer, published, csv_of())
    assert answer.status_code == 409
    assert "请先确认或放弃那一次" in text_of(answer)
    confirm(cataloguer, first)
    assert send(cataloguer, published, csv_of()).status_code == 302


def test_data_updated_since_the_check_is_compared_once_more(
    world: World, cataloguer: Client, published: CatalogEntry
) -> None:
    upload = sent(cataloguer, published, csv_of())
    read = hosting.check_upload(
        entry=published, file=scenes.csv_file(scenes.ROWS[:1]), file_name="x.csv"
    )
    hosting.host(actor=actor_of(world.police_cataloguer), entry=published, upload=read)
    answer = cataloguer.post(reverse("sharing:upload_confirm", args=[upload.pk]), follow=True)
    assert "检查之后数据已由他人更新" in text_of(answer)
    upload.refresh_from_db()
    assert upload.state == UploadState.CHECKED
    assert (upload.added, upload.unchanged) == (2, 1)
    confirm(cataloguer, upload)
    assert service_of(published).dataset.rows == 3


# --- wrong files ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("数据.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "请上传 .xlsx 或 .csv 格式"),
        ("数据.xlsx", csv_of(), "这是文本文件"),
        ("数据.xlsx", zip_bomb(), "解压后"),
        ("数据.csv", xlsx_of(), "这是 Excel 工作簿"),
        ("数据.xlsx", b"PK\x03\x04broken", "文件已损坏"),
        ("数据.csv", b"", "文件是空的"),
        ("没有扩展名", csv_of(), "请上传 .xlsx 或 .csv 格式"),
    ],
)
def test_a_file_of_another_kind_is_refused_at_once(
    cataloguer: Client, published: CatalogEntry, name: str, content: bytes, words: str
) -> None:
    answer = send(cataloguer, published, content, name)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not DataUpload.objects.exists()


def with_cell(row: int, column: int, value: str) -> list[list[str]]:
    rows = [list(one) for one in scenes.ROWS]
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("a.csv", csv_of(headings=["编号", *HEADINGS[1:]]), (None, ""), "缺少“登记编号”"),
        ("a.csv", csv_of(headings=["甲", "乙"]), (None, ""), "没有找到任何列名"),
        ("a.csv", csv_of([]), (None, ""), "没有数据行"),
        ("a.csv", csv_of(with_cell(1, 1, "")), (3, "姓名"), "必填项不能为空"),
        ("a.csv", csv_of(with_cell(2, 5, "去年夏天")), (4, "登记日期"), "不能确定是哪一天"),
        ("a.csv", csv_of(with_cell(0, 4, "长" * 21)), (2, "行政区划"), "超出数据长度20"),
        ("a.csv", csv_of(with_cell(2, 0, "DJ0001")), (4, "登记编号"), "主键与第2行重复"),
        ("a.csv", csv_of() + b'\n"DJ0009,', (None, ""), "引号没有成对"),
        ("a.xlsx", xlsx_of(with_cell(0, 1, "=A1&B1")), (2, "姓名"), "公式"),
        ("a.xlsx", xlsx_of(merge="B2:B3"), (None, ""), "合并"),
        ("a.xlsx", xlsx_of(with_cell(0, 2, 460199199001010015)), (2, "公民身份号码"), "15 位"),  # type: ignore[arg-type]
    ],
)
def test_what_is_wrong_is_named_by_row_and_item_and_nothing_is_served(  # noqa: PLR0917
    cataloguer: Client,
    published: CatalogEntry,
    name: str,
    content: bytes,
    place: tuple[int | None, str],
    words: str,
) -> None:
    upload = sent(cataloguer, published, content, name)
    assert upload.state == UploadState.FAILED
    assert upload.content is None
    issue = upload.issues[0]
    assert words in issue["message"]
    assert (issue["row"], issue["heading"]) == place
    page = page_of(cataloguer, upload)
    assert words in page
    assert "提供的数据没有任何变化" in page
    assert not HostedDataset.objects.exists()
    assert not InterfaceService.objects.exists()


def test_every_fault_is_in_the_list_to_work_through(
    cataloguer: Client, published: CatalogEntry
) -> None:
    rows = [["", "", "", "", "", "昨天"] for _n in range(3)] + scenes.ROWS
    upload = sent(cataloguer, published, csv_of(rows))
    # Two required items and a date in each row, and an empty key that comes again twice.
    assert len(upload.issues) == 3 * 3 + 2
    answer = cataloguer.get(reverse("sharing:upload_issues", args=[upload.pk]))
    assert answer.content.startswith(b"PK")


def test_a_file_that_is_too_long_is_refused_with_the_limit(
    world: World, cataloguer: Client
) -> None:
    entry = scenes.a_published_entry(
        world, title="编号信息", items=[{"name": "编号", "data_type": "C"}]
    )
    content = ("编号\n" + "1\n" * 200_000).encode()
    upload = sent(cataloguer, entry, content)
    assert upload.state == UploadState.FAILED
    assert "50,000 行的上限" in upload.issues[0]["message"]


def test_the_template_is_taken_when_it_is_filled(
    cataloguer: Client, published: CatalogEntry
) -> None:
    template = cataloguer.get(reverse("sharing:data_template", args=[published.pk]))
    workbook = load_workbook(io.BytesIO(template.content))
    for row in scenes.ROWS:
        workbook.active.append(row)
    target = io.BytesIO()
    workbook.save(target)
    assert sent(cataloguer, published, target.getvalue(), "t.xlsx").state == UploadState.CHECKED


# --- who ------------------------------------------------------------------------------------------
def test_others_see_as_much_as_they_may(
    world: World, signed_in: SignedIn, cataloguer: Client, published: CatalogEntry
) -> None:
    upload = sent(cataloguer, published, csv_of())
    page = reverse("sharing:upload", args=[upload.pk])
    for person, status in (
        (world.police_cataloguer, 200),
        (world.auditor, 200),
        (world.police_head, 404),
        (world.coordinator, 404),
        (world.health_cataloguer, 404),
    ):
        answer = signed_in(person).get(page)
        assert answer.status_code == status, person.name
        assert ("陈琼生" in text_of(answer)) == (person == world.police_cataloguer)
    for person, status in (
        (world.police_head, 200),
        (world.coordinator, 200),
        (world.health_cataloguer, 403),
    ):
        answer = signed_in(person).get(data_of(published))
        assert answer.status_code == status
        assert "上传并检查" not in text_of(answer)
        assert send(signed_in(person), published, csv_of()).status_code == 403
    assert signed_in(world.health_cataloguer).get("/catalog/").status_code == 200


def test_an_entry_is_published_before_it_has_data(world: World, cataloguer: Client) -> None:
    draft = scenes.a_draft(world, title="居住证签注信息")
    assert "信息资源发布后才能提供数据" in text_of(cataloguer.get(data_of(draft)))
    assert send(cataloguer, draft, csv_of()).status_code == 409


def test_the_entry_shows_its_data_and_the_way_to_upload(
    world: World, signed_in: SignedIn, cataloguer: Client, published: CatalogEntry
) -> None:
    page = reverse("catalog:entry", args=[published.pk])
    assert "还没有提供数据" in text_of(cataloguer.get(page))
    assert "数据与接口" not in text_of(signed_in(world.health_head).get(page))
    confirm(cataloguer, sent(cataloguer, published, csv_of()))
    body = text_of(cataloguer.get(page))
    assert service_of(published).code in body
    assert "上传数据" in body
    other = text_of(signed_in(world.health_head).get(page))
    assert service_of(published).code in other
    assert "上传数据" not in other
    assert data_of(published) not in other


def test_the_page_costs_the_same_for_two_and_for_two_hundred(
    world: World, cataloguer: Client, published: CatalogEntry
) -> None:
    confirm(cataloguer, sent(cataloguer, published, csv_of()))
    more = {"entry": published, "rows": 1, "uploaded_by": world.police_cataloguer}
    at = HostedDataset.objects.get().uploaded_at

    def add(first: int, last: int) -> None:
        HostedDataset.objects.bulk_create(
            HostedDataset(**more, number=n, uploaded_at=at) for n in range(first, last)
        )
        DataUpload.objects.bulk_create(
            DataUpload(
                entry=published,
                uploaded_by=world.police_cataloguer,
                state=UploadState.FAILED,
                file_name=f"{n}.csv",
            )
            for n in range(first, last)
        )

    add(2, 4)
    few = queries_of(cataloguer, data_of(published))
    add(4, 200)
    assert queries_of(cataloguer, data_of(published)) == few <= 22


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_upload_or_confirm_at_once(world: World, published: CatalogEntry) -> None:
    actor = actor_of(world.police_cataloguer)
    calls = [
        partial(
            uploads.upload,
            actor=actor,
            entry=published,
            file_name="a.csv",
            file=scenes.csv_file(),
        )
        for _person in range(2)
    ]
    found = at_once(*calls)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "DataUpload"]
    upload = DataUpload.objects.get()
    at_once(partial(uploads.check, upload.pk), partial(uploads.check, upload.pk))
    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == (UploadState.CHECKED, 0)
    again = partial(uploads.confirm, actor=actor, upload=upload)
    assert sum(isinstance(one, Conflict) for one in at_once(again, again)) == 1
    at_once(partial(uploads.apply, upload.pk), partial(uploads.apply, upload.pk))
    assert HostedDataset.objects.count() == 1
    assert HostedRow.objects.count() == 3
