"""What is reported as files: JSON with its digest as a stream, .xlsx in volumes that Excel opens."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.elements import label_of, shown
from catalog.models import DataItem, PackageLine, ProvincialReport
from catalog.provincial.choices import LineChange
from catalog.provincial.packages import lines_of
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from citybrain.labels import field_label
from citybrain.spreadsheets import Column, OutSheet, write_xlsx

VOLUME = 1_000  # entries; with their items they stay far below the rows of a sheet
IDENTITY = ("code", "department", "department_code")
CHANGES = dict(LineChange.choices)
RULE = (
    "SM3 over the canonical JSON (UTF-8, sorted keys, no spaces) of `content`; for a package over "
    '{"header": …, "entries": [[code, change, number, digest], …]}, each digest over the content.'
)


def json_of(report: ProvincialReport) -> Iterator[str]:
    """The whole report; a package of any size takes the memory of a few hundred entries."""
    head = {
        "number": report.number,
        "kind": report.kind,
        "title": report.title,
        "digest": report.digest,
        "digest_rule": RULE,
        "header" if report.is_package else "content": report.content,
    }
    text = json.dumps(head, ensure_ascii=False)
    if not report.is_package:
        yield text
        return
    yield text[:-1] + ', "entries": ['
    between = "\n"
    for code, change, number, digest, content in lines_of(report, content=True):
        line = {
            "code": code,
            "change": change,
            "number": number,
            "digest": digest,
            "content": content,
        }
        yield between + json.dumps(line, ensure_ascii=False)
        between = ",\n"
    yield "\n]}"


def volumes_of(report: ProvincialReport) -> list[tuple[int, int, int]]:
    """(number, first, last) of the volumes that a package's .xlsx comes in; one for the rest."""
    total = report.lines.count() if report.is_package else 1
    return [
        (number, start + 1, min(start + VOLUME, total))
        for number, start in enumerate(range(0, max(total, 1), VOLUME), 1)
    ]


def xlsx_of(report: ProvincialReport, volume: int) -> bytes:
    """One volume of a package, or an acceptance whole."""
    return write_xlsx(_package(report, volume) if report.is_package else _acceptance(report))


def _package(report: ProvincialReport, volume: int) -> Sequence[OutSheet]:
    start = (volume - 1) * VOLUME
    rows = PackageLine.objects.filter(report=report).select_related("entry", "revision")
    lines = list(rows.defer("entry__search").order_by("pk")[start : start + VOLUME])
    entry_columns = [
        Column("change", _("变化"), width=10),
        *(Column(name, label_of(name), width=20) for name in (*IDENTITY, *ENTRY_FIELDS)),
        Column("digest", _("SM3摘要"), width=66),
    ]
    item_columns = [
        Column("code", label_of("code"), width=24),
        Column("title", label_of("title"), width=24),
        *(Column(name, field_label(DataItem, name), width=16) for name in ITEM_FIELDS),
    ]
    return [
        OutSheet(_("信息资源"), entry_columns, (_entry_row(line) for line in lines)),
        OutSheet(
            _("信息项"),
            item_columns,
            (
                _item_row(line.revision.content, item)
                for line in lines
                if line.revision
                for item in line.revision.content.get("items", [])
            ),
        ),
    ]


def _entry_row(line: PackageLine) -> list[Any]:
    if line.revision is None:
        gone = {"code": line.entry.code, "title": line.entry.title}
        return [
            CHANGES[line.change],
            *(gone.get(name, "") for name in (*IDENTITY, *ENTRY_FIELDS)),
            "",
        ]
    content = line.revision.content
    return [
        CHANGES[line.change],
        *(shown(name, content) for name in (*IDENTITY, *ENTRY_FIELDS)),
        line.digest,
    ]


def _item_row(content: dict[str, Any], item: dict[str, Any]) -> list[Any]:
    return [content["code"], content["title"], *(_item_cell(item, name) for name in ITEM_FIELDS)]


def _item_cell(item: dict[str, Any], name: str) -> Any:
    value = item.get(name)
    choices = dict(DataItem._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices[value]) if value in choices else value


def _acceptance(report: ProvincialReport) -> Sequence[OutSheet]:
    content = report.content
    project = content["project"]
    facts = [
        (_("编号"), report.number),
        (_("建设单位"), content["department"]),
        (_("统一社会信用代码"), content["department_code"]),
        (_("项目名称"), project["name"]),
        (_("批复文号"), project["approval_number"]),
        (_("批复日期"), project["approved_on"]),
        (_("批复投资（万元）"), project["budget"]),
        (_("承建单位"), project["contractor"]),
        (_("竣工验收日期"), project["completed_on"]),
        (_("大数据局验收日期"), project["accepted_on"]),
        (_("验收意见"), project["opinion"]),
        (_("信息系统"), "、".join(project["systems"])),
        (_("SM3摘要"), report.digest),
    ]
    headings = (_("信息资源代码"), _("信息资源名称"), _("信息系统"), _("发布日期"), _("SM3摘要"))
    keys = ("code", "title", "system", "published_on", "digest")
    columns = [Column(key, heading, width=26) for key, heading in zip(keys, headings, strict=True)]
    return [
        OutSheet(
            _("验收结果"),
            [Column("name", _("事项"), width=20), Column("value", _("内容"), width=60)],
            facts,
        ),
        OutSheet(
            _("信息资源"),
            columns,
            ([entry[key] for key in keys] for entry in content["entries"]),
        ),
    ]
