"""What an entry consists of: its fields and items as values, in memory and frozen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog import rules
from catalog.models import CatalogEntry, DataItem
from catalog.models.item import item_key
from citybrain.canonical import canonical_value
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from citybrain.spreadsheets import cell_text, line_text
from citybrain.textsearch import SearchVectorValue

ENTRY_FIELDS = (
    "office", "title", "summary", "resource_class", "class_item", "theme", "format_class",
    "format_type", "sharing_type", "sharing_condition", "sharing_channel", "sharing_method",
    "open_type", "open_condition", "update_cycle", "use_scope", "secrecy", "privacy", "assessment",
    "business_matter", "system_name", "related_code",
)  # fmt: skip
ITEM_FIELDS = (
    "name", "field", "data_type", "length", "unit", "description", "is_key", "is_required",
    "sharing_type", "sharing_condition", "open_type", "standard",
)  # fmt: skip
ONE_LINE = frozenset(
    {
        "office",
        "title",
        "format_type",
        "business_matter",
        "system_name",
        "related_code",
        "name",
        "field",
        "unit",
        "standard",
    }
)
STORED_ITEM_FIELDS = ("position", *ITEM_FIELDS)
# Where an item keeps each: the standard by its identifier, so that nothing is fetched for it.
ITEM_ATTRIBUTES = {
    name: DataItem._meta.get_field(name).attname  # type: ignore[union-attr]
    for name in STORED_ITEM_FIELDS
}


def new_entry(*, actor: Actor, department: Department, values: Mapping[str, Any]) -> CatalogEntry:
    """A draft in memory, without code and search vector."""
    return CatalogEntry(
        department=department,
        created_by=actor.user,
        **{name: cleaned(name, values[name]) for name in ENTRY_FIELDS if name in values},
    )


def draft_items(entry: CatalogEntry, items: Sequence[Mapping[str, Any]]) -> list[DataItem]:
    """The items in memory, numbered in their order."""
    return [
        DataItem(
            entry=entry,
            position=position,
            **{
                ITEM_ATTRIBUTES[name]: cleaned(name, values[name])
                for name in ITEM_FIELDS
                if name in values
            },
        )
        for position, values in enumerate(items, 1)
    ]


def item_values(item: DataItem, names: Iterable[str] = ITEM_FIELDS) -> dict[str, Any]:
    """The item as plain values: the standard that it follows by its identifier."""
    return {name: getattr(item, ITEM_ATTRIBUTES[name]) for name in names}


def cleaned(name: str, value: Any) -> Any:
    """Texts as a workbook would bring them back, whichever way they came; names on one line."""
    if name == "standard":
        return line_text(value) or None if value else None
    if not value or not isinstance(value, str):
        return value
    return line_text(value) if name in ONE_LINE else cell_text(value)


def derive(entry: CatalogEntry, items: Sequence[DataItem]) -> None:
    """Sets what follows from the entry's title and items: keys to compare, sort and search by."""
    entry.title_key = rules.title_key(entry.title)
    entry.title_pinyin = sort_key(entry.title)
    entry.search = search_value(
        title=entry.title,
        code=entry.code,
        item_names=[item.name for item in items],
        summary=entry.summary,
        department=f"{entry.department.name} {entry.department.short_name}",
        fields=[item.field for item in items],
        system=entry.system_name,
    )


def search_value(
    *,
    title: str,
    code: str,
    item_names: Sequence[str],
    summary: str,
    department: str,
    fields: Sequence[str] = (),
    system: str = "",
) -> SearchVectorValue:
    """The search vector of an entry: name before item before summary; names by their sound, too.

    Everything that tells of items has the weight B, so that a search may leave them out.
    """
    items = " ".join(item_names)
    return SearchVectorValue(
        [
            (title, "A"),
            (code, "A"),
            (items, "B"),
            (" ".join(filter(None, fields)), "B"),
            (summary, "C"),
            (department, "D"),
            (system, "D"),
        ],
        spoken=[(title, "A"), (items, "B")],
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
        setattr(draft, name, cleaned(name, value))
    drafted = draft_items(draft, items)
    if values is None:
        found = rules.item_errors(drafted, rows)
        return ValidationError(found) if found else None
    try:
        rules.check(draft, drafted, rows)
    except ValidationError as error:
        return error
    return None


def replace_items(
    entry: CatalogEntry, drafted: Sequence[DataItem], called: Mapping[str, str]
) -> None:
    """Brings the draft's items in line with `drafted`.

    Those whose name stays are kept, and those under another name: `called` gives the old by the new.
    """
    present = {item.name: item for item in entry.items.all()}
    new, changed, kept = [], [], []
    for wanted in drafted:
        item = present.get(called.get(wanted.name, wanted.name))
        if item is None:
            new.append(wanted)
            continue
        kept.append(item.pk)
        if item_values(item, STORED_ITEM_FIELDS) != item_values(wanted, STORED_ITEM_FIELDS):
            wanted.pk, wanted.key = item.pk, item_key(wanted.name)
            changed.append(wanted)
    entry.items.exclude(pk__in=kept).delete()
    DataItem.objects.bulk_update(changed, [*STORED_ITEM_FIELDS, "key"])
    DataItem.objects.bulk_create(new)


def content_of(entry: CatalogEntry) -> dict[str, Any]:
    """Everything that is decided on when an entry is approved, as canonical JSON values."""
    content = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    content["code"] = entry.code
    content["department"] = entry.department.name
    content["department_code"] = entry.department.credit_code
    content["items"] = [item_values(item) for item in entry.items.all()]
    plain = canonical_value(content)
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain
