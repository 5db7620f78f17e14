"""Following, saving a search, and ending either."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalog.choices import THEMES
from catalog.facets import PUBLISHED_FACETS
from catalog.models import CatalogEntry, Watch
from catalog.policies import entry_policy
from catalog.search import Wanted
from catalog.watching.choices import WatchKind
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department

MOST = 100


def canonical(query: str) -> str:
    """The words and choices of a search, written in one way; "" when it asks for nothing."""
    wanted = Wanted.read(QueryDict(query[:2000]), PUBLISHED_FACETS)
    pairs = [("q", wanted.q)] if wanted.q else []
    pairs += [
        (name, str(value)) for name, values in sorted(wanted.chosen.items()) for value in values
    ]
    return urlencode(pairs)


def save_search(*, actor: Actor, name: str, query: str) -> Watch:
    """Keeps a search under a name. Raises ValidationError for `name` or `query`."""
    kept = canonical(query)
    if not kept:
        raise ValidationError({"query": _("请先填写检索词或者选择筛选条件，再保存。")})
    if len(kept) > 1000:
        raise ValidationError({"query": _("筛选条件过多，请减少后再保存。")})
    title = " ".join(name.split())[:100]
    if not title:
        raise ValidationError({"name": _("请填写名称。")})
    return _keep(actor, WatchKind.SEARCH, title, query=kept)


def follow_entry(*, actor: Actor, entry: CatalogEntry) -> Watch:
    """Raises Http404 for an entry that is not published to the actor."""
    seen = entry_policy.fetch(
        actor, CatalogEntry.objects.filter(entry_policy.published(actor)), pk=entry.pk
    )
    return _keep(actor, WatchKind.ENTRY, seen.title[:100], entry=seen)


def follow_department(*, actor: Actor, department: Department) -> Watch:
    return _keep(actor, WatchKind.DEPARTMENT, department.name[:100], department=department)


def follow_theme(*, actor: Actor, theme: str) -> Watch:
    """Raises ValidationError for a theme that there is not."""
    label = dict(THEMES).get(theme)
    if label is None:
        raise ValidationError({"theme": _("没有这个主题。")})
    return _keep(actor, WatchKind.THEME, str(label), theme=theme)


@transaction.atomic
def end(*, actor: Actor, watch: Watch) -> None:
    """Ends a watch of the actor's own."""
    if watch.person_id != actor.user_id:
        raise PermissionDenied
    record("catalog.watch.ended", actor=actor, subject_text=watch.name, data={"kind": watch.kind})
    watch.delete()


@transaction.atomic
def _keep(actor: Actor, kind: WatchKind, name: str, **what: Any) -> Watch:
    if actor.user is None:
        raise PermissionDenied
    known = Watch.objects.filter(person=actor.user, kind=kind, **what).first()
    if known is not None:
        return known
    if Watch.objects.filter(person=actor.user).count() >= MOST:
        raise ValidationError(_("最多关注 %d 项，请先取消不再需要的。") % MOST)
    made, new = Watch.objects.get_or_create(
        person=actor.user,
        kind=kind,
        **what,
        defaults={"name": name, "checked_at": timezone.now()},
    )
    if new:
        record("catalog.watch.begun", actor=actor, subject_text=name, data={"kind": str(kind)})
    return made
