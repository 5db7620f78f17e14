"""Keeping what a person has typed and not saved, so that a lost session loses nothing.

This is no change of the catalog: it is the person's own, unchecked, and gone once they save.
"""

import json
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, UnsavedForm
from catalog.policies import entry_policy
from citybrain.organizations.actors import Actor
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict

MAX_CHARACTERS = 500_000
Lists = Mapping[str, Sequence[str]]


@transaction.atomic
def keep(
    *, actor: Actor, entry: CatalogEntry | None, version: int | None, data: Lists
) -> UnsavedForm:
    """Stores the submitted fields for the actor. `entry` is None for one that is not made yet.

    Raises PermissionDenied, Conflict when the entry was changed by somebody else or is no draft any
    more, ValidationError when it is too much to store.
    """
    if entry is None:
        require_anywhere(actor, "compile_entries")
    else:
        entry_policy.require(actor, "compile", entry)
        if entry.state != EntryState.DRAFT or entry.version != version:
            raise Conflict(
                _("这一信息资源已不是草稿，或刚刚由他人修改。"),
                state_label=entry.get_state_display(),
            )
    stored = {name: list(values) for name, values in data.items()}
    if len(json.dumps(stored, ensure_ascii=False)) > MAX_CHARACTERS:
        raise ValidationError(_("内容过多，无法自动保存。"))
    kept, _made = UnsavedForm.objects.update_or_create(
        person=actor.user, entry=entry, defaults={"data": stored, "version": version}
    )
    return kept


def kept_for(actor: Actor, entry: CatalogEntry | None) -> UnsavedForm | None:
    """What the actor typed last, if they have not saved since."""
    return UnsavedForm.objects.filter(person=actor.user, entry=entry).first()


def forget(actor: Actor, entry: CatalogEntry | None) -> None:
    """After saving, or when the person gives it up."""
    UnsavedForm.objects.filter(person=actor.user, entry=entry).delete()
