"""What a user of the data is told of corrected rows: which, in so far as they were granted (SC-26)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citybrain.pages import ActorRequest
from citybrain.ui import Attribute, Crumb
from sharing.choices import Method
from sharing.corrections.changes import changes_of, covered
from sharing.corrections.policies import redelivery_policy
from sharing.corrections.scope import present_items
from sharing.corrections.services.redelivering import WAYS, with_receipts
from sharing.corrections.shown import moment
from sharing.gateway.admission import objection_to_use
from sharing.gateway.grants import Grant, grant_of
from sharing.gateway.objections import Objection
from sharing.gateway.records import Item, shaped
from sharing.models import Authorization, Redelivery
from sharing.rights.undertakings import accepted


@login_required
@never_cache
@require_safe
def redelivery(request: ActorRequest, pk: int) -> HttpResponse:
    """The rows by their keys as granted, and how they are fetched anew.

    They are values of the data: whoever could not fetch it at this moment is shown none.
    """
    path = "authorization__"
    rows = Redelivery.objects.select_related(
        "correction", *(f"{path}{name}" for name in ("entry", "consumer", "provider"))
    )
    found = redelivery_policy.fetch(
        request.actor, with_receipts(rows.defer(f"{path}entry__search")), pk=pk
    )
    authorization, received = found.authorization, found.received_at  # type: ignore[attr-defined]
    may_use = redelivery_policy.allows(request.actor, "use", found)
    grant = grant_of(authorization)
    names = _keys(grant, found)
    objection = objection_to_use(grant, timezone.now(), served_here=False)
    hindrance = _hindrance(authorization, objection) if may_use else ""
    reads = may_use and not hindrance
    context = {
        "redelivery": found,
        "authorization": authorization,
        "may_use": may_use,
        "hindrance": hindrance,
        "way": WAYS[Method(authorization.method)],
        "names": [item["name"] for item in names],
        "rows": [
            (
                one.kind,
                "、".join(item["name"] for item in grant.items if item["name"] in one.items),
                [(item["name"], shaped(one.values.get(item["name"], ""), item)) for item in names],
            )
            for one in (covered(changes_of(found.correction), grant) if reads else ())
        ],
        "attributes": [
            Attribute(
                _("授权"),
                str(authorization),
                url=reverse("sharing:authorization", args=[authorization.pk]),
            ),
            Attribute(_("使用单位"), authorization.consumer.name),
            Attribute(_("提供单位"), authorization.provider.name),
            Attribute(_("更正的数据行"), found.rows or _("未逐行列出")),
            Attribute(_("告知时间"), moment(found.told_at)),
            Attribute(_("重新取得时间"), moment(received) if received else ""),
        ],
        "crumbs": [
            Crumb(_("共享授权"), reverse("sharing:authorizations")),
            Crumb(authorization.number, reverse("sharing:authorization", args=[authorization.pk])),
            Crumb(_("更正数据")),
        ],
    }
    return render(request, "sharing/corrections/redelivery.html", context)


def _hindrance(authorization: Authorization, objection: Objection | None) -> str:
    """Why the data cannot be fetched at this moment; empty when it can."""
    if objection is not None:
        return objection.message
    if accepted(authorization) is None:
        return _("请先在授权页面阅读并作出数据使用承诺。")
    return ""


def _keys(grant: Grant, found: Redelivery) -> list[Item]:
    """The granted items that name a row: the key, with all in clear where the key is none of them."""
    present = present_items(found.authorization.entry)
    keys = [
        item for item in grant.items if item["name"] in present and present[item["name"]].is_key
    ]
    if any(not item["masked"] for item in keys):
        return keys
    return [item for item in grant.items if item in keys or not item["masked"]]
