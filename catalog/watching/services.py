"""Watching and no longer watching. Personal settings: kept, not audited, as those of notices are."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.facets import FACETS, PUBLISHED_FACETS, THEME_LABELS
from catalog.models import CatalogEntry, Watch
from catalog.policies import entry_policy
from catalog.search import Wanted
from catalog.watching.choices import MOST, MOST_CHARACTERS, NAME_CHARACTERS, WatchKind
from catalog.watching.policies import watch_policy
from citybrain.notices.text import one_line
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, User

MOST_SENT = 20_000  # characters of an address that are read at all


def follow_entry(*, actor: Actor, entry_id: int) -> Watch:
    """Watches a published entry; a second time changes nothing. Raises Http404 for any other."""
    published = CatalogEntry.objects.filter(entry_policy.published(actor))
    return _keep(actor, WatchKind.ENTRY, entry=entry_policy.fetch(actor, published, pk=entry_id))


def follow_department(*, actor: Actor, department_id: int) -> Watch:
    """Watches what a department publishes. Raises Http404 for one that is not or no longer there."""
    department = Department.objects.filter(pk=department_id, retired_on=None).first()
    if department is None:
        raise Http404(_("没有这一部门，或者部门已撤并。"))
    return _keep(actor, WatchKind.DEPARTMENT, department=department)


def follow_theme(*, actor: Actor, theme: str) -> Watch:
    """Watches what is published under a theme. Raises Http404 for one that does not exist."""
    if theme not in THEME_LABELS:
        raise Http404(_("没有这一主题。"))
    return _keep(actor, WatchKind.THEME, theme=theme)


def save_search(*, actor: Actor, query: str) -> Watch:
    """Keeps a search over published entries and watches what it finds.

    `query` is the address of the search; what makes no sense in it, and the order of the results,
    is left out. Raises ValidationError when nothing remains or too much is asked for.
    """
    wanted = Wanted.read(QueryDict(query[:MOST_SENT]), PUBLISHED_FACETS)
    address = wanted.address()
    if not address:
        raise ValidationError(_("请先输入检索词或者选择筛选条件，再保存检索。"))
    if len(address) > MOST_CHARACTERS:
        raise ValidationError(_("检索条件过多，请去掉部分筛选条件后再保存。"))
    return _keep(actor, WatchKind.SEARCH, query=address, defaults={"name": _name_of(wanted)})


def rename(*, actor: Actor, watch_id: int, name: str) -> Watch:
    """Gives a saved search another name. Raises Http404 for what is not the actor's."""
    watch = watch_policy.fetch(actor, pk=watch_id, kind=WatchKind.SEARCH)
    wanted = one_line(name, NAME_CHARACTERS + 1)
    if not wanted:
        raise ValidationError({"name": _("请填写检索的名称。")})
    if len(wanted) > NAME_CHARACTERS:
        raise ValidationError({"name": _("名称不能超过%d字，请缩短。") % NAME_CHARACTERS})
    watch.name = wanted
    watch.save(update_fields=["name"])
    return watch


def unfollow(*, actor: Actor, watch_id: int) -> None:
    """Ends one of the actor's own watches; what is not theirs, or gone already, stays as it is."""
    watch_policy.queryset(actor).filter(pk=watch_id).delete()


@transaction.atomic
def _keep(
    actor: Actor, kind: WatchKind, *, defaults: dict[str, Any] | None = None, **what: Any
) -> Watch:
    if actor.user is None:
        raise PermissionDenied(_("请先登录。"))
    # Two requests at once must not both find room for one more: the second waits here.
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.user.pk)
    mine = watch_policy.queryset(actor)
    kept = mine.filter(kind=kind, **what).first()
    if kept is not None:
        return kept
    if mine.count() >= MOST:
        raise ValidationError(_("最多可以关注%d项，请先在“我的关注”中取消不再需要的关注。") % MOST)
    now = timezone.now()
    return Watch.objects.create(
        person=actor.user, kind=kind, created_at=now, seen_until=now, **what, **(defaults or {})
    )


def _name_of(wanted: Wanted) -> str:
    """What the search says, in words."""
    parts = [wanted.q] if wanted.q else []
    for name in PUBLISHED_FACETS:
        chosen = wanted.chosen.get(name, ())
        labels = FACETS[name].choices
        if labels is None:
            rows = Department.objects.filter(pk__in=chosen).order_by("order", "pinyin")
            parts.extend(rows.values_list("short_name", flat=True))
        else:
            parts.extend(str(label) for value, label in labels.items() if value in chosen)
    # What is not printable, or a department that is not there, leaves nothing to call it by.
    return one_line(" ".join(parts), NAME_CHARACTERS) or str(WatchKind.SEARCH.label)
