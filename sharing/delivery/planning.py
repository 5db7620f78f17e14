"""When a package is due, and what the consumer arranges: cycle, extent, key, receipt."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.audit.services import record
from citybrain.claims import MOST_ATTEMPTS
from citybrain.crypto import constant_time_equal
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.sealing import KEY_BYTES, seal, unseal
from sharing.choices import AuthorizationState, Method
from sharing.delivery.choices import (
    ARRANGED,
    FETCHABLE,
    LEAST_DAYS,
    Cycle,
    Extent,
    Format,
    PackageState,
)
from sharing.delivery.policies import package_policy
from sharing.gateway.admission import objection_to_file
from sharing.gateway.grants import grant_of
from sharing.models import (
    Authorization,
    CorrectionRequest,
    ExchangePackage,
    ExchangePlan,
    Redelivery,
)
from sharing.policies import authorization_policy
from sharing.rights.undertakings import require_accepted

USE = "sharing.exchange"
REMEMBERED = timedelta(days=30)  # how long a package with corrected rows is tried for
GIVEN_UP = Q(state=PackageState.FAILED, attempts__gt=MOST_ATTEMPTS)


def new_key() -> str:
    """A key of SM4, sealed."""
    return seal(secrets.token_hex(KEY_BYTES), USE)


def key_of(plan: ExchangePlan) -> bytes:
    return bytes.fromhex(unseal(plan.sealed_key, USE))


def plan_of(authorization: Authorization) -> ExchangePlan:
    """The plan of a grant in batches; the first to ask makes it."""
    found, _made = ExchangePlan.objects.get_or_create(
        authorization=authorization, defaults={"sealed_key": new_key()}
    )
    return found


def exchanged(entry: CatalogEntry | None = None) -> list[Authorization]:
    """Grants in force that are delivered in batches, of one entry or of all."""
    rows = Authorization.objects.filter(state=AuthorizationState.ACTIVE, method=Method.BATCH)
    if entry is not None:
        rows = rows.filter(entry=entry)
    return list(rows.select_related("entry", "consumer", "provider", "application"))


def begin_if_due(authorization: Authorization) -> ExchangePackage | None:
    """Puts the next package into the making when there are rows that the last did not have.

    None when nothing is due, when one is in the making, or when the grant cannot be used now.
    """
    now = timezone.now()
    grant = grant_of(authorization)
    if objection_to_file(grant, now) is not None or grant.dataset_id is None:
        return None
    plan = plan_of(authorization)
    done = plan.packages.exclude(state=PackageState.FAILED).exclude(extent=Extent.MENDED)
    last = done.order_by("-number").first()
    if last is not None and (
        last.state == PackageState.WAITING
        or last.dataset_id == grant.dataset_id
        or now - last.created_at < timedelta(days=LEAST_DAYS[plan.cycle])
    ):
        return None
    if plan.packages.filter(GIVEN_UP, dataset=grant.dataset_id).exists():
        return None
    # What was cleared before it was received is missed: the next one has to be whole.
    since = last.dataset if last is not None and last.state in FETCHABLE else None
    return _begun(
        ExchangePackage(
            plan=plan,
            extent=plan.extent if since is not None else Extent.FULL,
            dataset_id=grant.dataset_id,
            since=since,
        )
    )


def begin_mended(redelivery: Redelivery) -> ExchangePackage | None:
    """Puts the package with the corrected rows into the making, once (SC-26).

    None when there is one, when another package of the grant is in the making, or when the grant
    cannot be used now: `sharing.exchange` tries again.
    """
    grant = grant_of(redelivery.authorization)
    if objection_to_file(grant, timezone.now()) is not None or grant.dataset_id is None:
        return None
    plan = plan_of(redelivery.authorization)
    tried = plan.packages.filter(correction=redelivery.correction_id)
    if tried.filter(~Q(state=PackageState.FAILED) | GIVEN_UP).exists():
        return None
    return _begun(
        ExchangePackage(
            plan=plan,
            extent=Extent.MENDED,
            dataset_id=grant.dataset_id,
            correction_id=redelivery.correction_id,
        )
    )


def mended(correction: CorrectionRequest | None = None) -> list[Redelivery]:
    """Users in batches who were told of corrected rows, of one correction or of all lately."""
    rows = Redelivery.objects.filter(
        authorization__method=Method.BATCH,
        authorization__state=AuthorizationState.ACTIVE,
        rows__gt=0,
        told_at__gte=timezone.now() - REMEMBERED,
    )
    if correction is not None:
        rows = rows.filter(correction=correction)
    return list(rows.select_related("authorization__entry"))


def _begun(package: ExchangePackage) -> ExchangePackage | None:
    """The package with the plan's next number; None when somebody else has just begun one."""
    package.format = package.plan.format
    last = package.plan.packages.aggregate(last=Max("number"))["last"] or 0
    package.number = last + 1
    try:
        with transaction.atomic():
            package.save(force_insert=True)
    except IntegrityError:
        return None
    return package


@transaction.atomic
def arrange(
    *,
    actor: Actor,
    authorization: Authorization,
    cycle: str,
    extent: str,
    format: str = Format.CSV,
) -> ExchangePlan:
    """The consumer sets how often it wants packages and which. Raises PermissionDenied,
    ValidationError by field."""
    plan = _plan_for(actor, authorization)
    for name, value, choices in (
        ("cycle", cycle, Cycle),
        ("extent", extent, ARRANGED),
        ("format", format, Format),
    ):
        if value not in list(choices):
            raise ValidationError({name: _("请从列表中选择。")})
    plan.cycle, plan.extent, plan.format = cycle, extent, format
    plan.save(update_fields=["cycle", "extent", "format"])
    _record("sharing.exchange.arranged", actor, plan, cycle=cycle, extent=extent, format=format)
    return plan


@transaction.atomic
def read_key(*, actor: Actor, authorization: Authorization, anew: bool = False) -> str:
    """The consumer's key, in hexadecimal; with `anew` another one, for packages from now on.

    Raises PermissionDenied, ValidationError before the undertaking (SC-25): without the key nobody
    reads a package.
    """
    plan = _plan_for(actor, authorization)
    require_accepted(plan.authorization)
    if anew:
        plan.sealed_key, plan.key_number = new_key(), plan.key_number + 1
        plan.save(update_fields=["sealed_key", "key_number"])
    verb = "sharing.exchange.key_changed" if anew else "sharing.exchange.key_read"
    _record(verb, actor, plan, key_number=plan.key_number)
    return key_of(plan).hex()


@transaction.atomic
def receive(*, actor: Actor, package: ExchangePackage, digest: str) -> ExchangePackage:
    """The consumer confirms that what it holds is what was packed, by its SM3 digest.

    Raises PermissionDenied, ValidationError when the digest is another one, Conflict unless the
    package waits for its receipt.
    """
    rows = ExchangePackage.objects.select_for_update(of=("self",)).select_related(
        "plan__authorization__provider"
    )
    current = package_policy.fetch(actor, rows, pk=package.pk)
    package_policy.require(actor, "use", current)
    if current.state != PackageState.READY:
        raise Conflict(
            _("这一交换包不在待签收状态，请刷新后查看。"), state_label=current.get_state_display()
        )
    require_digest(digest, current.digest)
    current.state, current.received_at = PackageState.RECEIVED, timezone.now()
    current.received_by = actor.user
    current.save(update_fields=["state", "received_at", "received_by"])
    record(
        "sharing.package.received",
        actor=actor,
        subject=current,
        department=current.plan.authorization.provider,
        data={"digest": current.digest, "rows": current.rows},
    )
    return current


def require_digest(given: str, digest: str) -> None:
    """Raises ValidationError unless the receiver holds what was sent, by its SM3 digest."""
    if not constant_time_equal(given.strip().lower(), digest):
        raise ValidationError({"digest": _("摘要与下发的不一致，请核对是否下载完整后重新下载。")})


def _plan_for(actor: Actor, authorization: Authorization) -> ExchangePlan:
    current = authorization_policy.fetch(actor, pk=authorization.pk)
    authorization_policy.require(actor, "use", current)
    if current.method != Method.BATCH:
        raise ValidationError(_("该授权不以批量交换方式提供。"))
    plan = plan_of(current)
    return ExchangePlan.objects.select_for_update().get(pk=plan.pk)


def _record(verb: str, actor: Actor, plan: ExchangePlan, **data: object) -> None:
    record(
        verb,
        actor=actor,
        subject=plan.authorization,
        department=plan.authorization.provider,
        data=data,
    )
