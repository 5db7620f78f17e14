"""Setting up and editing base and theme libraries (HK-13)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.libraries.policies import library_policy
from catalog.models import Library, LibraryItem
from catalog.models.item import item_key
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text

# The bureau says what a library is; its lead says what is in it.
IDENTITY = ("kind", "name", "lead")
MAX_ITEMS = 500


@transaction.atomic
def set_up(
    *,
    actor: Actor,
    values: Mapping[str, Any],
    members: Sequence[Department] = (),
    items: Sequence[Mapping[str, str]] = (),
) -> Library:
    """Sets up a library; `values` are kind, name, lead and description."""
    library = Library(**values)
    library_policy.require(actor, "set_up", library)
    _write(library, members, items)
    record(
        "catalog.libraries.set_up",
        actor=actor,
        subject=library,
        department=library.lead,
        data=content_of(library),
    )
    return library


@transaction.atomic
def change(
    *,
    actor: Actor,
    library: Library,
    version: int | None = None,
    values: Mapping[str, Any],
    members: Sequence[Department],
    items: Sequence[Mapping[str, str]],
) -> Library:
    """Changes a library and its items; what it is and who leads it is changed by the bureau alone.

    Raises PermissionDenied, Conflict when somebody else was quicker, ValidationError by field.
    """
    current = library_policy.fetch(actor, pk=library.pk)
    library_policy.require(actor, "edit", current)
    expected = current.version if version is None else version
    won = Library.objects.filter(pk=library.pk, version=expected).update(version=F("version") + 1)
    if not won:
        raise Conflict(_("这个库刚刚由他人修改，请查看最新内容后再修改。"))
    current.refresh_from_db()
    before = content_of(current)
    for name, value in values.items():
        if name in IDENTITY and value != getattr(current, name):
            library_policy.require(actor, "set_up", current)
        setattr(current, name, value)
    _write(current, members, items)
    after = content_of(current)
    record(
        "catalog.libraries.changed",
        actor=actor,
        subject=current,
        department=current.lead,
        data={
            name: {"before": before[name], "after": after[name]}
            for name in before
            if before[name] != after[name]
        },
    )
    return current


def content_of(library: Library) -> dict[str, Any]:
    """What is on record of it, as JSON values."""
    return {
        "kind": library.kind,
        "name": library.name,
        "lead": library.lead.name,
        "description": library.description,
        "members": list(library.members.order_by("pk").values_list("name", flat=True)),
        "items": [[item.name, item.description] for item in library.items.all()],
    }


def _write(
    library: Library, members: Sequence[Department], items: Sequence[Mapping[str, str]]
) -> None:
    library.name = line_text(library.name or "")
    library.description = cell_text(library.description or "")
    drafted = [
        LibraryItem(
            library=library,
            position=position,
            name=line_text(item.get("name", "")),
            description=line_text(item.get("description", "")),
        )
        for position, item in enumerate(items, 1)
    ]
    _check(library, drafted)
    library.save()
    library.members.set(members)
    library.items.all().delete()
    LibraryItem.objects.bulk_create(drafted)


def _check(library: Library, items: Sequence[LibraryItem]) -> None:
    """Errors are named like the fields of the form: `name`, `items`, `items-2-name`."""
    errors: dict[str, Any] = {}
    try:
        library.full_clean()
    except ValidationError as error:
        errors.update(error.message_dict)
    if len(items) > MAX_ITEMS:
        errors["items"] = [_("一个库最多 %d 个信息项。") % MAX_ITEMS]
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        try:
            item.clean_fields(exclude=["library", "key"])
        except ValidationError as error:
            errors.update(
                {f"items-{index}-{name}": told for name, told in error.message_dict.items()}
            )
        first = seen.setdefault(item_key(item.name), index)
        if first != index:
            errors[f"items-{index}-name"] = [_("与第 %d 行重复。") % (first + 1)]
    if errors:
        raise ValidationError(errors)
