"""What of the catalog goes over to the successor of a merged department, and what collides there.

Two departments may each have an entry, a system or a source of the same name. The name of the one
that comes over then says where it came from; its code, content and history stay.
"""

from collections.abc import Iterable
from functools import partial
from itertools import count
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from catalog import rules
from catalog.models import (
    CatalogEntry,
    HarvestSource,
    ImportBatch,
    InformationSystem,
    Library,
    Watch,
)
from catalog.models.batch import BatchState
from catalog.models.entry import DECIDED, GONE
from catalog.services.reindexing import reindex
from catalog.systems.choices import SystemState
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from citybrain.registry import Clash


def told_apart(name: str, source: Department, taken: Iterable[str], most: int) -> str:
    """The name with where it came from, unlike all of `taken` (as title_key compares)."""
    known = set(taken)
    for number in count(1):
        where = source.short_name if number == 1 else f"{source.short_name} {number}"
        mark = f"（原{where}）"
        found = name[: most - len(mark)] + mark
        if rules.title_key(found) not in known:
            break
    return found


# --- entries --------------------------------------------------------------------------------------
def entries_of_one_title(source: Department, target: Department) -> list[Clash]:
    own = CatalogEntry.objects.filter(department=source, revises=None).exclude(state__in=GONE)
    known = rules.entries_called(target, own.values_list("title", flat=True))
    clashes = []
    for entry in own.filter(title_key__in=known).defer("search").order_by("pk"):
        title = told_apart(entry.title, source, [*known, *_titles(own)], 128)
        text = _("与承接单位的信息资源同名，《%(old)s》改称《%(new)s》，代码不变。")
        clashes.append(
            Clash(text % {"old": entry.title, "new": title}, partial(_rename_entry, entry, title))
        )
    return clashes


def _titles(entries: Any) -> list[str]:
    return list(entries.values_list("title_key", flat=True))


def _rename_entry(entry: CatalogEntry, title: str, actor: Actor) -> None:
    """The entry, and the copy in which it is being revised."""
    key = rules.title_key(title)
    CatalogEntry.objects.filter(pk=entry.pk).update(title=title, title_key=key)
    copies = CatalogEntry.objects.filter(revises=entry).exclude(state__in=DECIDED)
    copies.filter(title=entry.title).update(title=title, title_key=key)
    record(
        "catalog.entry.renamed",
        actor=actor,
        subject=entry,
        department=entry.department,
        data={"title": {"before": entry.title, "after": title}},
    )


def found_anew(entries: list[CatalogEntry]) -> None:
    """Entries are searched by the name of their department, too."""
    reindex(CatalogEntry.objects.filter(pk__in=[entry.pk for entry in entries]))


# --- imports --------------------------------------------------------------------------------------
def imports_under_way(source: Department, target: Department) -> list[Clash]:
    """What was previewed was compared with a catalog that is another one now."""
    found = []
    batches = ImportBatch.objects.filter(department=source).defer("content", "annotated")
    for batch in batches.filter(state=BatchState.PREVIEWED):
        text = _("目录导入“%s”按承接单位的目录重新检查后再确认。")
        found.append(Clash(text % batch.file_name, partial(_check_again, batch)))
    text = _("目录导入“%s”正在写入，不再写入的请重新上传。")
    running = batches.filter(state=BatchState.CONFIRMED)
    return [*found, *(Clash(text % batch.file_name) for batch in running)]


def _check_again(batch: ImportBatch, actor: Actor) -> None:
    won = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEWED).update(
        state=BatchState.UPLOADED, claimed_at=None, attempts=0, annotated=b"", annotated_at=None
    )
    if won:
        batch.rows.all().delete()


# --- systems, sources of harvesting, libraries, watches --------------------------------------------
def systems_of_one_name(source: Department, target: Department) -> list[Clash]:
    systems = InformationSystem.objects.exclude(state=SystemState.RETIRED)
    own = systems.filter(department=source)
    taken = set(systems.filter(department=target).values_list("name_key", flat=True))
    keys = taken | set(own.values_list("name_key", flat=True))
    clashes = []
    for system in own.filter(name_key__in=taken).order_by("pk"):
        name = told_apart(system.name, source, keys, 100)
        text = _("与承接单位的信息系统同名，“%(old)s”改称“%(new)s”。")
        clashes.append(
            Clash(text % {"old": system.name, "new": name}, partial(_rename_system, system, name))
        )
    return clashes


def _rename_system(system: InformationSystem, name: str, actor: Actor) -> None:
    """Entries name their system in words; theirs follow, or they would name the other one."""
    InformationSystem.objects.filter(pk=system.pk).update(
        name=name, name_key=rules.title_key(name), pinyin=sort_key(name)
    )
    CatalogEntry.objects.filter(system=system).update(system_name=name)
    record(
        "catalog.system.changed",
        actor=actor,
        subject=system,
        department=system.department,
        data={"name": {"before": system.name, "after": name}},
    )


def sources_of_one_name(source: Department, target: Department) -> list[Clash]:
    own = HarvestSource.objects.filter(department=source)
    taken = HarvestSource.objects.filter(department__in=(source, target))
    keys = {rules.title_key(name) for name in taken.values_list("name", flat=True)}
    clashes = []
    for one in own.filter(name__in=taken.filter(department=target).values("name")):
        name = told_apart(one.name, source, keys, 100)
        text = _("与承接单位的采集来源同名，“%(old)s”改称“%(new)s”。")
        rename = partial(_rename_source, one, name)
        clashes.append(Clash(text % {"old": one.name, "new": name}, rename))
    return clashes


def _rename_source(source: HarvestSource, name: str, actor: Actor) -> None:
    HarvestSource.objects.filter(pk=source.pk).update(name=name)


def memberships(source: Department) -> Any:
    """In which libraries the department is a member."""
    return Library.members.through.objects.filter(department=source).select_related("library")


def member_already(source: Department, target: Department) -> list[Clash]:
    both = memberships(source).filter(library__members=target)
    text = _("承接单位已是%s的成员单位，不重复登记。")
    return [Clash(text % row.library, partial(_drop, row)) for row in both]


def members_changed(rows: list[Any]) -> None:
    """Whoever has one of these libraries open is to see its members first."""
    libraries = Library.objects.filter(pk__in=[row.library_id for row in rows])
    libraries.update(version=F("version") + 1)


def watched_already(source: Department, target: Department) -> list[Clash]:
    people = Watch.objects.filter(department=target).values("person")
    both = Watch.objects.filter(department=source, person__in=people)
    number = both.count()
    if not number:
        return []
    return [Clash(_("%d 人已关注承接单位，不重复关注。") % number, partial(_drop, both))]


def _drop(rows: Any, actor: Actor) -> None:
    rows.delete()
