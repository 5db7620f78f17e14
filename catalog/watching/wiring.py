"""What watching plugs into the kernel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.watching.policies import watch_policy
from citybrain import registry
from citybrain.registry import MenuItem, Subject

registry.subjects.add(
    "catalog.Watch",
    Subject(_("关注"), lambda watch: reverse("catalog:watches"), policy=watch_policy),
)
registry.menu.add(
    "watches", MenuItem("watches", _("数据目录"), _("我的关注"), "catalog:watches", "star")
)
