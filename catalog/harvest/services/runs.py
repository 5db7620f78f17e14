"""Asking a source: new datasets become drafts, changed ones reach what nobody has edited here.

What was edited here is never written over: where both sides have changed, and wherever the entry is
no draft any more, the new values wait for a person (services/decisions.py). What a source no longer
has is shown as gone and kept. Everything of one run is saved in one transaction, or nothing.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import (
    CITY_DEPARTMENT_ITEM,
    FORMAT_METHODS,
    THEMES,
    EntryState,
    OpenType,
    ResourceClass,
    SharingType,
)
from catalog.harvest.choices import RunState
from catalog.harvest.policies import source_policy
from catalog.harvest.reading import Dataset, Unreadable, read
from catalog.models import CatalogEntry, HarvestedEntry, HarvestRun
from catalog.models.entry import GONE
from catalog.services.content import ITEM_FIELDS, cleaned
from catalog.services.entries import change_entry, compile_entry
from citybrain import claims
from citybrain.audit.services import record
from citybrain.names import visible
from citybrain.organizations.actors import Actor, actor_for
from citybrain.refusals import Conflict

COUNTED = ("added", "changed", "unchanged", "pending", "gone", "refused")
MOST_PROBLEMS = 200
# What no source tells, and what is filled in until somebody has looked at it.
FILLED_IN = (
    "resource_class", "class_item", "theme", "sharing_type", "sharing_condition", "sharing_method",
    "open_type", "use_scope",
)  # fmt: skip


def run(run_id: int) -> None:
    """Does a waiting run; nothing when somebody else has it or has done it.

    Nor while another source is asked: a slow one must not take all workers from everybody else.
    """
    asked = HarvestRun.objects.filter(~claims.free(), state=RunState.WAITING)
    if asked.exclude(pk=run_id).exists():
        return
    if not claims.take(HarvestRun.objects.filter(pk=run_id, state=RunState.WAITING)):
        return
    current = HarvestRun.objects.select_related("source__department", "source__answerable").get(
        pk=run_id
    )
    if current.attempts > claims.MOST_ATTEMPTS:
        _end(current, RunState.FAILED, problems=[_("多次采集都没有完成，请联系来源或稍后再试。")])
        return
    source = current.source
    actor = actor_for(source.answerable)
    try:
        if not source_policy.allows(actor, "harvest", source):
            raise Unreadable(
                _("设置这一来源的人员已没有编制目录的权限，请由在岗人员重新保存来源。")
            )
        datasets = read(source.kind, source.address)
    except Unreadable as error:
        _end(current, RunState.FAILED, problems=[str(error)])
        return
    with transaction.atomic():
        rows = HarvestRun.objects.select_for_update().filter(pk=run_id, state=RunState.WAITING)
        if rows.first() is None:
            return
        _Taking(current, actor).take(datasets)


def _end(current: HarvestRun, state: RunState, **changes: Any) -> None:
    HarvestRun.objects.filter(pk=current.pk, state=RunState.WAITING).update(
        state=state, finished_at=timezone.now(), **changes
    )


class _Taking:
    """One run under way: what was found, and what has come of it so far."""

    def __init__(self, current: HarvestRun, actor: Actor) -> None:
        self.current, self.source, self.actor = current, current.source, actor
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self.now = timezone.now()

    def take(self, datasets: Sequence[Dataset]) -> None:
        known = {
            one.source_key: one
            for one in self.source.harvested.select_related("entry__department").defer(
                "entry__search"
            )
        }
        for dataset in datasets:
            link = known.get(dataset.key)
            if link is None:
                self._add(dataset)
            else:
                self._renew(link, dataset)
        found = {dataset.key for dataset in datasets}
        gone = [one.pk for key, one in known.items() if key not in found]
        links = HarvestedEntry.objects.filter(pk__in=gone)
        links.filter(gone_since=None).update(gone_since=self.now)
        self.counts["gone"] = len(gone)
        counts = {name: self.counts[name] for name in COUNTED}
        _end(self.current, RunState.DONE, problems=self.problems, **counts)
        record(
            "catalog.harvest.finished",
            actor=self.actor,
            subject=self.source,
            department=self.source.department,
            data=counts,
        )

    def _add(self, dataset: Dataset) -> None:
        values = {**filled_in(dataset.content), **dataset.content}
        try:
            with transaction.atomic():
                entry = compile_entry(
                    actor=self.actor, department=self.source.department, values=values, items=[]
                )
        except ValidationError as error:
            self._refuse(dataset, error)
            return
        HarvestedEntry.objects.create(
            source=self.source,
            source_key=dataset.key,
            page=dataset.page,
            entry=entry,
            content=_present(entry, dataset.content),
            unchecked=list(FILLED_IN),
            seen_at=self.now,
        )
        self.counts["added"] += 1

    def _renew(self, link: HarvestedEntry, dataset: Dataset) -> None:
        entry = link.entry
        said = {name: cleaned(name, value) for name, value in dataset.content.items()}
        here = _present(entry, said)
        link.seen_at, link.gone_since, link.page = self.now, None, dataset.page
        # What has come to be the same on both sides needs nobody's decision.
        link.content |= {name: value for name, value in said.items() if here[name] == value}
        news = {name: value for name, value in said.items() if link.content.get(name) != value}
        plain = {name: said[name] for name in news if here[name] == link.content.get(name)}
        outcome = "unchanged"
        if entry.state in GONE:
            news = {}
        elif plain and entry.state == EntryState.DRAFT and self._change(link, dataset, plain):
            link.content |= plain
            news = {name: value for name, value in news.items() if name not in plain}
            outcome = "changed"
        link.pending = news
        link.save()
        self.counts["pending" if news else outcome] += 1

    def _change(self, link: HarvestedEntry, dataset: Dataset, values: dict[str, Any]) -> bool:
        try:
            with transaction.atomic():
                change_entry(
                    actor=self.actor,
                    entry=link.entry,
                    values=values,
                    items=list(link.entry.items.values(*ITEM_FIELDS)),
                )
        except (ValidationError, Conflict, PermissionDenied) as error:
            self._refuse(dataset, error)
            return False
        return True

    def _refuse(self, dataset: Dataset, error: Exception) -> None:
        texts = error.messages if isinstance(error, ValidationError) else [str(error)]
        self.counts["refused"] += 1
        if len(self.problems) < MOST_PROBLEMS:
            name = visible(dataset.content["title"] or dataset.key)
            self.problems.append(f"《{name}》：{'；'.join(map(str, texts))}")


def filled_in(content: Any) -> dict[str, Any]:
    """Values that close more than they open, for what the source does not tell."""
    return {
        "resource_class": ResourceClass.DEPARTMENT.value,
        "class_item": CITY_DEPARTMENT_ITEM,
        "theme": THEMES[0][0],
        "sharing_type": SharingType.CONDITIONAL.value,
        "sharing_condition": _("（待补充）共享的范围和用途。"),
        "sharing_method": str(FORMAT_METHODS[content["format_class"]][0]),
        "open_type": OpenType.CLOSED.value,
        "use_scope": _("（待补充）使用范围和用途。"),
    }


def _present(entry: CatalogEntry, names: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}
