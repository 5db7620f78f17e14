from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "citybrain.notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        from citybrain.notices import wiring  # noqa: F401 - fills the registry
