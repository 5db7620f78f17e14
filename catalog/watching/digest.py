"""Once a day, each person is told of what they watch: one notice for all of it.

A day is told of when it is over, so that nothing committed late is passed by, and running the same
day again finds nothing left to tell.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, Watch
from catalog.policies import entry_policy
from catalog.watching.changes import Changes, hits, start_of
from catalog.watching.choices import Change
from citybrain.notices.services import tell
from citybrain.organizations.actors import actor_for
from citybrain.organizations.models import User

log = structlog.get_logger(__name__)
KIND = "catalog.watched"
NAMED = 5  # entries that one line of the notice, or of the list, names
LINES = 20  # watches that one notice names
News = list[tuple[CatalogEntry, list[Change]]]


def tell_watchers(today: date | None = None) -> int:
    """Tells everybody who watches something of what happened before today; returns how many.

    A person who cannot be told is logged and tried again by the next run.
    """
    until = start_of(today or timezone.localdate())
    changes = Changes(until)
    behind = Watch.objects.filter(person=OuterRef("pk"), seen_until__lt=until)
    people = User.objects.filter(Exists(behind), is_active=True).order_by("pk")
    told = 0
    for person in people.select_related("department"):
        try:
            told += _tell(person, changes, until)
        except Exception:
            log.exception("watcher_not_told", person=person.pk)
    return told


@transaction.atomic
def _tell(person: User, changes: Changes, until: datetime) -> bool:
    """The notice and how far it reaches, together: a worker that dies tells nobody twice."""
    watches = list(
        Watch.objects.select_for_update(of=("self",))
        .filter(person=person, seen_until__lt=until)
        .select_related("entry", "department")
        .order_by("pk")
    )
    if not watches:
        return False
    changed = changes.since(min(watch.seen_until for watch in watches))
    news = _seen_by(person, hits(watches, changed))
    for watch in watches:
        watch.seen_until = until
        if watch.pk in news:
            _keep_latest(watch, news[watch.pk], until)
    Watch.objects.bulk_update(watches, ["seen_until", "latest", "latest_count", "changed_on"])
    having = [watch for watch in watches if watch.pk in news]
    if having:
        tell(
            people=[person],
            kind=KIND,
            title=_title(news),
            body="\n".join(_lines(having, news)),
            subject=having[0],
        )
    return bool(having)


def _seen_by(person: User, found: Mapping[int, News]) -> dict[int, News]:
    """Of what was found, that which the person may see, or could until it was retired."""
    published = entry_policy.published(actor_for(person))
    pks = {entry.pk for news in found.values() for entry, _changes in news}
    seen = set(CatalogEntry.objects.filter(published, pk__in=pks).values_list("pk", flat=True))
    kept = {
        pk: [one for one in news if one[0].pk in seen or one[0].state == EntryState.RETIRED]
        for pk, news in found.items()
    }
    return {pk: news for pk, news in kept.items() if news}


def _keep_latest(watch: Watch, news: News, until: datetime) -> None:
    watch.latest = [
        {"entry": entry.pk, "title": entry.title, "changes": [str(one) for one in changes]}
        for entry, changes in news[:NAMED]
    ]
    watch.latest_count = len(news)
    watch.changed_on = timezone.localdate(until)


def _title(news: Mapping[int, News]) -> str:
    entries = {entry.pk: entry for found in news.values() for entry, _changes in found}
    first = next(iter(entries.values()))
    if len(entries) == 1:
        return _("您关注的%(entry)s有变化") % {"entry": first}
    return _("您关注的%(entry)s等 %(count)d 个信息资源有变化") % {
        "entry": first,
        "count": len(entries),
    }


def _lines(having: Sequence[Watch], news: Mapping[int, News]) -> list[str]:
    lines = [_line(watch, news[watch.pk]) for watch in having[:LINES]]
    if len(having) > LINES:
        lines.append(_("另有 %d 项关注有变化，见“我的关注”页面。") % (len(having) - LINES))
    return lines


def _line(watch: Watch, news: News) -> str:
    if watch.entry is not None:
        ((entry, changes),) = news
        return _("%(entry)s：%(changes)s") % {"entry": entry, "changes": labels_of(changes)}
    text = "；".join(f"{entry}{labels_of(changes)}" for entry, changes in news[:NAMED])
    if len(news) > NAMED:
        text = _("%(first)s等 %(count)d 个") % {"first": text, "count": len(news)}
    return _("%(kind)s“%(name)s”：%(text)s") % {
        "kind": watch.get_kind_display(),
        "name": watch,
        "text": text,
    }


def labels_of(changes: Sequence[str]) -> str:
    return "、".join(str(Change(one).label) for one in changes)
