"""The basket 选用清单, and applications made from it together and moved on together (SC-20)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain.organizations.actors import Actor
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict, Refused
from sharing.basket import queries
from sharing.models import BasketLine, ShareApplication
from sharing.services import applications

MOST_ENTRIES = 20


@dataclass(frozen=True)
class Choice:
    """What is wanted of one entry."""

    entry: CatalogEntry
    item_ids: Collection[int]
    method: str


class NotAllOfThem(Exception):
    """None was made or moved: what was refused, by the id of the entry."""

    def __init__(self, refusals: Mapping[int, ValidationError]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = refusals


@transaction.atomic
def put(*, actor: Actor, entries: Iterable[CatalogEntry]) -> list[str]:
    """Puts entries into the actor's basket; returns why some could not be, by sentence.

    Raises PermissionDenied for those who may not apply, ValidationError when it would be too full.
    """
    require_anywhere(actor, "apply_sharing")
    refused = []
    good = []
    for entry in entries:
        try:
            applications.check_offered_to(entry, actor.department)
        except (ValidationError, Conflict) as error:
            refused.append(f"{entry.title}：{_words(error)}")
        else:
            good.append(entry)
    BasketLine.objects.bulk_create(
        [BasketLine(person=actor.user, entry=entry) for entry in good], ignore_conflicts=True
    )
    if BasketLine.objects.filter(person=actor.user).count() > MOST_ENTRIES:
        raise ValidationError(
            _("选用清单最多%d个信息资源，请先提交或者移出一部分。") % MOST_ENTRIES
        )
    return refused


def take_out(*, actor: Actor, entry_id: int) -> None:
    """Takes one entry out; nothing happens when it is not in."""
    BasketLine.objects.filter(person=actor.user, entry=entry_id).delete()


@transaction.atomic
def draft_all(
    *, actor: Actor, values: Mapping[str, Any], choices: Collection[Choice]
) -> list[ShareApplication]:
    """Makes a draft for each entry, all on the same ground, and empties the basket of them.

    Several have a batch number in common. Raises NotAllOfThem, and then nothing has been made.
    """
    refusals: dict[int, ValidationError] = {}
    made = []
    batch = _next_batch() if len(choices) > 1 else ""
    for choice in choices:
        try:
            with transaction.atomic():
                application = applications.draft(
                    actor=actor,
                    entry=choice.entry,
                    values={**values, "method": choice.method},
                    item_ids=choice.item_ids,
                    batch=batch,
                )
        except ValidationError as error:
            refusals[choice.entry.pk] = error
        except Conflict as conflict:
            refusals[choice.entry.pk] = ValidationError(str(conflict))
        else:
            made.append(application)
    if refusals:
        raise NotAllOfThem(refusals)
    taken = [choice.entry.pk for choice in choices]
    BasketLine.objects.filter(person=actor.user, entry__in=taken).delete()
    return made


@transaction.atomic
def move_all(
    name: str, *, actor: Actor, rows: Iterable[ShareApplication]
) -> list[ShareApplication]:
    """Makes the same move with every application that waits for it; all or none.

    Raises NotAllOfThem, Conflict when none waits for it.
    """
    refusals: dict[int, ValidationError] = {}
    moved = []
    for application in queries.waiting_for(name, actor, rows):
        try:
            with transaction.atomic():
                moved.append(applications.move(name, actor=actor, application=application))
        except ValidationError as error:
            refusals[application.entry_id] = error
        except Refused as refused:
            refusals[application.entry_id] = ValidationError(list(refused.reasons))
        except Conflict as conflict:
            refusals[application.entry_id] = ValidationError(str(conflict))
    if refusals:
        raise NotAllOfThem(refusals)
    if not moved:
        raise Conflict(_("这一批申请中没有等待您办理这一步的，请刷新后查看。"))
    return moved


def _next_batch() -> str:
    series = f"PC{timezone.localdate().year}"
    return f"{series}-{next_numbers(series)[0]:06}"


def _words(error: ValidationError | Conflict) -> str:
    return "".join(error.messages) if isinstance(error, ValidationError) else str(error)


def visible_entries(actor: Actor, ids: Iterable[int]) -> list[CatalogEntry]:
    """The entries with these ids that the actor may see, in the order of their titles."""
    rows = entry_policy.queryset(actor).filter(pk__in=list(ids)[: MOST_ENTRIES * 2])
    return list(rows.select_related("department").defer("search").order_by("title", "pk"))
