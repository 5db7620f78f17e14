"""What the open catalog plugs into the kernel."""

from django.utils.translation import gettext_lazy as _

from catalog.opendata import panels
from citybrain import registry
from citybrain.registry import MenuItem

registry.panels.add("catalog.CatalogEntry", panels.open_data)
registry.menu.add(
    "open_catalog",
    MenuItem("open_catalog", _("数据目录"), _("开放目录"), "opendata:catalog", "world"),
)
