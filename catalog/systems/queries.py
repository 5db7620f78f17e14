"""What the pages of the register of information systems show."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, InformationSystem
from catalog.models.entry import GONE
from catalog.policies import entry_policy
from catalog.systems.choices import SystemState
from catalog.systems.services import SYSTEM_FIELDS
from citybrain.labels import field_label
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute, TimelineEntry, Tone

TONES: dict[str, Tone] = {
    SystemState.BUILDING: "info",
    SystemState.IN_USE: "success",
    SystemState.RETIRED: "muted",
}
WIDE = frozenset({"purpose", "migration_plan", "entrance_plan", "cryptography_plan"})
PARTS: dict[str, tuple[str, ...]] = {
    "basic": ("short_name", "operator", "purpose", "maintained_from", "maintained_to"),
    "place": (
        "network", "hosting", "migration_plan", "migrates_by", "entrance", "entrance_plan",
        "integrates_by", "platform",
    ),
    "safety": (
        "protection_level", "protection_filing", "protection_assessed_on", "cryptography",
        "cryptography_plan", "cryptography_assessed_on",
    ),
}  # fmt: skip
COUNTED = Q(entries__revises=None) & ~Q(entries__state__in=GONE)


def listed(rows: QuerySet[InformationSystem]) -> QuerySet[InformationSystem]:
    """With the department and how many entries of the catalog come from each."""
    return (
        rows.select_related("department")
        .annotate(
            entry_count=Count("entries", filter=COUNTED),
            published_count=Count("entries", filter=Q(entries__state=EntryState.PUBLISHED)),
        )
        .order_by("pinyin", "pk")
    )


def entries_of(system: InformationSystem, actor: Actor) -> QuerySet[CatalogEntry]:
    """The system's entries that the actor may know of, revisions under way left out."""
    return (
        CatalogEntry.objects.filter(entry_policy.visible(actor), system=system, revises=None)
        .exclude(state__in=GONE)
        .only("id", "title", "code", "state", "title_pinyin", "revises")
        .order_by("title_pinyin", "pk")
    )


def attributes_of(system: InformationSystem, part: str) -> list[Attribute]:
    """One part of the record; plans that nobody has to have are left out when they are empty."""
    found = [
        Attribute(field_label(InformationSystem, name), shown(system, name), wide=name in WIDE)
        for name in PARTS[part]
        if getattr(system, name) not in (None, "") or not name.endswith(("_plan", "_by"))
    ]
    if part == "basic":
        found.insert(0, Attribute(_("建设单位"), system.department.name))
    return found


def shown(system: InformationSystem, name: str) -> str:
    """A field of SYSTEM_FIELDS in words."""
    display = getattr(system, f"get_{name}_display", None)
    value: Any = display() if display else getattr(system, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return date_format(value, "Y年n月j日") if hasattr(value, "year") else str(value)


def names_for(actor: Actor, permission: str) -> list[str]:
    """Names of the systems of the departments for which the actor holds `permission`."""
    own = InformationSystem.objects.filter(actor.scope(permission).q())
    return list(own.exclude(state=SystemState.RETIRED).values_list("name", flat=True)[:500])


def registered(system: InformationSystem) -> TimelineEntry:
    """Where its history begins."""
    person = system.created_by
    return TimelineEntry(
        label=_("登记"),
        at=system.created_at,
        who=person.name if person else "",
        department=person.department.short_name if person and person.department else "",
        to_label=SystemState.BUILDING.label,
    )


def detail_url(system: InformationSystem) -> str:
    return reverse("catalog:system", args=[system.pk])


EXPORTED = ("department", "state", *SYSTEM_FIELDS)
