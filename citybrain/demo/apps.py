from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb


class DemoConfig(AppConfig):
    name = "citybrain.demo"
    verbose_name = _("演示")

    def ready(self) -> None:
        registry.audit_verbs.add("demo.begun", AuditVerb("demo.begun", _("开始载入演示数据")))
        registry.audit_verbs.add("demo.loaded", AuditVerb("demo.loaded", _("演示数据载入完成")))
