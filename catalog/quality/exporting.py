"""Findings of a check as a file: rule, items and row number, never a value."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import CheckResult, QualityCheck
from catalog.quality.choices import Dimension
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

DIMENSIONS = dict(Dimension.choices)
SUMMARY = (
    Column("dimension", _("维度"), width=12),
    Column("label", _("规则"), width=48),
    Column("checked", _("检查数"), width=12),
    Column("failed", _("问题数"), width=12),
    Column("score", _("得分"), width=10),
)
FINDINGS = (
    Column(
        "row", _("数据行"), width=10, hint=_("数据的第几行，不含标题行，次序与上传的文件相同。")
    ),
    Column("dimension", _("维度"), width=12),
    Column("items", _("信息项"), width=30),
    Column("label", _("规则"), width=48),
)


def xlsx_of(check: QualityCheck) -> bytes:
    results = list(check.results.all())
    summary = [
        [DIMENSIONS[one.dimension], one.label, one.checked, one.failed, one.score]
        for one in results
    ]
    return write_xlsx(
        [
            OutSheet(str(_("问题清单")), FINDINGS, _rows(results)),
            OutSheet(str(_("规则汇总")), SUMMARY, summary),
        ]
    )


def csv_of(check: QualityCheck) -> Iterator[bytes]:
    return write_csv(_with_headings(list(check.results.all())))


def _with_headings(results: list[CheckResult]) -> Iterator[list[Any]]:
    yield [str(column.heading) for column in FINDINGS]
    yield from _rows(results)


def _rows(results: list[CheckResult]) -> Iterator[list[Any]]:
    for one in results:
        for number in one.row_numbers:
            yield [number, str(DIMENSIONS[one.dimension]), "、".join(one.items), one.label]
