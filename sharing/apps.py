from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = _("共享")

    def ready(self) -> None:
        from sharing import wiring  # noqa: F401 - fills the registry
