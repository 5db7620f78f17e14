from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Each is a package with a wiring.py of its own; the order is that of the menu.
SUBJECTS = (
    "freshness",
    "more_time",
    "watching",
    "quality",
    "negative_list",
    "standards",
    "libraries",
    "harvest",
    "opendata",
    "demand",
    "systems",
    "projects",
    "provincial",
)


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("数据目录")

    def ready(self) -> None:
        """Fills the registry."""
        import_module("catalog.wiring")
        for subject in SUBJECTS:
            import_module(f"catalog.{subject}.wiring")
