from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("评价")

    def ready(self) -> None:
        from evaluation import wiring  # noqa: F401 - fills the registry
