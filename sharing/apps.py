from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Each is a package with a wiring.py of its own; the order is that of the menu.
SUBJECTS: tuple[str, ...] = (
    "basket",
    "papers",
    "attachments",
    "overview",
    "codes",
    "rowlimits",
    "interfaces",
    "operation",
    "backends",
    "corrections",
    "delivery",
    "guidance",
    "rights",
    "disputes",
    "developers",
    "returnflow",
)


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = _("共享")

    def ready(self) -> None:
        """Fills the registry."""
        import_module("sharing.wiring")
        for subject in SUBJECTS:
            import_module(f"sharing.{subject}.wiring")
