"""One act on many entries: each is fetched, judged and recorded by itself, as if done alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services import entries
from catalog.services.content import ITEM_FIELDS
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict, Refused

MOST = 200  # entries in one go: a request must answer while somebody waits


@dataclass(frozen=True)
class Words:
    """What the acts ask for beside the entries."""

    reason: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one entry; `entry` is None when the actor cannot see it."""

    entry: CatalogEntry | None
    done: bool
    said: str


Act = Callable[[Actor, CatalogEntry, int, Words], Any]


def _move(name: str) -> Act:
    def act(actor: Actor, entry: CatalogEntry, version: int, words: Words) -> None:
        entries.move(name, actor=actor, entry=entry, version=version, reason=words.reason)

    return act


def _approve(actor: Actor, entry: CatalogEntry, version: int, words: Words) -> None:
    name = "publish" if entry.revises_id is None else "merge"
    entries.move(name, actor=actor, entry=entry, version=version)


def _assign_theme(actor: Actor, entry: CatalogEntry, version: int, words: Words) -> None:
    entries.change_entry(
        actor=actor,
        entry=entry,
        version=version,
        values={"theme": words.theme},
        items=list(entry.items.values(*ITEM_FIELDS)),
    )


ACTS: Mapping[str, tuple[Any, Act]] = {
    "submit": (gettext_lazy("提交签发"), _move("submit")),
    "sign": (gettext_lazy("签发并报审"), _move("sign")),
    "theme": (gettext_lazy("设置主题"), _assign_theme),
    "approve": (gettext_lazy("审核通过"), _approve),
    "reject": (gettext_lazy("审核退回"), _move("reject")),
}


def carry_out(
    name: str, *, actor: Actor, chosen: Sequence[tuple[int, int]], words: Words
) -> list[Outcome]:
    """Does `name` of ACTS with each entry chosen, given by id and the version that was read.

    One that is refused keeps no other from being done. Raises ValidationError when nothing, or more
    than MOST entries are chosen.
    """
    if not chosen:
        raise ValidationError(_("请先选择信息资源。"))
    if len(chosen) > MOST:
        raise ValidationError(_("一次最多办理 %d 个信息资源，请分批选择。") % MOST)
    act = ACTS[name][1]
    return [_outcome(act, actor, pk, version, words) for pk, version in dict(chosen).items()]


def _outcome(act: Act, actor: Actor, pk: int, version: int, words: Words) -> Outcome:
    try:
        entry = entry_policy.fetch(actor, CatalogEntry.objects.select_related("department"), pk=pk)
    except Http404:
        return Outcome(None, False, _("没有找到，可能已经不在了。"))
    try:
        act(actor, entry, version, words)
    except PermissionDenied:
        return Outcome(entry, False, _("没有办理权限。"))
    except Refused as refused:
        return Outcome(entry, False, "".join(refused.reasons))
    except ValidationError as error:
        return Outcome(entry, False, "".join(map(str, error.messages)))
    except Conflict as conflict:
        return Outcome(entry, False, str(conflict))
    return Outcome(entry, True, _("已办理。"))
