"""What importing a workbook would do, entry by entry, judged by the rules that compiling obeys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import rules
from catalog.choices import EntryState
from catalog.differences import differences
from catalog.elements import ITEM_PREFIX
from catalog.guards import STRUCTURED
from catalog.importing.columns import ENTRIES_SHEET, ITEMS_SHEET, MAX_ENTRIES
from catalog.importing.parsing import NOTHING_GIVEN, Line, entry_line, item_line
from catalog.importing.template import EXAMPLE_MARK
from catalog.models import CatalogEntry, DataItem, ImportRow
from catalog.models.batch import RowAction
from catalog.models.entry import GONE
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS, draft_items, item_values
from catalog.services.reviewing import closed_changes, reopened_in
from citybrain.names import visible
from citybrain.organizations.models import Department
from citybrain.spreadsheets import CellIssue, Row, Sheet, Workbook
from citybrain.spreadsheets.specs import refuse
from citybrain.ui import DiffRow

CHUNK = 200
Report = Callable[[int, int], None]


@dataclass
class Candidate:
    """An entry's row with its item rows, and the entry of the catalog that it is about, if any.

    `reopened` are the keys that a return has left open in it, None for all.
    `items` are `rows` when they are understood, shortly before the candidate is judged: a workbook
    has far more of them than should be in memory.
    """

    line: Line
    rows: list[Row] = field(default_factory=list)
    items: list[Line] = field(default_factory=list)
    existing: CatalogEntry | None = None
    reopened: frozenset[str] | None = None

    @property
    def title(self) -> str:
        return self.line.text("title")

    @property
    def issues(self) -> list[CellIssue]:
        return [*self.line.issues, *(issue for item in self.items for issue in item.issues)]


def plan(
    workbook: Workbook, department: Department, report: Report
) -> tuple[Iterator[ImportRow], list[CellIssue]]:
    """The rows of the import, unsaved and without their batch, and the issues of stray item rows.

    Nothing is written. `report(done, total)` is called as rows are judged, while the iterator is
    used. Raises SpreadsheetError when there is nothing in the workbook or far too much.
    """
    entries = workbook[ENTRIES_SHEET]
    if not entries.rows:
        raise refuse(_("没有可以导入的行，请在列名下方逐行填写。"), ENTRIES_SHEET)
    if len(entries.rows) > MAX_ENTRIES:
        raise refuse(
            _("一次最多导入 %(limit)d 个信息资源，文件里有 %(count)d 个，请拆成几个文件。")
            % {"limit": MAX_ENTRIES, "count": len(entries.rows)},
            ENTRIES_SHEET,
        )
    candidates = [Candidate(entry_line(row, entries)) for row in entries]
    _refuse_duplicates(candidates)
    stray = _hand_out_items(workbook, candidates)
    return _rows(candidates, workbook[ITEMS_SHEET], department, report), stray


def _rows(
    candidates: Sequence[Candidate], items: Sheet, department: Department, report: Report
) -> Iterator[ImportRow]:
    for start in range(0, len(candidates), CHUNK):
        chunk = candidates[start : start + CHUNK]
        _find_existing(chunk, department)
        for candidate in chunk:
            candidate.items = [item_line(row, items) for row in candidate.rows]
            yield _judged(candidate, department)
            candidate.items = []
        report(min(start + CHUNK, len(candidates)), len(candidates))


def _refuse_duplicates(candidates: Sequence[Candidate]) -> None:
    """The first row of a title or code counts; which of them was meant cannot be known."""
    seen: dict[tuple[str, str], int] = {}
    for candidate in candidates:
        line = candidate.line
        for key, value, message in (
            ("title", rules.title_key(candidate.title), _("与第 %d 行的信息资源同名。")),
            ("code", line.text("code"), _("与第 %d 行的信息资源代码重复。")),
        ):
            if not value:
                continue
            first = seen.setdefault((key, value), line.number)
            if first != line.number:
                line.refuse(key, message % first)


def _hand_out_items(workbook: Workbook, candidates: Sequence[Candidate]) -> list[CellIssue]:
    """Gives each item row to its entry; returns the issues of those that belong to none."""
    by_title: dict[str, Candidate] = {}
    by_code: dict[str, Candidate] = {}
    for candidate in candidates:
        by_title.setdefault(rules.title_key(candidate.title), candidate)
        by_code.setdefault(candidate.line.text("code"), candidate)
    by_title.pop("", None)
    by_code.pop("", None)
    stray: list[CellIssue] = []
    sheet = workbook[ITEMS_SHEET]
    for row in sheet:
        line = Line(row, sheet)
        title, code = line.text("entry_title"), line.text("entry_code")
        owner = by_title.get(rules.title_key(title))
        coded = by_code.get(code)
        if not title and not code:
            line.refuse("entry_title", _("没有填写所属的信息资源名称。"))
        elif title and owner is None:
            line.refuse(
                "entry_title",
                _("“信息资源”表里没有名称为“%s”的行，请核对名称。") % title[:40],
            )
        elif code and coded is None and not _code_left_out(owner):
            line.refuse("entry_code", _("“信息资源”表里没有代码为“%s”的行。") % code[:64])
        elif owner is not None and coded is not None and owner is not coded:
            line.refuse("entry_code", _("名称和代码指向“信息资源”表里不同的行，请核对。"))
        target = owner or coded
        if target is None or line.unknown & {"entry_title", "entry_code"}:
            stray.append(line.issues[-1])
        else:
            target.rows.append(row)
    return stray


def _code_left_out(owner: Candidate | None) -> bool:
    """Whether the entry's own row leaves the code empty, so that the item's says nothing wrong."""
    return owner is not None and not owner.line.text("code")


def _find_existing(chunk: Sequence[Candidate], department: Department) -> None:
    """Looks up the department's own entries by code, or else by title; a few queries per chunk.

    A row about a published entry is about its revision under way, where there is one as a draft.
    """
    codes = {candidate.line.text("code") for candidate in chunk} - {""}
    keys = {rules.title_key(candidate.title) for candidate in chunk} - {""}
    own = (
        CatalogEntry.objects.filter(department=department)
        .filter(Q(code__in=codes) | Q(title_key__in=keys, revises=None) & ~Q(state__in=GONE))
        .defer("search")
        .prefetch_related("items")
    )
    found = list(own)
    by_code = {entry.code: entry for entry in found}
    by_title = {
        entry.title_key: entry
        for entry in found
        if entry.state not in GONE and entry.revises_id is None
    }
    copies = _drafts_revising(found)
    for candidate in chunk:
        line = candidate.line
        code = line.text("code")
        named = by_title.get(rules.title_key(candidate.title))
        meant = by_code.get(code) if code else named
        candidate.existing = copies.get(meant.pk, meant) if meant else None
        if code and candidate.existing is None:
            line.refuse(
                "code",
                _("“%s”不是本单位的信息资源代码；新编制的请留空，由门户生成。") % code[:64],
            )
        elif named is not None and meant not in (None, named) and named.pk != meant.revises_id:
            line.refuse(
                "title", _("本单位已有同名的信息资源（代码 %s），请更改名称。") % named.code
            )
    open_keys = reopened_in([one.existing for one in chunk if one.existing is not None])
    for candidate in chunk:
        if candidate.existing is not None:
            candidate.reopened = open_keys[candidate.existing.pk]


def _drafts_revising(entries: Sequence[CatalogEntry]) -> dict[int, CatalogEntry]:
    """The drafts of revisions of those that are published, by the id of what they revise."""
    published = [entry.pk for entry in entries if entry.is_published]
    drafts = CatalogEntry.objects.filter(revises__in=published, state=EntryState.DRAFT)
    rows = drafts.defer("search").prefetch_related("items") if published else ()
    return {entry.revises_id: entry for entry in rows if entry.revises_id is not None}


def _judged(candidate: Candidate, department: Department) -> ImportRow:
    line, existing = candidate.line, candidate.existing
    _check_standing(candidate, department)
    values = {**_present(existing), **line.values}
    items = [_item_values(item, existing) for item in candidate.items]
    _check_rules(candidate, department, values, items)
    found = _changes(existing, values, items) if existing else []
    if existing and existing.state != EntryState.DRAFT and (found or candidate.issues):
        line.refuse(
            "code" if line.text("code") else "title",
            _("该信息资源当前为“%s”，不是草稿，不能通过导入修改；已发布的请先起草修订稿。")
            % existing.get_state_display(),
        )
    if existing and candidate.reopened is not None:
        _refuse_closed(candidate, _present_content(existing), {**values, "items": items})
    row = ImportRow(
        number=line.number,
        title=visible(candidate.title)[:200],
        item_count=len(candidate.rows),
        action=RowAction.REFUSED,
        issues=[asdict(issue) for issue in candidate.issues],
    )
    if row.issues:
        return row
    row.entry = existing
    row.values, row.items = values, items
    if existing is None:
        row.action = RowAction.ADD
        return row
    row.version = existing.version
    row.differences = [[str(one.label), one.before, one.after] for one in found]
    row.action = RowAction.CHANGE if found else RowAction.SAME
    return row


def _changes(
    existing: CatalogEntry, values: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> list[DiffRow]:
    return differences(_present_content(existing), {**values, "items": items})


def _present_content(existing: CatalogEntry) -> dict[str, Any]:
    items = [_item_present(item) for item in existing.items.all()]
    return {**_present(existing), "items": items}


def _refuse_closed(
    candidate: Candidate, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """SC-17: what the return did not re-open stays; said at the cell, as on the form."""
    by_name = {item.text("name"): item for item in candidate.items}
    for key, message in closed_changes(candidate.reopened, before, after).items():
        name = key.removeprefix(ITEM_PREFIX)
        if name == key:
            candidate.line.refuse(key if key in ENTRY_FIELDS else "", message)
        elif name in by_name:
            by_name[name].refuse("name", message)
        else:
            candidate.line.refuse("", message)


def _check_standing(candidate: Candidate, department: Department) -> None:
    """What the row may not be about, whatever is in it."""
    line = candidate.line
    if candidate.title.startswith(EXAMPLE_MARK):
        line.refuse(
            "title", _("这是模板自带的示例行，请删除，或改为本单位的内容并去掉“（示例）”。")
        )
    named = line.text("department")
    if named and rules.title_key(named) not in (
        rules.title_key(department.name),
        rules.title_key(department.short_name),
    ):
        line.refuse("department", _("只能导入本单位（%s）的信息资源。") % department.name)


def _check_rules(
    candidate: Candidate,
    department: Department,
    values: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
) -> None:
    """Runs catalog/rules.py on the row and names each error by its cell."""
    line = candidate.line
    entry = CatalogEntry(department=department, **values)
    try:
        rules.check(entry, draft_items(entry, items), [item.number for item in candidate.items])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            _place(candidate, name, messages[0])
    if entry.format_class in STRUCTURED and not candidate.items and not line.issues:
        line.refuse("", _("没有信息项，请在“信息项”表中填写，每个信息项一行。"))


def _place(candidate: Candidate, name: str, message: str) -> None:
    """Puts an error of the rules to its cell, unless the cell already has one."""
    line, key = candidate.line, name
    prefix, _dash, rest = name.partition("-")
    if prefix == "items":
        number, _dash, key = rest.partition("-")
        line = candidate.items[int(number)] if number else candidate.line
    if key not in line.unknown:
        line.refuse(key, message)


def _present(existing: CatalogEntry | None) -> dict[str, Any]:
    if existing is None:
        return {}
    return {name: getattr(existing, name) for name in ENTRY_FIELDS}


def _item_present(item: DataItem) -> dict[str, Any]:
    return item_values(item)


def _item_values(line: Line, existing: CatalogEntry | None) -> dict[str, Any]:
    """The item as it would be stored: a column that the sheet lacks keeps what is there."""
    name = line.values.get("name", "")
    kept = (
        next((item for item in existing.items.all() if item.name == name), None)
        if existing
        else None
    )
    before = _item_present(kept) if kept else {}
    return {
        field: line.values.get(field, before.get(field, NOTHING_GIVEN.get(field, "")))
        for field in ITEM_FIELDS
    }
