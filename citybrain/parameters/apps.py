from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParametersConfig(AppConfig):
    name = "citybrain.parameters"
    verbose_name = _("办理参数")

    def ready(self) -> None:
        from citybrain.parameters import wiring  # noqa: F401 - fills the registry
