"""What comes down: registered with its digest, checked and split by the worker, sent on, received."""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.crypto import sm3_hex
from citybrain.duties import services as duties
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Level
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.spreadsheets import line_text
from citybrain.workflow import department_at
from sharing.delivery.planning import require_digest
from sharing.models import ReturnNeed, ReturnPackage, ReturnReceipt
from sharing.returnflow.choices import ANSWERABLE, Source
from sharing.returnflow.policies import package_policy, receipt_policy
from sharing.returnflow.services import needs
from sharing.returnflow.transitions import BUREAU, PACKAGE
from sharing.services.uploads import check_file

SIGN = "sign_return"


@transaction.atomic
def register(
    *,
    actor: Actor,
    entry: CatalogEntry,
    source: str,
    provincial_number: str,
    period: str,
    received_on: date,
    area_item: str,
    file: BinaryIO,
    file_name: str,
    digest: str = "",
    need: ReturnNeed | None = None,
) -> ReturnPackage:
    """Keeps a file that came down, for the check. `digest` is what the province says of it, if it does.

    Raises PermissionDenied, ValidationError by field, Conflict unless the entry is published. The
    caller queues the check when this has been committed.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    made = ReturnPackage(
        department=department_at(None, BUREAU),
        entry=current,
        need=need,
        source=source,
        provincial_number=line_text(provincial_number),
        period=line_text(period),
        received_on=received_on,
        area_item=area_item,
        submitted_by=actor.user,
    )
    package_policy.require(actor, "handle", made)
    if current.state != EntryState.PUBLISHED:
        raise Conflict(_("信息资源发布后才能登记。"), state_label=current.get_state_display())
    _judge(made)
    check_file(file_name=file_name, file=file)
    made.file_name, made.content = PurePath(file_name).name[-200:], file.read()
    made.digest = sm3_hex(made.content)
    if digest.strip() and digest.strip().lower() != made.digest:
        text = _("与文件的SM3摘要%s不一致，请核对是否收全。") % made.digest
        raise ValidationError({"digest": text})
    series = f"HL{timezone.localdate().year}"
    made.number = f"{series}-{next_numbers(series)[0]:06}"
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "returned_file_once" not in str(error):
            raise
        raise ValidationError({"file": _("同一文件已经登记过。")}) from None
    record(
        "sharing.return_package.registered",
        actor=actor,
        subject=made,
        department=made.department,
        data={"provincial_number": made.provincial_number, "digest": made.digest},
    )
    return made


def _judge(package: ReturnPackage) -> None:
    errors: dict[str, Any] = {}
    for name in ("provincial_number", "period"):
        if not getattr(package, name):
            errors[name] = _("请填写。")
    if package.source not in Source.values:
        errors["source"] = _("请选择。")
    if package.received_on > timezone.localdate():
        errors["received_on"] = _("不能晚于今天。")
    names = list(package.entry.items.values_list("name", flat=True))
    if package.area_item and package.area_item not in names:
        errors["area_item"] = _("请从信息项中选择。")
    if package.need is not None and package.need.state not in ANSWERABLE:
        errors["need"] = _("该需求不在等待数据的状态。")
    if errors:
        raise ValidationError(errors)


def discard(
    *, actor: Actor, package: ReturnPackage, version: int | None, reason: str
) -> ReturnPackage:
    """Gives up a package that was not sent on. Raises as citybrain.workflow.perform does."""

    def emptied(current: ReturnPackage) -> None:
        current.content = None
        current.save(update_fields=["content"])
        current.parts.all().delete()

    return workflow.perform(
        PACKAGE,
        "discard",
        obj=package,
        actor=actor,
        version=version,
        inputs={"reason": reason},
        change=emptied,
    )


@transaction.atomic
def distribute(
    *,
    actor: Actor,
    package: ReturnPackage,
    departments: Iterable[Department],
    version: int | None = None,
) -> ReturnPackage:
    """Sends each department the part of its area; those of the city get all rows.

    The need that the package answers is fulfilled. Raises ValidationError for the field
    `departments`, and as citybrain.workflow.perform does.
    """
    chosen = list(departments)
    if not chosen:
        raise ValidationError({"departments": _("请选择接收单位。")})

    def sent(current: ReturnPackage) -> None:
        parts = {part.region_code: part for part in current.parts.defer("content")}
        without = [one.short_name for one in chosen if area_of(one, current) not in parts]
        if without:
            text = _("数据包中没有这些单位所在区的数据：%s。") % "、".join(without)
            raise ValidationError({"departments": text})
        current.distributed_at, current.content = timezone.now(), None
        current.save(update_fields=["distributed_at", "content"])
        for one in chosen:
            receipt = ReturnReceipt.objects.create(
                part=parts[area_of(one, current)], department=one
            )
            _announce(receipt, actor)

    done = workflow.perform(
        PACKAGE,
        "distribute",
        obj=package,
        actor=actor,
        version=version,
        change=sent,
        data={"departments": [one.code for one in chosen]},
    )
    if done.need is not None and done.need.state in ANSWERABLE:
        needs.move("deliver", actor=actor, need=done.need)
    return done


def area_of(department: Department, package: ReturnPackage) -> str:
    """The code of the part that is the department's: its district's, or the city's."""
    is_district = department.level == Level.DISTRICT
    return department.region_code if is_district else package.department.region_code


def _announce(receipt: ReturnReceipt, actor: Actor) -> None:
    duties.open_duty(rule=SIGN, subject=receipt, department=receipt.department, actor=actor)
    notices.tell(
        people=notices.people_to_tell("use_authorizations", receipt.department),
        kind="sharing.return_package.distribute",
        title=_("回流数据%s已下发，请下载并签收") % receipt,
        body=_("%(rows)d行。") % {"rows": receipt.part.rows},
        subject=receipt,
        actor=actor,
    )


@transaction.atomic
def fetch(*, actor: Actor, receipt: ReturnReceipt) -> ReturnReceipt:
    """The department takes its rows; each time is on record. Raises PermissionDenied."""
    current = _locked(actor, receipt)
    if current.fetched_at is None:
        current.fetched_at = timezone.now()
        current.save(update_fields=["fetched_at"])
    _record("sharing.return_receipt.fetched", actor, current)
    return current


@transaction.atomic
def receive(*, actor: Actor, receipt: ReturnReceipt, digest: str) -> ReturnReceipt:
    """The department confirms what it holds, by its SM3 digest.

    Raises PermissionDenied, ValidationError when the digest is another one, Conflict when it was
    received before.
    """
    current = _locked(actor, receipt)
    if current.received_at is not None:
        raise Conflict(_("已经签收过。"), state_label=_("已签收"))
    require_digest(digest, current.part.digest)
    current.received_at, current.received_by = timezone.now(), actor.user
    current.save(update_fields=["received_at", "received_by"])
    for duty in duties.open_duties_of(current):
        duties.fulfil(duty=duty, actor=actor)
    _record("sharing.return_receipt.received", actor, current)
    return current


def _locked(actor: Actor, receipt: ReturnReceipt) -> ReturnReceipt:
    rows = ReturnReceipt.objects.select_for_update(of=("self",)).select_related(
        "part__package__entry", "department"
    )
    current = receipt_policy.fetch(actor, rows, pk=receipt.pk)
    receipt_policy.require(actor, "use", current)
    return current


def _record(verb: str, actor: Actor, receipt: ReturnReceipt) -> None:
    record(
        verb,
        actor=actor,
        subject=receipt,
        department=receipt.department,
        data={"digest": receipt.part.digest, "rows": receipt.part.rows},
    )
