"""The menu item of the page per department."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import MenuItem
from sharing.sides import READERS

registry.menu.add(
    "sharing_overview",
    MenuItem(
        "sharing_overview",
        _("数据共享"),
        _("单位共享情况"),
        "sharing:overview",
        "building",
        READERS,
    ),
)
