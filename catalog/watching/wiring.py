"""What watching plugs into the kernel."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.watching import panels
from catalog.watching.policies import watch_policy
from catalog.watching.queries import address_of
from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem, Subject

for verb in (
    AuditVerb("catalog.watch.begun", _("关注目录"), 3),
    AuditVerb("catalog.watch.ended", _("取消关注目录"), 3),
):
    registry.audit_verbs.add(verb.code, verb)


def page_of(watch: Any) -> str:
    """Where a notice leads: to what is followed, or to the list."""
    return address_of(watch) or reverse("catalog:watches")


registry.subjects.add(
    "catalog.Watch",
    Subject(
        _("关注"),
        page_of,
        policy=watch_policy,
    ),
)
registry.panels.add("catalog.CatalogEntry", panels.following)
registry.menu.add(
    "watches", MenuItem("watches", _("数据目录"), _("我的关注"), "catalog:watches", "star")
)
