from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("数据目录")

    def ready(self) -> None:
        from catalog import wiring  # noqa: F401 - fills the registry
