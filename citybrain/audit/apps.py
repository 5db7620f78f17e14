from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "citybrain.audit"
    verbose_name = _("审计")

    def ready(self) -> None:
        from citybrain.audit import signals, wiring  # noqa: F401 - sign-in, and the registry
