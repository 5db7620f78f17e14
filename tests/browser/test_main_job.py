"""The main job, walked in a real Chromium by the seven people concerned, with a real worker.

Import a workbook, grade, sign off, approve, find, apply, sign, answer, call the gateway over HTTP,
see the call on record, compile the report, open the .docx and find the call counted.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from django.utils import timezone
from docx import Document
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from catalog.importing.columns import ENTRIES_SHEET, ENTRY_COLUMNS, ITEM_COLUMNS, ITEMS_SHEET
from citybrain.spreadsheets import OutSheet, write_csv, write_xlsx
from tests import calling
from tests.browser.people import Portal, press
from tests.browser.worker import running_worker
from tests.personas import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "居住证登记信息"
ENTRY = {
    "title": TITLE,
    "office": "人口管理支队",
    "resource_class": "部门信息资源",
    "class_item": "省（自治区、直辖市）及以下",
    "theme": "公共服务",
    "summary": "本市居住证的登记编号、持证人、居住地行政区划和登记日期，随办理更新。",
    "format_class": "数据库",
    "format_type": "KingbaseES",
    "sharing_type": "有条件共享",
    "sharing_condition": "共享范围：卫生健康、教育部门。使用用途：核验居住情况。",
    "sharing_method": "服务接口",
    "open_type": "不予开放",
    "update_cycle": "每日",
    "use_scope": "业务协同。接种登记、入学审核时核验居住情况。",
    "secrecy": "不涉及国家秘密和工作秘密",
    "privacy": "涉及敏感个人信息",
    "assessment": "含身份证件号码，按最小必要提供，返回时遮蔽，调用全程留痕。",
    "system_name": "海口市流动人口管理系统",
}
ITEMS = (
    ("登记编号", "字符串型C", "20", "是"),
    ("姓名", "字符串型C", "40", "否"),
    ("公民身份号码", "字符串型C", "18", "否"),
    ("行政区划", "字符串型C", "20", "否"),
    ("登记日期", "日期型D", "", "否"),
)
ROWS = [
    ["DJ0001", "陈琼生", "460199199001010015", "秀英区", "2025-03-01"],
    ["DJ0002", "符海燕", "460199198502020023", "龙华区", "2025-03-02"],
]


def workbook() -> bytes:
    entry = [ENTRY.get(column.key, "") for column in ENTRY_COLUMNS]
    items = [
        [
            {
                "entry_title": TITLE,
                "name": name,
                "data_type": kind,
                "length": length,
                "is_key": key,
            }.get(column.key, "")
            for column in ITEM_COLUMNS
        ]
        for name, kind, length, key in ITEMS
    ]
    return write_xlsx(
        [
            OutSheet(ENTRIES_SHEET, ENTRY_COLUMNS, [entry]),
            OutSheet(ITEMS_SHEET, ITEM_COLUMNS, items),
        ]
    )


@pytest.fixture
def people(transactional_db: None) -> World:
    return build_world()


@pytest.fixture
def portal(chromium: Browser, live_server: LiveServer) -> Iterator[Portal]:
    portal = Portal(chromium, live_server.url)
    yield portal
    assert portal.complaints == []


def imported(portal: Portal, world: World) -> str:
    """The cataloguer imports the workbook and submits nothing yet; the address of the entry."""
    page = portal.page_of(world.police_cataloguer)
    page.goto(f"{portal.url}/catalog/imports/new/")
    portal.picture(page, "import-upload")
    page.set_input_files(
        "input[type=file]",
        {"name": "居住证.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": workbook()},
    )
    press(page, "上传并检查")
    page.get_by_role("button", name="确认导入").wait_for()
    portal.picture(page, "import-preview")
    press(page, "确认导入")
    page.get_by_role("link", name=TITLE).first.wait_for()
    portal.picture(page, "import-done")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(re.compile(r"/catalog/\d+/$"))
    portal.picture(page, "entry-draft")
    return page.url


def graded(portal: Portal, world: World) -> None:
    page = portal.page_of(world.police_security)
    page.goto(f"{portal.url}/")
    portal.picture(page, "security-worklist")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.wait_for_load_state("networkidle")
    portal.picture(page, "grading")
    press(page, "全部采纳建议")


def signed_off(portal: Portal, world: World, address: str) -> None:
    page = portal.page_of(world.police_cataloguer)
    page.goto(address)
    press(page, "提交签发")
    page = portal.page_of(world.police_head)
    from_worklist(portal, page, "head-worklist")
    press(page, "签发并报审")
    portal.picture(page, "entry-signed")


def approved(portal: Portal, world: World) -> None:
    page = portal.page_of(world.approver)
    from_worklist(portal, page, "approver-worklist")
    portal.picture(page, "entry-review")
    press(page, "审核通过并发布")
    portal.picture(page, "entry-published")


def hosted(portal: Portal, world: World, address: str) -> None:
    page = portal.page_of(world.police_cataloguer)
    page.goto(address)
    portal.picture(page, "entry-data-panel")
    page.get_by_role("link", name="上传数据").click()
    page.wait_for_load_state("networkidle")
    content = b"".join(write_csv([[name for name, *_rest in ITEMS], *ROWS]))
    page.set_input_files(
        "input[type=file]", {"name": "居住证.csv", "mimeType": "text/csv", "buffer": content}
    )
    portal.picture(page, "host-upload")
    press(page, "上传并检查")
    page.get_by_role("button", name="确认更新数据").wait_for()
    portal.picture(page, "host-preview")
    press(page, "确认更新数据")
    portal.picture(page, "host-done")


def applied(portal: Portal, world: World) -> None:
    """Another department finds the entry and applies for four of its items."""
    page = portal.page_of(world.health_cataloguer)
    page.goto(f"{portal.url}/catalog/?q=居住")
    portal.picture(page, "search")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_load_state("networkidle")
    portal.picture(page, "entry-of-another-department")
    page.get_by_role("link", name="申请共享").first.click()
    page.wait_for_load_state("networkidle")
    for name in ("登记编号", "姓名", "公民身份号码", "登记日期"):
        page.get_by_label(name).check()
    page.locator("input[name=use_basis]").first.check()
    page.fill("[name=legal_basis]", "《中华人民共和国疫苗管理法》第四十七条")
    page.fill("[name=scenario]", "预防接种登记时核验居住情况")
    page.fill("[name=usage_range]", "市卫健委疾病预防控制处及各接种门诊")
    page.fill("[name=ends_on]", (timezone.localdate() + timedelta(days=180)).isoformat())
    page.fill("[name=daily_calls]", "100")
    page.fill("[name=contact]", "卞卫录 0898-68720001")
    portal.picture(page, "application-form")
    press(page, "保存并提交签发")
    portal.picture(page, "application-submitted")


def answered(portal: Portal, world: World) -> None:
    page = portal.page_of(world.health_head)
    from_worklist(portal, page, "consumer-head-worklist")
    press(page, "签发并送提供方")
    page = portal.page_of(world.police_head)
    from_worklist(portal, page, "provider-head-worklist")
    portal.picture(page, "application-to-answer")
    press(page, "同意共享")
    portal.picture(page, "application-agreed")


def code_fetched(portal: Portal, world: World) -> tuple[str, str]:
    """The code, which is shown once, and the address that it opens."""
    page = portal.page_of(world.health_cataloguer)
    page.goto(f"{portal.url}/sharing/authorizations/")
    portal.picture(page, "authorizations")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_load_state("networkidle")
    portal.picture(page, "authorization")
    press(page, "代表本单位承诺")
    page.get_by_role("link", name="领取正式环境授权码").click()
    portal.picture(page, "code-form")
    press(page, "领取授权码")
    portal.picture(page, "code-issued")
    text = page.content()
    code = re.search(r"cba_\w+\.\w+", text)
    service = re.search(r"/gateway/v1/services/(\w+)/records", text)
    assert code is not None
    assert service is not None
    page.goto(f"{portal.url}/sharing/authorizations/")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_load_state("networkidle")
    assert code.group() not in page.content(), "a code is shown once"
    return code.group(), f"{portal.url}{service.group()}"


def called(code: str, address: str) -> None:
    path = "/" + address.split("/", 3)[3]
    answer = httpx.get(address, headers=calling.headers(code, path), timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.json()["records"][0] == {
        "登记编号": "DJ0001",
        "姓名": "陈**",
        "公民身份号码": "460*************15",
        "登记日期": "2025-03-01",
    }
    assert (
        httpx.get(address, headers={"Authorization": "Bearer cba_wrong.wrong"}).status_code == 401
    )


def recorded(portal: Portal, world: World) -> None:
    for person, side in (
        (world.health_cataloguer, "used"),
        (world.police_cataloguer, "provided"),
    ):
        page = portal.page_of(person)
        page.goto(f"{portal.url}/sharing/calls/?side={side}")
        portal.picture(page, f"calls-{side}")
        line = page.locator("tbody tr", has_text=TITLE)
        assert line.count() == 1
        assert "已提供" in line.first.inner_text()


def reported(portal: Portal, world: World, year: int, folder: Path) -> None:
    """The evaluator compiles the report; the document counts the call."""
    page = portal.page_of(world.evaluator)
    page.goto(f"{portal.url}/evaluation/reports/")
    page.locator("[name=year]").select_option(str(year))
    portal.picture(page, "reports")
    press(page, "开始编制")
    document = page.get_by_role("button", name="下载报告")
    document.wait_for()
    portal.picture(page, "report")
    with page.expect_download() as download:
        document.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert str(year) in path.name
    opened = Document(io.BytesIO(path.read_bytes()))
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert f"{year}年度政务信息资源共享情况" in text.replace("\n", "")
    assert "共被调用2次，其中成功1次、拒绝1次" in text, "the call and the refused one are counted"


def from_worklist(portal: Portal, page: Page, name: str) -> None:
    """The person lands on the worklist and opens the one thing that waits there."""
    page.goto(f"{portal.url}/")
    portal.picture(page, name)
    page.locator("main").get_by_role("link", name=re.compile(TITLE)).first.click()
    page.wait_for_load_state("networkidle")


def test_the_main_job(portal: Portal, people: World, tmp_path: Path) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    with running_worker():
        # A report of the present year counts what happened before today.
        with time_machine.travel(yesterday, tick=True):
            address = imported(portal, people)
            graded(portal, people)
            signed_off(portal, people, address)
            approved(portal, people)
            hosted(portal, people, address)
            applied(portal, people)
            answered(portal, people)
            code, service = code_fetched(portal, people)
            called(code, service)
            recorded(portal, people)
        reported(portal, people, timezone.localdate(yesterday).year, tmp_path)
