"""What the pages of one entry show beside its fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog import rules
from catalog.choices import DataType, EntryState
from catalog.differences import differences
from catalog.elements import ELEMENTS, code_of, label_of, shown
from catalog.models import CatalogEntry, DataItem, EntryRevision
from catalog.models.entry import DECIDED
from catalog.policies import entry_policy
from catalog.search import LISTED
from catalog.services.codes import split_prefix
from catalog.services.content import ENTRY_FIELDS, content_of
from catalog.services.revising import called_before
from catalog.transitions import ENTRY, REVISING
from citybrain import registry
from citybrain.audit.models import AuditRecord, StateChange
from citybrain.audit.services import history_of
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor
from citybrain.organizations.roles import ROLES
from citybrain.textsearch import normalise
from citybrain.ui import Attribute, DiffRow, Step, Tone

TONES: dict[str, Tone] = {
    EntryState.DRAFT: "neutral",
    EntryState.SIGNING: "info",
    EntryState.REVIEWING: "info",
    EntryState.PUBLISHED: "success",
    EntryState.RETIRED: "muted",
    EntryState.DISCARDED: "muted",
    EntryState.MERGED: "muted",
}
# Who has to act next: holders of this permission.
NEXT: dict[str, str] = {
    EntryState.DRAFT: "compile_entries",
    EntryState.SIGNING: "sign_entries",
    EntryState.REVIEWING: "approve_entries",
}
WAY = (EntryState.DRAFT, EntryState.SIGNING, EntryState.REVIEWING, EntryState.PUBLISHED)
RETURNS = ("send_back", "reject")
CHANGES_SHOWN = 50
RELATED_SHOWN = 30
ABOUT = (
    "summary",
    "privacy",
    "assessment",
    "use_scope",
    "sharing_type",
    "open_type",
    "sharing_condition",
)


@dataclass(frozen=True)
class Change:
    """One time that the draft was changed: who, when, and what differed."""

    at: Any
    who: str
    rows: list[DiffRow]


def attributes_of(entry: CatalogEntry) -> list[Attribute]:
    """The core metadata, each with the number of its element in the compilation guide."""
    values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    owner = entry.department
    published = (
        date_format(entry.published_on, "Y年n月j日") if entry.published_on else _("尚未发布")
    )
    updated = (
        date_format(timezone.localtime(entry.data_updated_at), "Y年n月j日 H:i")
        if entry.data_updated_at
        else _("尚未更新")
    )
    front, _slash, back = entry.code.partition("/")
    order = [name for name in ELEMENTS if name not in ("title", "summary")]
    return [
        Attribute(label_of("code"), entry.code, code_of("code")),
        Attribute(_("前段码（分类码）"), front, "3"),
        Attribute(_("后段码（顺序码）"), back, "3"),
        Attribute(_("目、细目"), catalogue_of(entry), "1"),
        Attribute(label_of("department"), owner.name, code_of("department")),
        Attribute(label_of("department_code"), owner.credit_code, code_of("department_code")),
        Attribute(label_of("summary"), entry.summary, code_of("summary"), wide=True),
        *(
            Attribute(label_of(name), shown(name, values), code_of(name), wide=ELEMENTS[name].wide)
            for name in order
        ),
        *_signed(entry),
        Attribute(_("数据级别"), entry.get_grade_display() or _("信息项尚未全部定级")),
        Attribute(_("发布日期"), published, "12"),
        Attribute(_("数据更新时间"), updated),
    ]


def catalogue_of(entry: CatalogEntry) -> str:
    """目 and 细目 of the classification in words: region and department (services/codes.py)."""
    catalogue, sub_catalogue = split_prefix(entry.code)
    return _("%(catalogue)s、%(sub)s（%(department)s）") % {
        "catalogue": catalogue,
        "sub": sub_catalogue,
        "department": entry.department.short_name,
    }


def _signed(entry: CatalogEntry) -> list[Attribute]:
    """Who of the department answers for the assessments (SC-13)."""
    if entry.signed_by is None:
        return []
    return [Attribute(_("目录和评估签发人"), entry.signed_by.name)]


def about(entry: CatalogEntry) -> list[Attribute]:
    """What an entry is and what it is used for, for who judges its items."""
    values = {name: getattr(entry, name) for name in ABOUT}
    return [
        Attribute(label_of(name), shown(name, values), code_of(name), wide=ELEMENTS[name].wide)
        for name in ABOUT
    ]


def related_to(entry: CatalogEntry, actor: Actor) -> list[CatalogEntry]:
    """Published entries that this one names as related (element 13), or that name this one."""
    named = rules.related_codes(entry.related_code)
    naming = ~Q(related_code="") & Q(related_code__contains=entry.code)
    found = (
        entry_policy.queryset(actor)
        .filter(Q(code__in=named) | naming, state=EntryState.PUBLISHED)
        .exclude(pk=entry.pk)
        .select_related("department")
        .only("title", "code", "related_code", "department__short_name")
        .order_by("title_pinyin", "pk")[:RELATED_SHOWN]
    )
    return [
        one
        for one in found
        if one.code in named or entry.code in rules.related_codes(one.related_code)
    ]


def waiting_on(entry: CatalogEntry, duties: list[Duty]) -> str:
    """Whose turn it is, in words; empty when nothing is to be done."""
    permission = NEXT.get(entry.state)
    if permission is None:
        return ""
    role = ROLES[registry.permissions.get(permission).roles[0]].label
    owing = duties[0].department if duties else entry.department
    return _("%(department)s %(role)s") % {"department": owing.name, "role": role}


def revision_seen(entry: CatalogEntry, actor: Actor) -> CatalogEntry | None:
    """The revision under way, for whom it is in sight: a draft is the department's own business."""
    rows = entry_policy.queryset(actor).filter(revises=entry).exclude(state__in=DECIDED)
    return rows.defer("search").first()


def against_published(copy: CatalogEntry) -> list[DiffRow] | None:
    """What a revision would change of the published entry; None for anything else."""
    if copy.revises is None or copy.state in DECIDED:
        return None
    return differences(content_of(copy.revises), content_of(copy), called_before(copy))


def sent_back(entry: CatalogEntry) -> StateChange | None:
    """Why the draft came back, if its last move was a return."""
    if entry.state != EntryState.DRAFT or entry.submitted_by_id is None:
        return None
    last = history_of(entry).last()
    return last if last is not None and last.move in RETURNS else None


def steps_of(entry: CatalogEntry) -> list[Step]:
    """The way from draft to publication; nothing for an entry that has left it."""
    if entry.state not in WAY:
        return []
    place = WAY.index(EntryState(entry.state))
    last = _("发布") if entry.revises_id is None else _("修订生效")
    labels = (_("编制草稿"), _("单位签发"), _("目录审核"), last)
    return [
        Step(
            label,
            "done" if at < place or entry.is_published else "current" if at == place else "todo",
        )
        for at, label in enumerate(labels)
    ]


def changes_of(entry: CatalogEntry) -> list[Change]:
    """What was changed in the draft, newest first, from the audit trail."""
    records = AuditRecord.objects.filter(
        subject_type=entry._meta.label, subject_id=entry.pk, verb="catalog.entry.changed"
    ).order_by("-id")[:CHANGES_SHOWN]
    return [
        Change(
            one.at,
            one.actor_name,
            differences(one.data.get("before", {}), one.data.get("after", {})),
        )
        for one in records
    ]


def revisions_of(entry: CatalogEntry) -> list[EntryRevision]:
    """What was approved of the entry, oldest first."""
    return list(entry.revisions.select_related("approved_by"))


def grounds_of(entry: CatalogEntry) -> dict[int, str]:
    """Why each revision after the first was made, by its number: reason and who gave it."""
    grounds, ground, number = {}, "", 1
    for change in history_of(entry):
        if change.move in REVISING:
            ground = _("%(label)s：%(reason)s（%(who)s）") % {
                "label": ENTRY.moves[change.move].label,
                "reason": change.reason,
                "who": change.actor_name,
            }
        elif change.move == "renew":
            number += 1
            grounds[number] = ground
    return grounds


def revision_attributes(revision: EntryRevision) -> list[Attribute]:
    """What was approved, as it was."""
    content = revision.content
    return [
        Attribute(
            label_of(name),
            shown(name, content),
            code_of(name),
            wide=name in ELEMENTS and ELEMENTS[name].wide,
        )
        for name in ("code", "department", "department_code", *ENTRY_FIELDS)
    ]


def revision_items(revision: EntryRevision) -> list[dict[str, Any]]:
    """Its items with their data type in words and their standard, as DataItem has them."""
    kinds = dict(DataType.choices)
    return [
        {
            **item,
            "kind": kinds.get(item["data_type"], item["data_type"]),
            "standard_id": item.get("standard"),
        }
        for item in revision.content.get("items", [])
    ]


def reviews(actor: Actor) -> QuerySet[CatalogEntry]:
    """Entries that the actor may approve or send back, those longest waiting first."""
    return (
        CatalogEntry.objects.filter(
            entry_policy.verbs["approve"].q(actor), state=EntryState.REVIEWING
        )
        .select_related("department", "submitted_by")
        .prefetch_related("items")
        .only(*LISTED, "sharing_condition", "submitted_by__name")
        .order_by("updated_at", "pk")
    )


def item_names(entries: Iterable[CatalogEntry], q: str = "") -> dict[int, list[str]]:
    """Names of the items by entry, those with a word of `q` in them first; one query."""
    names: dict[int, list[str]] = {entry.pk: [] for entry in entries}
    for entry_id, name in DataItem.objects.filter(entry__in=names).values_list("entry", "name"):
        names[entry_id].append(name)
    words = normalise(q).split()
    for found in names.values():
        found.sort(key=lambda name: not any(word in normalise(name) for word in words))
    return names


def detail_url(entry: CatalogEntry) -> str:
    return reverse("catalog:entry", args=[entry.pk])
