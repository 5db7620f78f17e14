"""Workbooks as people fill them in, right and wrong, made with a program that is not the portal's."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from catalog.importing.columns import ENTRIES_SHEET, ENTRY_COLUMNS, ITEM_COLUMNS, ITEMS_SHEET
from catalog.models import ImportBatch

Words = dict[str, Any]
Spoil = Callable[[Any, Any], object]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENTRY_SHEET_PART = "xl/worksheets/sheet1.xml"


def entry(title: str = "居住证登记信息", **changes: Any) -> Words:
    """An entry's row in the words of the template."""
    return {
        "title": title,
        "office": "户政管理处",
        "resource_class": "部门信息资源",
        "class_item": "省（自治区、直辖市）及以下",
        "theme": "公共服务",
        "summary": "全市居住证申领、签注登记信息。",
        "format_class": "数据库",
        "format_type": "mysql",
        "sharing_type": "有条件共享",
        "sharing_condition": "仅限依法办理公共服务事项时核验。",
        "sharing_method": "服务接口",
        "open_type": "不予开放",
        "update_cycle": "每月",
        "use_scope": "业务协同。",
        "secrecy": "不涉及国家秘密和工作秘密",
        "privacy": "涉及个人信息",
        "assessment": "按最小必要提供，返回时遮蔽。",
        **changes,
    }


def item(entry_title: str = "居住证登记信息", name: str = "姓名", **changes: Any) -> Words:
    return {"entry_title": entry_title, "name": name, "data_type": "字符串型C", **changes}


def workbook(
    entries: Sequence[Words] = (), items: Sequence[Words] = (), spoil: Spoil | None = None
) -> bytes:
    """The two sheets of the template with these rows; `spoil` gets both sheets before saving."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = ENTRIES_SHEET
    second = book.create_sheet(ITEMS_SHEET)
    for sheet, columns, rows in (
        (first, ENTRY_COLUMNS, entries),
        (second, ITEM_COLUMNS, items),
    ):
        sheet.append([str(column.heading) for column in columns])
        for row in rows:
            sheet.append([row.get(column.key) for column in columns])
    if spoil is not None:
        spoil(first, second)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def simple(*titles: str, **changes: Any) -> bytes:
    """Complete entries with one item each."""
    return workbook(
        [entry(title, **changes) for title in titles], [item(title) for title in titles]
    )


def repacked(content: bytes, **parts: Callable[[bytes], bytes] | bytes) -> bytes:
    """The archive with parts changed or added, named with __ for / and _dot_ for the dot."""
    target = io.BytesIO()
    changes = {
        name.replace("__", "/").replace("_dot_", "."): change for name, change in parts.items()
    }
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            change = changes.pop(name, None)
            kept = source.read(name)
            copy.writestr(name, change(kept) if callable(change) else kept)
        for name, added in changes.items():
            assert isinstance(added, bytes)
            copy.writestr(name, added)
    return target.getvalue()


def upload(client: Client, content: bytes, name: str = "目录.xlsx", **data: Any) -> Any:
    """What the browser shows in the end: the preview (the tests' worker is at once), or the form."""
    form = client.get(reverse("catalog:import_new")).context["form"]
    file = SimpleUploadedFile(name, content, XLSX)
    sent = {"department": form.initial["department"], "file": file, **data}
    return client.post(reverse("catalog:import_new"), sent, follow=True)


def last_batch() -> ImportBatch:
    return ImportBatch.objects.defer("content").latest("id")


def read(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of a workbook by sheet, as another program reads them."""
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}
