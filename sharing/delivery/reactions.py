"""What sets a delivery going: an agreement, new rows, and a correction."""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from sharing.choices import Method
from sharing.delivery import planning, tasks
from sharing.models import (
    Authorization,
    CorrectionRequest,
    ExchangePackage,
    ShareApplication,
)
from sharing.services import authorizations


def after_agreement(application: ShareApplication, actor: Actor) -> None:
    """Begins the first package; where there is nothing to give yet, whoever provides it is told."""
    authorization = application.authorization
    if not _begin(authorization):
        _ask(authorization)


def _ask(authorization: Authorization) -> None:
    due = authorizations.delivery_due(authorization)
    if due is None:
        return
    words = {
        "consumer": authorization.consumer.short_name,
        "entry": authorization.entry.title,
        "day": date_format(due.due_on, "Y年n月j日"),
    }
    notices.tell(
        people=notices.people_to_tell("host_data", authorization.provider),
        kind="sharing.delivery.due",
        title=_("%(consumer)s已获授权使用《%(entry)s》，请在%(day)s前提供数据") % words,
        body=_("在信息资源的“数据与接口”页面上传数据，或者设置由本部门系统提供。"),
        subject=authorization,
    )


def after_upload(entry: CatalogEntry, actor: Actor) -> None:
    for authorization in planning.exchanged(entry):
        _begin(authorization)


def after_correction(correction: CorrectionRequest, actor: Actor) -> None:
    for redelivery in planning.mended(correction):
        _start(planning.begin_mended(redelivery))


def _begin(authorization: Authorization) -> bool:
    return authorization.method == Method.BATCH and _start(planning.begin_if_due(authorization))


def _start(package: ExchangePackage | None) -> bool:
    if package is None:
        return False
    transaction.on_commit(lambda: tasks.start(package))
    return True
