from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecurityConfig(AppConfig):
    name = "security"
    verbose_name = _("数据安全")

    def ready(self) -> None:
        from security import wiring  # noqa: F401 - fills the registry
