"""Reading the lines of a report, pasted or from a file, and judging each of them.

What is wrong is told by line number and field. A consumer learns whether a row is among those that
it was granted and whether the value that it saw is the one that it is given, and nothing else.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import DataType
from catalog.values import check_value
from citybrain.spreadsheets import CellIssue, Column, SheetSpec, SpreadsheetError
from sharing.corrections.choices import LineKind
from sharing.corrections.scope import Scope
from sharing.gateway.records import shaped
from sharing.models import CorrectionLine, HostedRow
from sharing.services.hosting import read_sheet

MOST_LINES = 200
MOST_ISSUES = 50
LONGEST = 1000
KIND, ITEM, SEEN, EXPECTED = "#kind", "#item", "#seen", "#expected"
HEADINGS = {
    KIND: gettext_lazy("问题类型"),
    ITEM: gettext_lazy("校核信息项"),
    SEEN: gettext_lazy("看到的值"),
    EXPECTED: gettext_lazy("应为的值"),
}
KINDS: dict[str, str] = {
    "": LineKind.VALUE,
    **{value: value for value in LineKind.values},
    **{str(kind.label): kind.value for kind in LineKind},
}


@dataclass(frozen=True)
class Reported:
    """One line as it came; `number` is where it stands in what was sent."""

    number: int
    key: dict[str, str]
    kind: str = ""
    item: str = ""
    seen: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Judged:
    """A line without fault; `row` says what the portal knows the row by, empty when unknown."""

    line: Reported
    kind: str
    row: dict[str, str] = field(default_factory=dict)

    def as_model(self, number: int) -> CorrectionLine:
        line = self.line
        return CorrectionLine(
            number=number,
            kind=self.kind,
            key=line.key,
            item=line.item,
            seen=line.seen,
            expected=line.expected,
            row=self.row,
        )


def columns_of(scope: Scope) -> tuple[Column, ...]:
    """The headings of a report: by what a row is named, then what is wrong with it."""
    keys = [
        Column(
            key=name,
            heading=name,
            required=scope.whole_key,
            is_date=scope.present[name].data_type == DataType.DATE,
        )
        for name in scope.keys
    ]
    return (*keys, *(Column(key, text, required=False) for key, text in HEADINGS.items()))


def read(scope: Scope, *, pasted: str, file: BinaryIO | None) -> list[Reported]:
    """The lines pasted and those of a .csv or .xlsx. Raises ValidationError for `lines`, `file`."""
    found: list[Reported] = []
    if pasted.strip():
        text, before = _with_headings(scope, pasted)
        found += _lines(scope, io.BytesIO(text.encode()), "lines.csv", "lines", before)
    if file is not None:
        found += _lines(scope, file, getattr(file, "name", ""), "file", 0)
    return found


def _with_headings(scope: Scope, pasted: str) -> tuple[str, int]:
    """What was pasted under its headings, and how many lines these put before it."""
    text = pasted.strip("\r\n")
    first = text.partition("\n")[0]
    if any(str(heading) in first for heading in HEADINGS.values()):
        return text, 0
    mark = "\t" if "\t" in first else ","
    return mark.join(str(one.heading) for one in columns_of(scope)) + "\n" + text, 1


def as_pasted(scope: Scope, lines: Iterable[Reported]) -> str:
    """Lines as somebody would paste them, under their headings."""
    rows = [[str(column.heading) for column in columns_of(scope)]]
    for line in lines:
        key = [line.key.get(name, "") for name in scope.keys]
        rows.append([*key, line.kind, line.item, line.seen, line.expected])
    return "\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in rows)


def _lines(
    scope: Scope, file: BinaryIO, name: str, field_name: str, before: int
) -> Iterator[Reported]:
    try:
        sheet = read_sheet(file, name, SheetSpec("", columns_of(scope)))
    except SpreadsheetError as error:
        _refuse(field_name, [_moved(issue, before) for issue in error.issues])
    issues = [_moved(issue, before) for row in sheet for issue in row.issues]
    if issues:
        _refuse(field_name, issues)
    for row in sheet:
        given = row.values
        yield Reported(
            row.number - before,
            {name: given[name] for name in scope.keys if given.get(name)},
            *(given.get(key, "") for key in HEADINGS),
        )


def _moved(issue: CellIssue, lines: int) -> CellIssue:
    return replace(issue, row=max(1, issue.row - lines)) if issue.row and lines else issue


def judge(lines: Iterable[Reported], scope: Scope) -> list[Judged]:
    """The lines, each with the row that it is about. Raises ValidationError for `lines`."""
    found = list(lines)
    if len(found) > MOST_LINES:
        _refuse("lines", [CellIssue(_("一次最多提出%d行，请分几次提出。") % MOST_LINES)])
    seen: dict[tuple[object, ...], int] = {}
    judged: list[Judged] = []
    issues: list[CellIssue] = []
    faults = [list(_problems(line, scope)) for line in found]
    sound = [line.key for line, problems in zip(found, faults, strict=True) if not problems]
    rows = scope.find(sound)
    for line, own in zip(found, faults, strict=True):
        problems, row = own, dict[str, str]()
        if not own:
            first = seen.setdefault(_identity(line), line.number)
            if first != line.number:
                problems = [("", _("与第%d行重复。") % first)]
            elif scope.dataset_id is not None:
                problems, row = _looked_up(line, scope, rows.like(line.key))
        issues += [CellIssue(text, row=line.number, heading=name) for name, text in problems]
        judged.append(Judged(line, _kind(line), row or _given(line, scope)))
    if issues:
        _refuse("lines", issues)
    return judged


def _refuse(field_name: str, issues: Sequence[CellIssue]) -> None:
    texts = [str(issue) for issue in issues[:MOST_ISSUES]]
    if len(issues) > MOST_ISSUES:
        texts.append(_("另有%d处问题。") % (len(issues) - MOST_ISSUES))
    raise ValidationError({field_name: texts})


def _kind(line: Reported) -> str:
    return KINDS.get(line.kind.strip(), "")


def _identity(line: Reported) -> tuple[object, ...]:
    return (tuple(sorted(line.key.items())), _kind(line), line.item)


def _problems(line: Reported, scope: Scope) -> Iterator[tuple[str, str]]:
    """What is wrong with a line by itself, each with its field."""
    yield from _problems_of_key(line, scope)
    kind = _kind(line)
    if not kind:
        labels = "、".join(str(one.label) for one in LineKind)
        yield str(HEADINGS[KIND]), _("应为%s之一。") % labels
    elif kind == LineKind.VALUE:
        yield from _problems_of_value(line, scope)
    else:
        for key, text in ((ITEM, line.item), (SEEN, line.seen), (EXPECTED, line.expected)):
            if text:
                yield str(HEADINGS[key]), _("缺少或者多余整行的，此列留空。")
    for key, text in ((SEEN, line.seen), (EXPECTED, line.expected)):
        if len(text) > LONGEST:
            yield str(HEADINGS[key]), _("不能超过%d个字。") % LONGEST


def _problems_of_key(line: Reported, scope: Scope) -> Iterator[tuple[str, str]]:
    for name in line.key:
        if name not in scope.keys:
            yield name[:50], _("不能用来指明数据行。")
    if scope.whole_key:
        for name in scope.keys:
            if not line.key.get(name):
                yield name, _("请填写，用来指明数据行。")
    elif not line.key:
        yield "", _("请至少填写一个信息项的值，用来指明数据行。")


def _problems_of_value(line: Reported, scope: Scope) -> Iterator[tuple[str, str]]:
    if not line.item:
        yield str(HEADINGS[ITEM]), _("请填写有误的信息项。")
    elif line.item not in scope.items:
        yield str(HEADINGS[ITEM]), _("“%s”不在授权范围内。") % line.item[:50]
    elif line.item in scope.present and line.expected:
        problem = check_value(line.expected, scope.present[line.item])
        if problem:
            yield str(HEADINGS[EXPECTED]), problem
    if line.seen == line.expected:
        yield str(HEADINGS[EXPECTED]), _("与看到的值相同，请写明应为的值。")


def _looked_up(
    line: Reported, scope: Scope, rows: Sequence[HostedRow]
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Compares the line with the rows named so; its faults, and by what the row is known."""
    if _kind(line) == LineKind.MISSING:
        return ([("", _("已经有这一行。"))] if rows else []), {}
    if not rows:
        return [("", _("授权范围内没有这一行，请核对。"))], {}
    if len(rows) > 1:
        return [("", _("不止一行与此相符，请补充其他信息项的值。"))], {}
    compared = _kind(line) == LineKind.VALUE and line.item not in scope.barred
    if compared and line.seen != _as_given(rows[0], line.item, scope):
        text = _("与现在提供的值不同，可能已经更正，请取得最新数据后核对。")
        return [(str(HEADINGS[SEEN]), text)], {}
    return [], scope.known_by(rows[0])


def _as_given(row: HostedRow, item: str, scope: Scope) -> str:
    return shaped(row.values.get(item, ""), scope.items[item])


def _given(line: Reported, scope: Scope) -> dict[str, str]:
    """What was reported of the row, under the names of today."""
    return {
        scope.present[name].name: value for name, value in line.key.items() if name in scope.present
    }


def same_lines(lines: Sequence[Judged], kept: Sequence[Mapping[str, object]]) -> bool:
    """Whether these are the lines of a report that is kept."""
    return [(one.line.key, one.kind, one.line.item, one.line.expected) for one in lines] == [
        (one["key"], one["kind"], one["item"], one["expected"]) for one in kept
    ]
