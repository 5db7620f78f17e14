"""What sets a delivery going: an agreement, new rows, and a correction."""

from django.db import transaction

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from sharing.choices import Method
from sharing.delivery import planning, tasks
from sharing.models import (
    Authorization,
    CorrectionRequest,
    ExchangePackage,
    ShareApplication,
)


def after_agreement(application: ShareApplication, actor: Actor) -> None:
    _begin(application.authorization)


def after_upload(entry: CatalogEntry, actor: Actor) -> None:
    for authorization in planning.exchanged(entry):
        _begin(authorization)


def after_correction(correction: CorrectionRequest, actor: Actor) -> None:
    for redelivery in planning.mended(correction):
        _start(planning.begin_mended(redelivery))


def _begin(authorization: Authorization) -> None:
    if authorization.method != Method.BATCH:
        return
    _start(planning.begin_if_due(authorization))


def _start(package: ExchangePackage | None) -> None:
    if package is not None:
        transaction.on_commit(lambda: tasks.start(package))
