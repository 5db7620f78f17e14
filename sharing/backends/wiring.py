"""What backends plug into the kernel, the gateway and the probes."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem
from sharing.backends import upstream, view, worklist
from sharing.backends.choices import BackendState
from sharing.backends.transitions import BACKEND
from sharing.choices import ServiceKind
from sharing.gateway import sources
from sharing.gateway.sources import Unreadable
from sharing.models import InterfaceService, ServiceBackend
from sharing.operation import probing

sources.add(ServiceKind.UPSTREAM, upstream.Upstream())
sources.add(ServiceKind.VIEW, view.View())


def probe(service: InterfaceService) -> None:
    """Asks the backend in force of the service."""
    backend = ServiceBackend.objects.filter(service=service, state=BackendState.IN_FORCE).first()
    if backend is None:
        raise Unreadable(str(_("提供单位尚未设置服务后端。")))
    (upstream if backend.kind == ServiceKind.UPSTREAM else view).probe(backend)


probing.add(ServiceKind.UPSTREAM, probe)
probing.add(ServiceKind.VIEW, probe)
registry.audit_verbs.add(
    "sharing.backend.proposed", AuditVerb("sharing.backend.proposed", _("提出服务后端"), 10)
)
workflow.register(BACKEND, url=lambda backend: reverse("sharing:backend", args=[backend.pk]))
registry.worklist_sources.add("backends", worklist.items)
registry.menu.add(
    "backends",
    MenuItem(
        "backends",
        _("数据共享"),
        _("服务后端"),
        "sharing:backends",
        "server",
        permissions=("view_sharing", "coordinate_sharing"),
    ),
)
