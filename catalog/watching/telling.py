"""Telling people what has happened to what they follow: once a day at most, nothing twice.

What happened since the watermark of a watch is read from revisions, state changes and the time of the
last data. Only entries that are published to the person, or were until they were retired, are told
of. The notice and the new watermark are saved in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.facets import PUBLISHED_FACETS
from catalog.models import CatalogEntry, EntryRevision, Watch
from catalog.policies import entry_policy
from catalog.search import Found, Wanted, published, words_in
from catalog.watching.choices import Happening, WatchKind
from citybrain.audit.models import StateChange
from citybrain.notices.services import tell
from citybrain.organizations.actors import Actor, actor_for

KIND = "catalog.watch"
# Whoever writes now commits later: what is younger waits for the next time.
SETTLED = timedelta(minutes=5)
LINES = 20


@dataclass(frozen=True)
class Event:
    at: datetime
    happening: Happening


def tell_watchers(now: datetime | None = None) -> int:
    """Writes the notices that are due; returns how many. A second call at once writes none."""
    until = (now or timezone.now()) - SETTLED
    since = Watch.objects.aggregate(first=Min("checked_at"))["first"]
    if since is None or since >= until:
        return 0
    events = _events(since, until)
    told = 0
    for watch in Watch.objects.select_related("person__department").order_by("pk").iterator():
        told += _one(watch, events, until)
    return told


def _events(since: datetime, until: datetime) -> dict[int, list[Event]]:
    """What happened to which entry after `since`, up to `until`."""
    found: dict[int, list[Event]] = defaultdict(list)
    revisions = EntryRevision.objects.filter(approved_at__gt=since, approved_at__lte=until)
    for pk, number, at in revisions.values_list("entry", "number", "approved_at"):
        found[pk].append(Event(at, Happening.PUBLISHED if number == 1 else Happening.REVISED))
    retired = StateChange.objects.filter(
        subject_type=CatalogEntry._meta.label, new=EntryState.RETIRED, at__gt=since, at__lte=until
    )
    for pk, at in retired.values_list("subject_id", "at"):
        found[pk].append(Event(at, Happening.RETIRED))
    updated = CatalogEntry.objects.filter(data_updated_at__gt=since, data_updated_at__lte=until)
    for pk, changed in updated.values_list("pk", "data_updated_at"):
        if changed is not None:
            found[pk].append(Event(changed, Happening.UPDATED))
    return found


def _one(watch: Watch, events: dict[int, list[Event]], until: datetime) -> bool:
    today = timezone.localdate(until)
    if watch.told_on == today:
        return False  # what is new is told tomorrow, all of it together
    new = {
        pk: [event for event in happened if event.at > watch.checked_at]
        for pk, happened in events.items()
    }
    recent = {pk: happened for pk, happened in new.items() if happened}
    actor = actor_for(watch.person)
    entries = list(_watched(watch, actor, recent)) if recent and not actor.is_public else []
    with transaction.atomic():
        mark = Watch.objects.filter(pk=watch.pk, checked_at=watch.checked_at)
        if not mark.update(checked_at=until, **({"told_on": today} if entries else {})):
            return False
        if not entries:
            return False
        tell(
            people=[watch.person],
            kind=KIND,
            title=_("关注的“%(name)s”有 %(count)d 项变化")
            % {"name": watch.name, "count": len(entries)},
            body=_lines(entries, recent),
            subject=watch,
        )
    return True


def _watched(watch: Watch, actor: Actor, pks: Iterable[int]) -> Iterable[CatalogEntry]:
    """Those among `pks` that the watch is of, published to its person or just retired."""
    rows = CatalogEntry.objects.filter(
        entry_policy.published(actor) | Q(state=EntryState.RETIRED), pk__in=list(pks), revises=None
    )
    match watch.kind:
        case WatchKind.ENTRY:
            rows = rows.filter(pk=watch.entry_id or 0)
        case WatchKind.DEPARTMENT:
            rows = rows.filter(department=watch.department_id)
        case WatchKind.THEME:
            rows = rows.filter(theme=watch.theme)
        case _:
            wanted = Wanted.read(QueryDict(watch.query), PUBLISHED_FACETS)
            if wanted.q:
                loose = published(actor, wanted).is_loose
                rows = rows.filter(words_in(wanted.q, loose=loose))
            return Found(wanted, rows, PUBLISHED_FACETS).chosen_entries
    return rows.only("pk", "title").order_by("title_pinyin", "pk")


def _lines(entries: list[CatalogEntry], events: dict[int, list[Event]]) -> str:
    lines = []
    for entry in entries[:LINES]:
        happened = sorted(events[entry.pk], key=lambda event: event.at)
        words = "、".join(dict.fromkeys(str(event.happening.label) for event in happened))
        lines.append(f"《{entry.title}》：{words}")
    if len(entries) > LINES:
        lines.append(_("另有 %d 项。") % (len(entries) - LINES))
    return "\n".join(lines)
