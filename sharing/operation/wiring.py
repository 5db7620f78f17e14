"""What services in operation plug into the kernel and into the catalog's moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb
from sharing.models import InterfaceService
from sharing.operation import versions

for verb in (
    AuditVerb("sharing.pause.announced", _("公告服务维护"), 3),
    AuditVerb("sharing.pause.cancelled", _("取消服务维护"), 3),
    AuditVerb("sharing.end.announced", _("预告停止服务"), 10),
    AuditVerb("sharing.end.withdrawn", _("撤回停止预告"), 10),
):
    registry.audit_verbs.add(verb.code, verb)


def keep_version(entry: Any, *_arguments: Any) -> None:
    """A revised entry changes what its service answers."""
    service = InterfaceService.objects.filter(entry=entry).first()
    if service is not None:
        versions.keep(service)


registry.reactions.add("sharing.data.hosted", keep_version)
