"""The portal as an app: last in INSTALLED_APPS, it freezes what the others registered."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CityBrainConfig(AppConfig):
    name = "citybrain"
    verbose_name = _("门户")

    def ready(self) -> None:
        from citybrain import crypto, registry
        from citybrain.celery import app  # noqa: F401 - tasks bind to the portal's Celery app

        crypto.self_test()
        registry.freeze()
