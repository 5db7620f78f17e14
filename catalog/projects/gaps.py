"""What is missing before a project can be accepted: every data resource of its systems catalogued."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, InformationSystem, Project
from catalog.models.entry import GONE
from citybrain.organizations.actors import Actor

NAMED = 8


@dataclass(frozen=True)
class Gap:
    """One thing missing: about what, where to put it right, and what to do there."""

    subject: str
    url: str
    text: str
    state: Any = ""


def resources_of(project: Project, *, locked: bool = False) -> list[CatalogEntry]:
    """The entries of the project's systems that count: revisions and what is gone left out.

    With `locked` they cannot be moved by anybody before the transaction ends.
    """
    rows = CatalogEntry.objects.filter(system__projects=project, revises=None)
    if locked:
        # All of them: one that is withdrawn at this moment is waited for and then seen as gone.
        ids = list(rows.values_list("pk", flat=True))
        rows = CatalogEntry.objects.select_for_update(no_key=True).filter(pk__in=ids)
    listed = rows.defer("search").order_by("pk")
    return [entry for entry in listed if entry.state not in GONE]


def gaps_of(project: Project, *, locked: bool = False) -> list[Gap]:
    """Everything that keeps the project from being accepted, as far as the catalog knows."""
    systems = project.systems.order_by("pk")
    # Without the key: whoever moves an entry of the system looks its key up when committing.
    listed = list(systems.select_for_update(of=("self",), no_key=True) if locked else systems)
    if not listed:
        edit = reverse("catalog:project_edit", args=[project.pk])
        return [Gap(project.name, edit, _("没有关联建设的信息系统，请在项目中选择。"))]
    entries = resources_of(project, locked=locked)
    return [*_without_entries(listed, entries), *_unpublished(entries)]


def _without_entries(
    systems: Iterable[InformationSystem], entries: Iterable[CatalogEntry]
) -> list[Gap]:
    catalogued = {entry.system_id for entry in entries}
    return [
        Gap(
            system.name,
            reverse("catalog:system", args=[system.pk]),
            _("没有编制任何信息资源，也没有声明系统没有数据资源。"),
            system.get_state_display(),
        )
        for system in systems
        if system.pk not in catalogued and not system.holds_no_data
    ]


def _unpublished(entries: Iterable[CatalogEntry]) -> list[Gap]:
    return [
        Gap(
            entry.title,
            reverse("catalog:entry", args=[entry.pk]),
            _("信息资源尚未发布，须编制完成、签发并经大数据局审核。"),
            entry.get_state_display(),
        )
        for entry in entries
        if entry.state != EntryState.PUBLISHED
    ]


def nothing_missing(project: Project, actor: Actor) -> list[str]:
    """The guard of request and acceptance (HK-14)."""
    found = gaps_of(project, locked=True)
    if not found:
        return []
    told = [f"{gap.subject}：{gap.text}" for gap in found[:NAMED]]
    if len(found) > NAMED:
        told.append(_("另有 %d 处，见页面上的清单。") % (len(found) - NAMED))
    return told


def completed(project: Project, actor: Actor) -> list[str]:
    """Guard of the completion: the department has accepted its contractor's work itself."""
    if project.completed_on is not None:
        return []
    return [_("请先在项目中填写竣工验收日期。")]
