from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "citybrain.organizations"
    verbose_name = _("部门与人员")

    def ready(self) -> None:
        from citybrain.organizations import wiring  # noqa: F401 - fills the registry
