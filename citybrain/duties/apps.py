from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "citybrain.duties"
    verbose_name = _("法定时限")

    def ready(self) -> None:
        from citybrain.duties import wiring  # noqa: F401 - fills the registry
