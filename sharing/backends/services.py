"""Proposing backends, and what the moves change: the service reads from the one in force (HK-15)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.sealing import seal
from sharing.backends.choices import BackendState
from sharing.backends.guarding import CHECKS, check_networks
from sharing.backends.policies import backend_policy
from sharing.backends.transitions import BACKEND
from sharing.backends.upstream import USE
from sharing.choices import ServiceKind
from sharing.models import InterfaceService, ServiceBackend
from sharing.services.hosting import deliver_waiting, service_code

FIELDS = (
    "kind", "address", "account", "records_path", "paging", "size_parameter", "after_parameter",
    "view", "key_column", "seconds", "retries",
)  # fmt: skip
NEEDED = {ServiceKind.UPSTREAM: (), ServiceKind.VIEW: ("view", "key_column", "account")}


@transaction.atomic
def propose(
    *,
    actor: Actor,
    entry: CatalogEntry,
    values: Mapping[str, Any],
    networks: Sequence[str],
    fields: Mapping[str, str],
    filters: Mapping[str, str],
    secret: str = "",
) -> ServiceBackend:
    """Proposes where the entry's service reads from; the bureau is told and confirms.

    `values` has keys of FIELDS, `fields` and `filters` map item names. Without a new secret, that of
    the backend in force stays, if the address does. Registers the service where there is none.
    Raises PermissionDenied, ValidationError by field, Conflict.
    """
    current = entry_policy.fetch(
        actor, CatalogEntry.objects.select_for_update(of=("self",)), pk=entry.pk
    )
    backend = ServiceBackend(
        department=current.department,
        created_by=actor.user,
        **{name: values[name] for name in FIELDS if name in values},
    )
    backend_policy.require(actor, "propose", backend)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(
            _("信息资源发布后才能设置服务后端。"), state_label=current.get_state_display()
        )
    _check(backend, current, fields, filters)
    try:
        backend.networks = check_networks(networks)
    except ValidationError as error:
        raise ValidationError({"networks": error.messages}) from None
    backend.fields, backend.filters = dict(fields), dict(filters)
    backend.service = InterfaceService.objects.filter(entry=current).first() or (
        InterfaceService.objects.create(entry=current, code=service_code(current))
    )
    backend.secret = _secret(backend, secret)
    try:
        with transaction.atomic():
            backend.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("已有一份待确认的后端设置，请先撤回。")) from None
    record(
        "sharing.backend.proposed",
        actor=actor,
        subject=backend,
        department=current.department,
        data={"kind": backend.kind, "address": backend.address, "networks": backend.networks},
    )
    notices.tell(
        people=notices.people_to_tell(
            "coordinate_sharing", Department.objects.get(competences__contains=["big_data"])
        ),
        kind="sharing.backend.proposed",
        title=_("%s申请启用服务后端，请确认") % current.title,
        body=f"{backend.get_kind_display()} {backend.address}",
        subject=backend,
        actor=actor,
    )
    return backend


def move(
    name: str,
    *,
    actor: Actor,
    backend: ServiceBackend,
    version: int | None = None,
    reason: str = "",
) -> ServiceBackend:
    """Makes a move of the table. Confirming replaces the backend in force and switches the service."""

    def change(current: ServiceBackend) -> None:
        service = InterfaceService.objects.select_for_update().get(pk=current.service_id)
        if name == "confirm":
            _replace(current)
            service.kind = current.kind
        elif name == "stop":
            if service.dataset_id is None:
                raise Conflict(
                    _("停用后没有数据可以提供。请先上传数据，或者在“运行与变更”中预告停止服务。"),
                    state_label=current.get_state_display(),
                )
            service.kind = ServiceKind.HOSTED
        service.save(update_fields=["kind"])
        if name == "confirm":
            deliver_waiting(service.entry, actor)

    return workflow.perform(
        BACKEND,
        name,
        actor=actor,
        obj=backend,
        version=version,
        inputs={"reason": reason} if reason else {},
        change=change,
    )


def _replace(current: ServiceBackend) -> None:
    """The one in force until now makes way."""
    before = ServiceBackend.objects.filter(
        service=current.service_id, state=BackendState.IN_FORCE
    ).exclude(pk=current.pk)
    for one in before:
        workflow.perform(BACKEND, "replace", actor=system_actor(), obj=one)


def _check(
    backend: ServiceBackend,
    entry: CatalogEntry,
    fields: Mapping[str, str],
    filters: Mapping[str, str],
) -> None:
    """Raises ValidationError by field."""
    errors: dict[str, list[str]] = {}
    if backend.kind not in CHECKS:
        raise ValidationError({"kind": _("请选择上游接口或者数据库视图。")})
    try:
        CHECKS[ServiceKind(backend.kind)](backend.address)
    except ValidationError as error:
        errors["address"] = error.messages
    for name in NEEDED[ServiceKind(backend.kind)]:
        if not getattr(backend, name):
            errors[name] = [_("数据库视图必须填写这一项。")]
    names = set(entry.items.values_list("name", flat=True))
    unknown = [name for name in (*fields, *filters) if name not in names]
    missing = sorted(names - set(fields))
    if unknown:
        errors["fields"] = [_("“%s”不是本信息资源的信息项。") % unknown[0][:50]]
    elif missing:
        errors["fields"] = [_("信息项“%s”没有对应的字段。") % missing[0]]
    if errors:
        raise ValidationError(errors)


def _secret(backend: ServiceBackend, secret: str) -> str:
    if secret:
        return seal(secret, USE)
    before = ServiceBackend.objects.filter(
        service=backend.service, state=BackendState.IN_FORCE, address=backend.address
    ).first()
    return before.secret if before else ""
