"""What has happened to published entries, read once for everybody who watches any."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import BooleanField, ExpressionWrapper, Max
from django.http import QueryDict
from django.utils import timezone

from catalog.choices import EntryState
from catalog.facets import FACETS, PUBLISHED_FACETS, with_computed
from catalog.models import CatalogEntry, DataUpdate, EntryRevision, Watch
from catalog.search import Wanted, words_in
from catalog.watching.choices import Change, WatchKind
from citybrain.audit.models import StateChange

COLUMNS = [FACETS[name].column for name in PUBLISHED_FACETS if FACETS[name].expression is None]


@dataclass(frozen=True)
class Changed:
    """One entry and what happened to it, when."""

    entry: CatalogEntry
    events: Sequence[tuple[Change, datetime]]

    def since(self, moment: datetime) -> list[Change]:
        """What happened from `moment` on; once it is retired, nothing else matters."""
        found = {change for change, at in self.events if at >= moment}
        if Change.RETIRED in found:
            return [Change.RETIRED]
        return [change for change in Change if change in found]


@dataclass
class Changes:
    """What happened before `until`; asked for the same day again, it answers from memory."""

    until: datetime
    _by_day: dict[date, list[Changed]] = field(default_factory=dict)

    def since(self, moment: datetime) -> list[Changed]:
        """At least what happened from `moment` on."""
        day = timezone.localdate(moment)
        if day not in self._by_day:
            self._by_day[day] = changed_between(start_of(day), self.until)
        return self._by_day[day]


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def changed_between(since: datetime, until: datetime) -> list[Changed]:
    """Entries that are published, or were until then, and what happened to them. Four queries."""
    events: dict[int, list[tuple[Change, datetime]]] = defaultdict(list)
    revisions = EntryRevision.objects.filter(approved_at__gte=since, approved_at__lt=until)
    for pk, number, at in revisions.order_by().values_list("entry", "number", "approved_at"):
        events[pk].append((Change.PUBLISHED if number == 1 else Change.REVISED, at))
    updates = DataUpdate.objects.filter(at__gte=since, at__lt=until).order_by().values("entry")
    for pk, at in updates.annotate(last=Max("at")).values_list("entry", "last"):
        events[pk].append((Change.UPDATED, at))
    retired = StateChange.objects.filter(
        subject_type=CatalogEntry._meta.label, new=EntryState.RETIRED, at__gte=since, at__lt=until
    )
    gone = dict(retired.order_by().values_list("subject_id", "at"))
    entries = CatalogEntry.objects.filter(pk__in={*events, *gone}).order_by("title_pinyin", "pk")
    entries = with_computed(entries, PUBLISHED_FACETS)
    found = []
    for entry in entries.only("title", "state", "revises_id", *COLUMNS):
        if entry.state == EntryState.PUBLISHED:
            found.append(Changed(entry, events[entry.pk]))
        elif entry.state == EntryState.RETIRED and entry.pk in gone:
            found.append(Changed(entry, [(Change.RETIRED, gone[entry.pk])]))
    return found


def hits(
    watches: Iterable[Watch], changed: Sequence[Changed]
) -> dict[int, list[tuple[CatalogEntry, list[Change]]]]:
    """By watch, what happened since its own mark. One query, if any watch has words in it."""
    watches = list(watches)
    wanted = {
        watch.pk: Wanted.read(QueryDict(watch.query), PUBLISHED_FACETS)
        for watch in watches
        if watch.kind == WatchKind.SEARCH
    }
    said = _said({one.q for one in wanted.values() if one.q}, changed)
    by_entry = {one.entry.pk: [one] for one in changed}
    found = {}
    for watch in watches:
        if watch.kind == WatchKind.ENTRY:
            fitting: Iterable[Changed] = by_entry.get(watch.entry_id or 0, ())
        elif watch.kind == WatchKind.DEPARTMENT:
            fitting = (one for one in changed if one.entry.department_id == watch.department_id)
        elif watch.kind == WatchKind.THEME:
            fitting = (one for one in changed if one.entry.theme == watch.theme)
        else:
            fitting = _answering(wanted[watch.pk], said, changed)
        news = [(one.entry, one.since(watch.seen_until)) for one in fitting]
        news = [(entry, changes) for entry, changes in news if changes]
        if news:
            found[watch.pk] = news
    return found


def _answering(
    wanted: Wanted, said: dict[str, set[int]], changed: Sequence[Changed]
) -> Iterable[Changed]:
    for one in changed:
        if wanted.q and one.entry.pk not in said[wanted.q]:
            continue
        if all(
            getattr(one.entry, FACETS[name].column) in values
            for name, values in wanted.chosen.items()
        ):
            yield one


def _said(words: Iterable[str], changed: Sequence[Changed]) -> dict[str, set[int]]:
    """In which of the entries each of the words occur, as a search would find them."""
    asked = sorted(words)
    found: dict[str, set[int]] = {q: set() for q in asked}
    if not asked or not changed:
        return found
    columns = {
        f"said_{place}": ExpressionWrapper(words_in(q), output_field=BooleanField())
        for place, q in enumerate(asked)
    }
    entries = CatalogEntry.objects.filter(pk__in=[one.entry.pk for one in changed]).order_by()
    for pk, *answers in entries.annotate(**columns).values_list("pk", *columns):
        for q, answer in zip(asked, answers, strict=True):
            if answer:
                found[q].add(pk)
    return found
