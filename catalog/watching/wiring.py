"""What watching plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import mergers
from catalog.models import Watch
from catalog.watching.policies import watch_policy
from citybrain import registry
from citybrain.registry import MenuItem, Subject, Takeover

registry.subjects.add(
    "catalog.Watch",
    Subject(_("关注"), lambda watch: reverse("catalog:watches"), policy=watch_policy),
)
registry.merges.add(
    "catalog.watches",
    Takeover(
        _("对本单位的关注"),
        lambda source: Watch.objects.filter(department=source),
        clashes=mergers.watched_already,
        verb="",
    ),
)
registry.menu.add(
    "watches", MenuItem("watches", _("数据目录"), _("我的关注"), "catalog:watches", "star")
)
