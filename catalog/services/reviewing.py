"""Reviewing an entry field by field; what was returned is what the draft re-opens (SC-17)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.differences import keyed_differences, renamed
from catalog.elements import ITEM_PREFIX
from catalog.models import CatalogEntry, ReviewRemark, Verdict
from catalog.policies import entry_policy
from catalog.services.content import content_of
from catalog.services.revising import called_before
from citybrain.audit.models import StateChange
from citybrain.audit.services import history_of, record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict

LONGEST = ReviewRemark._meta.get_field("text").max_length or 0
RETURNING = "reject"
# Fields that the rules tie together: who may change one may change the others.
TIED: tuple[frozenset[str], ...] = (
    frozenset({"resource_class", "class_item"}),
    frozenset({"format_class", "format_type", "sharing_channel", "sharing_method"}),
    frozenset({"sharing_type", "sharing_condition", "open_type", "open_condition"}),
    frozenset({"secrecy", "privacy", "assessment"}),
)


@dataclass(frozen=True)
class Remark:
    """What is said of one field: `verdict` is one of Verdict, or empty to take a remark back."""

    verdict: str
    text: str = ""


def round_of(entry: CatalogEntry) -> int:
    """How often the bureau has sent the entry back: the number of its present round of review."""
    return history_of(entry).filter(move=RETURNING).count()


@transaction.atomic
def remark(
    *, actor: Actor, entry: CatalogEntry, version: int, remarks: Mapping[str, Remark]
) -> None:
    """Keeps what the bureau says of single fields and items, by key (see ReviewRemark).

    `version` is what was read. Raises PermissionDenied, Conflict unless the entry waits for its
    review as it was read, ValidationError by key: an unknown one, a return or comment without text.
    """
    current = entry_policy.fetch(
        actor, CatalogEntry.objects.select_for_update(of=("self",)), pk=entry.pk
    )
    entry_policy.require(actor, "approve", current)
    if current.state != EntryState.REVIEWING or current.version != version:
        raise Conflict(
            _("这一信息资源已不在待审核状态，或者内容有变化，请刷新后再填写意见。"),
            state_label=current.get_state_display(),
        )
    assert actor.user is not None  # noqa: S101 - whoever may approve is somebody
    _check(remarks, set(reviewed(current)))
    number = round_of(current)
    for key, one in remarks.items():
        where: dict[str, Any] = {"entry": current, "round": number, "key": key}
        if one.verdict:
            ReviewRemark.objects.update_or_create(
                **where, defaults={"verdict": one.verdict, "text": one.text, "by": actor.user}
            )
        else:
            ReviewRemark.objects.filter(**where).delete()
    record(
        "catalog.entry.remarked",
        actor=actor,
        subject=current,
        department=current.department,
        data={"remarks": {key: [one.verdict, one.text] for key, one in remarks.items()}},
    )


def _check(remarks: Mapping[str, Remark], known: set[str]) -> None:
    errors: dict[str, list[str]] = {}
    for key, one in remarks.items():
        if key not in known or one.verdict not in ("", *Verdict.values):
            errors[key] = [_("没有这一项，请刷新后重新填写。")]
        elif one.verdict in (Verdict.RETURN, Verdict.COMMENT) and not one.text:
            errors[key] = [_("退回或者提示的，请写明意见。")]
        elif len(one.text) > LONGEST:
            errors[key] = [_("意见不能超过%d个字，请精简。") % LONGEST]
    if errors:
        raise ValidationError(errors)


def reviewed(entry: CatalogEntry) -> dict[str, Any]:
    """What there is to be reviewed, by key: all of a new entry, of a revision what it changes."""
    if entry.revises is None:
        return keyed_differences({}, content_of(entry))
    return keyed_differences(content_of(entry.revises), content_of(entry), called_before(entry))


def remarks_of(entry: CatalogEntry) -> list[ReviewRemark]:
    """All remarks on the entry, of every round, in order."""
    return list(entry.remarks.select_related("by"))


def nothing_returned(entry: CatalogEntry, actor: Actor) -> list[str]:
    """Guard: what has a field returned is not approved."""
    found = entry.remarks.filter(round=round_of(entry), verdict=Verdict.RETURN).count()
    if not found:
        return []
    return [_("有 %d 项意见为“退回”，请审核退回，或者改为通过后再审核通过。") % found]


def returned(entry: CatalogEntry) -> list[ReviewRemark]:
    """What was said of single fields when the draft was last sent back, comments included."""
    number = round_of(entry) if entry.state == EntryState.DRAFT else 0
    if not number:
        return []
    rows = entry.remarks.filter(round=number - 1).exclude(verdict=Verdict.ACCEPT)
    return list(rows.select_related("by"))


def reopened(entry: CatalogEntry) -> frozenset[str] | None:
    """Keys that may be changed in a draft that was sent back; None when all may be.

    All may be unless the last return said of single fields or items that they are returned.
    """
    return reopened_in([entry])[entry.pk]


def reopened_in(entries: Collection[CatalogEntry]) -> dict[int, frozenset[str] | None]:
    """The same for many, in two queries."""
    drafts = [entry.pk for entry in entries if entry.state == EntryState.DRAFT]
    returns = StateChange.objects.filter(
        subject_type=CatalogEntry._meta.label, subject_id__in=drafts, move=RETURNING
    )
    rounds = Counter(returns.values_list("subject_id", flat=True)) if drafts else Counter[int]()
    remarks = ReviewRemark.objects.filter(entry__in=rounds, verdict=Verdict.RETURN)
    keys: dict[int, set[str]] = defaultdict(set)
    for one in remarks if rounds else ():
        if one.round == rounds[one.entry_id] - 1:
            keys[one.entry_id].add(one.key)
            if one.renamed_to:
                keys[one.entry_id].add(ITEM_PREFIX + one.renamed_to)
    return {entry.pk: _with_tied(keys[entry.pk]) for entry in entries}


def _with_tied(keys: set[str]) -> frozenset[str] | None:
    if not keys:
        return None
    return frozenset(keys.union(*(group for group in TIED if keys & group)))


def closed_changes(
    allowed: Collection[str] | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """What may not be changed between the two, by key (see ReviewRemark): why, in words."""
    if allowed is None:
        return {}
    called = renamed(before["items"], after["items"])
    return {
        key: _("“%s”没有退回，不能修改；审核只要求修改退回的内容。") % row.label
        for key, row in keyed_differences(before, after).items()
        if not _is_open(key, allowed, called)
    }


def hold_to_reopened(entry: CatalogEntry, before: Mapping[str, Any]) -> None:
    """Raises ValidationError by field when more has changed since `before` than was returned."""
    allowed = reopened(entry)
    if allowed is None:
        return
    after = content_of(entry)
    closed = closed_changes(allowed, before, after)
    if not closed:
        _follow_names(entry, allowed, renamed(before["items"], after["items"]))
        return
    errors: dict[str, list[str]] = {}
    for key, text in closed.items():
        errors.setdefault("items" if key.startswith(ITEM_PREFIX) else key, []).append(text)
    raise ValidationError(errors)


def _follow_names(entry: CatalogEntry, allowed: Collection[str], called: Mapping[str, str]) -> None:
    """A returned item stays open under the name that it has just been given."""
    rows = entry.remarks.filter(round=round_of(entry) - 1, verdict=Verdict.RETURN)
    for name, before in called.items():
        if ITEM_PREFIX + before in allowed:
            of_item = Q(key=ITEM_PREFIX + before) | Q(renamed_to=before)
            rows.filter(of_item).update(renamed_to=name)


def _is_open(key: str, allowed: Collection[str], called: Mapping[str, str]) -> bool:
    """An item returned may also get another name, or go."""
    before = called.get(key.removeprefix(ITEM_PREFIX), "")
    return key in allowed or ITEM_PREFIX + before in allowed
