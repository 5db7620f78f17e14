"""Sending what was packed: by the page, by a signed link and by the API, under one rule."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.delivery import building, ranges
from sharing.delivery.choices import FETCHABLE
from sharing.delivery.policies import package_policy
from sharing.gateway.admission import objection_to_use
from sharing.gateway.grants import Grant, grant_of
from sharing.models import ExchangePackage


def packages() -> QuerySet[ExchangePackage]:
    """Packages with the authorization that they are sent under."""
    path = "plan__authorization__"
    return ExchangePackage.objects.select_related(
        *(f"{path}{name}" for name in ("entry", "provider", "consumer"))
    ).defer(f"{path}entry__search")


def send(request: HttpRequest, actor: Actor, found: ExchangePackage) -> HttpResponseBase:
    """The file of the package, or the range that is asked for; each request is on record.

    Raises PermissionDenied, and Conflict when there is nothing to fetch or the authorization cannot
    be used at this moment.
    """
    package_policy.require(actor, "use", found)
    if found.state not in FETCHABLE:
        raise Conflict(_("这一交换包不能下载。"), state_label=found.get_state_display())
    authorization = found.plan.authorization
    grant = grant_of(authorization)
    objection = objection_to_use(grant, timezone.now())
    if objection is not None:
        raise Conflict(objection.message, state_label=authorization.get_state_display())
    _require_unbarred(found, grant)
    path = building.folder() / found.file
    if not path.is_file():
        raise Conflict(_("交换包的文件不在了，请联系市大数据主管部门。"))
    if request.method == "GET":
        record(
            "sharing.package.fetched",
            actor=actor,
            subject=found,
            department=authorization.provider,
            data={"digest": found.digest, "from": ranges.begins(request)},
        )
    response = ranges.ranged(request, path, etag=f'"{found.digest}"')
    response["Content-Disposition"] = content_disposition_header(True, found.file_name)
    return response


def _require_unbarred(package: ExchangePackage, grant: Grant) -> None:
    """What has come to be on the negative list since the package was made is not given away (HK-13)."""
    held = grant.barred if package.items is None else set(package.items).intersection(grant.barred)
    if held:
        raise Conflict(
            _("包中的信息项“%s”已列入负面清单，停止提供；以后的交换包不含该信息项。")
            % "、".join(sorted(held)),
            state_label=package.get_state_display(),
        )
