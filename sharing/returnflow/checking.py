"""Checking what came down as uploads are checked, and splitting it by area.

The rows that a district gets are those whose area code begins with the six digits of its division
(GB/T 2260): codes of townships and villages begin so, too. The package becomes `checked` in one
transaction with all its parts, so that a worker that dies leaves nothing half done.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from io import BytesIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from citybrain import claims, workflow
from citybrain.crypto import sm3_hex
from citybrain.organizations.actors import system_actor
from citybrain.organizations.choices import Level
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.spreadsheets import CellIssue, SpreadsheetError, write_csv
from sharing.models import ReturnPackage, ReturnPart
from sharing.returnflow.choices import PackageState
from sharing.returnflow.transitions import PACKAGE
from sharing.services import hosting

CODE_DIGITS = 6
Row = dict[str, str]


def unfinished() -> QuerySet[ReturnPackage]:
    """Packages that wait for a worker and are in nobody's hands."""
    return ReturnPackage.objects.filter(claims.free(), state=PackageState.CHECKING).defer("content")


def check(package_id: int) -> None:
    """Checks and splits a package; does nothing when somebody else has it or has done it."""
    if not claims.take(ReturnPackage.objects.filter(pk=package_id, state=PackageState.CHECKING)):
        return
    package = ReturnPackage.objects.select_related("entry", "department").get(pk=package_id)
    if package.attempts > claims.MOST_ATTEMPTS:
        _fail(package, [CellIssue(_("多次处理都没有完成，请拆成较小的文件后重新登记。"))])
        return
    file = BytesIO(package.content or b"")
    try:
        found = hosting.check_upload(entry=package.entry, file=file, file_name=package.file_name)
    except SpreadsheetError as error:
        _fail(package, error.issues)
        return
    _pass(package, found.rows)


def districts() -> set[str]:
    """The codes of the city's districts: those of its departments there."""
    rows = Department.objects.active().filter(level=Level.DISTRICT)
    return set(rows.values_list("region_code", flat=True))


def split(rows: Iterable[Row], area_item: str, codes: set[str]) -> dict[str, list[Row]]:
    """The rows of each district that has some, in their order; those of no district under ""."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        code = row.get(area_item, "").strip()[:CODE_DIGITS] if area_item else ""
        parts[code if code in codes else ""].append(row)
    return dict(parts)


def _pass(package: ReturnPackage, rows: Sequence[Row]) -> None:
    names = list(package.entry.items.values_list("name", flat=True))
    parts = split(rows, package.area_item, districts())
    strays = len(parts.pop("", []))
    made = [_part(package, code, names, part) for code, part in sorted(parts.items())]
    made.append(_part(package, package.department.region_code, names, rows))

    def checked(current: ReturnPackage) -> None:
        ReturnPart.objects.bulk_create(made)
        current.rows, current.strays, current.claimed_at = len(rows), strays, None
        current.save(update_fields=["rows", "strays", "claimed_at"])

    try:
        workflow.perform(PACKAGE, "pass", obj=package, actor=system_actor(), change=checked)
    except Conflict:
        return  # a worker that was thought dead has ended it meanwhile


def _part(
    package: ReturnPackage, code: str, names: Sequence[str], rows: Sequence[Row]
) -> ReturnPart:
    lines = ([row.get(name, "") for name in names] for row in rows)
    content = b"".join(write_csv([names, *lines]))
    return ReturnPart(
        package=package,
        region_code=code,
        rows=len(rows),
        content=content,
        digest=sm3_hex(content),
    )


def _fail(package: ReturnPackage, issues: Sequence[CellIssue]) -> None:
    def failed(current: ReturnPackage) -> None:
        current.issues = [asdict(issue) for issue in issues]
        current.content = current.claimed_at = None
        current.save(update_fields=["issues", "content", "claimed_at"])

    with transaction.atomic():
        workflow.perform(PACKAGE, "fail", obj=package, actor=system_actor(), change=failed)
