"""Compiling, moving and refreshing catalog entries."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import rules
from catalog.choices import EntryState
from catalog.models import CatalogEntry, DataItem, DataUpdate, EntryRevision
from catalog.policies import entry_policy
from catalog.services.codes import next_codes, prefix_of
from catalog.transitions import ENTRY
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.crypto import digest_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text
from citybrain.textsearch import SearchVectorValue

ENTRY_FIELDS = (
    "office", "title", "summary", "resource_class", "class_item", "theme", "format_class",
    "format_type", "sharing_type", "sharing_condition", "sharing_method", "open_type",
    "open_condition", "update_cycle", "use_scope", "system_name", "related_code",
)  # fmt: skip
ITEM_FIELDS = (
    "name", "field", "data_type", "length", "unit", "description", "is_key", "is_required",
)  # fmt: skip
STORED_ITEM_FIELDS = ("position", *ITEM_FIELDS)


def search_value(
    *, title: str, code: str, item_names: Sequence[str], summary: str, department: str
) -> SearchVectorValue:
    """The search vector of an entry: name before item before summary."""
    return SearchVectorValue(
        [
            (title, "A"),
            (code, "A"),
            (" ".join(item_names), "B"),
            (summary, "C"),
            (department, "D"),
        ]
    )


@transaction.atomic
def compile_entry(
    *,
    actor: Actor,
    department: Department,
    values: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
) -> CatalogEntry:
    """Makes a draft entry with its items and gives it its resource code (HK-14).

    `values` and `items` have the keys of ENTRY_FIELDS and ITEM_FIELDS. Raises PermissionDenied
    when the actor may not compile for `department`, ValidationError naming the field (see
    catalog/rules.py) otherwise. For hundreds at once there is services/bulk.py.
    """
    entry = new_entry(actor=actor, department=department, values=values)
    entry_policy.require(actor, "compile", entry)
    drafted = draft_items(entry, items)
    rules.check(entry, drafted)
    if rules.entries_called(department, [entry.title]):
        raise rules.title_taken()
    entry.code = next_codes(
        prefix_of(
            department=department,
            resource_class=entry.resource_class,
            class_item=entry.class_item,
        )
    )[0]
    derive(entry, drafted)
    with title_kept_once():
        entry.save(force_insert=True)
    DataItem.objects.bulk_create(drafted)
    entry.refresh_from_db(fields=["search"])
    record(
        "catalog.entry.compiled",
        actor=actor,
        subject=entry,
        department=department,
        data={"code": entry.code, "items": [item.name for item in drafted]},
    )
    return entry


@transaction.atomic
def change_entry(
    *,
    actor: Actor,
    entry: CatalogEntry,
    version: int | None = None,
    values: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
) -> CatalogEntry:
    """Changes a draft. The resource code stays as it is, whatever changes.

    `version` is what the person had before their eyes. Raises Conflict when the entry is no longer
    a draft or was changed by somebody else meanwhile, ValidationError naming the field.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    entry_policy.require(actor, "compile", current)
    expected = current.version if version is None else version
    won = CatalogEntry.objects.filter(pk=entry.pk, state=EntryState.DRAFT, version=expected).update(
        version=F("version") + 1
    )
    if not won:
        raise Conflict(
            _("这一信息资源已不是草稿，或刚刚由他人修改，请刷新后再修改。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    before = content_of(current)
    for name in ENTRY_FIELDS:
        if name in values:
            setattr(current, name, trimmed(values[name]))
    drafted = draft_items(current, items)
    rules.check(current, drafted)
    if rules.entries_called(current.department, [current.title], except_pk=current.pk):
        raise rules.title_taken()
    derive(current, drafted)
    with title_kept_once():
        current.save()
    _replace_items(current, drafted)
    current.refresh_from_db(fields=["search"])
    after = content_of(current)
    record(
        "catalog.entry.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={"before": _differences(before, after), "after": _differences(after, before)},
    )
    return current


def errors_of(
    *,
    entry: CatalogEntry | None,
    values: Mapping[str, Any] | None,
    items: Sequence[Mapping[str, Any]],
    rows: Sequence[int],
) -> ValidationError | None:
    """What the rules will say of a form before it is saved; None when they have no objection.

    Without `values` (they could not be read) the items alone are judged. `rows` as in rules.check.
    """
    draft = CatalogEntry() if entry is None else copy(entry)
    for name, value in (values or {}).items():
        setattr(draft, name, trimmed(value))
    drafted = draft_items(draft, items)
    if values is None:
        found = rules.item_errors(drafted, rows)
        return ValidationError(found) if found else None
    try:
        rules.check(draft, drafted, rows)
    except ValidationError as error:
        return error
    return None


def new_entry(*, actor: Actor, department: Department, values: Mapping[str, Any]) -> CatalogEntry:
    """A draft in memory, without code and search vector."""
    return CatalogEntry(
        department=department,
        created_by=actor.user,
        **{name: trimmed(values[name]) for name in ENTRY_FIELDS if name in values},
    )


def draft_items(entry: CatalogEntry, items: Sequence[Mapping[str, Any]]) -> list[DataItem]:
    """The items in memory, numbered in their order."""
    return [
        DataItem(
            entry=entry,
            position=position,
            **{name: trimmed(values[name]) for name in ITEM_FIELDS if name in values},
        )
        for position, values in enumerate(items, 1)
    ]


def trimmed(value: Any) -> Any:
    """Texts as a workbook would bring them back, whichever way they came."""
    return cell_text(value) if isinstance(value, str) else value


def derive(entry: CatalogEntry, items: Sequence[DataItem]) -> None:
    """Sets what follows from the entry's title and items: keys to compare, sort and search by."""
    entry.title_key = rules.title_key(entry.title)
    entry.title_pinyin = sort_key(entry.title)
    entry.search = search_value(
        title=entry.title,
        code=entry.code,
        item_names=[item.name for item in items],
        summary=entry.summary,
        department=entry.department.name,
    )


@contextmanager
def title_kept_once() -> Iterator[None]:
    """Turns the database's refusal of a title into the field's message: somebody was quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "entry_title_once_per_department" not in str(error):
            raise
        raise rules.title_taken() from None


def _differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if other.get(key) != value}


def _replace_items(entry: CatalogEntry, drafted: Sequence[DataItem]) -> None:
    """Brings the draft's items in line with `drafted`, keeping those whose name stays."""
    kept = {item.name: item for item in entry.items.all()}
    entry.items.exclude(name__in=[item.name for item in drafted]).delete()
    new, changed = [], []
    for wanted in drafted:
        item = kept.get(wanted.name)
        if item is None:
            new.append(wanted)
            continue
        if any(getattr(item, name) != getattr(wanted, name) for name in STORED_ITEM_FIELDS):
            wanted.pk = item.pk
            changed.append(wanted)
    DataItem.objects.bulk_update(changed, STORED_ITEM_FIELDS)
    DataItem.objects.bulk_create(new)


def content_of(entry: CatalogEntry) -> dict[str, Any]:
    """Everything that is decided on when an entry is approved, as canonical JSON values."""
    content = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    content["code"] = entry.code
    content["department"] = entry.department.name
    content["department_code"] = entry.department.credit_code
    content["items"] = [
        {name: getattr(item, name) for name in ITEM_FIELDS} for item in entry.items.all()
    ]
    plain = canonical_value(content)
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain


def move(
    name: str,
    *,
    actor: Actor,
    entry: CatalogEntry,
    version: int | None = None,
    reason: str = "",
) -> CatalogEntry:
    """Makes a move of transitions.ENTRY; raises as citybrain.workflow.perform does."""
    return workflow.perform(
        ENTRY,
        name,
        obj=entry,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
        change=partial(_freeze, actor) if name == "publish" else None,
    )


def _freeze(actor: Actor, entry: CatalogEntry) -> None:
    """Keeps what was approved as an immutable revision and dates the publication."""
    now = timezone.now()
    content = content_of(entry)
    EntryRevision.objects.create(
        entry=entry,
        number=entry.revisions.count() + 1,
        content=content,
        digest=digest_of(content),
        approved_at=now,
        approved_by=actor.user,
    )
    entry.published_on = timezone.localdate(now)
    entry.save(update_fields=["published_on"])


@transaction.atomic
def data_updated(
    *, actor: Actor, entry: CatalogEntry, rows: int, note: str = "", at: datetime | None = None
) -> DataUpdate:
    """Records that the entry's data was refreshed: `rows` rows now, at `at` (default now)."""
    entry_policy.require(actor, "compile", entry)
    when = at or timezone.now()
    update = DataUpdate.objects.create(entry=entry, at=when, rows=rows, note=note, by=actor.user)
    CatalogEntry.objects.filter(pk=entry.pk).update(data_updated_at=when)
    record(
        "catalog.data.updated",
        actor=actor,
        subject=entry,
        department=entry.department,
        data={"rows": rows, "note": note},
    )
    return update
