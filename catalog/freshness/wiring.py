"""What the watch over updates plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from catalog.freshness import worklist
from catalog.policies import FOLLOWERS
from citybrain import registry
from citybrain.registry import MenuItem

registry.worklist_sources.add("freshness", worklist.items)
registry.menu.add(
    "updates",
    MenuItem("updates", _("数据目录"), _("数据更新"), "catalog:updates", "refresh", FOLLOWERS),
)
