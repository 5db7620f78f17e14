"""What the sharing app plugs into the kernel and into the catalog's moves."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.opendata.rows import PUBLISH
from catalog.quality.services import HAS_ROWS
from citybrain import registry, workflow
from citybrain.registry import AuditVerb, MenuItem, Permission, Subject
from sharing import (
    barred,
    formal,
    guards,
    held,
    home,
    mergers,
    panels,
    revised,
    transitions,
    worklist,
)
from sharing.policies import service_policy, upload_policy
from sharing.services import authorizations, hosting
from sharing.sides import READERS

SHARING = _("数据共享")
HEAD, CATALOGUER, OFFICER = "sharing_head", "cataloguer", "security_officer"
for permission in (
    Permission("view_sharing", _("查看本单位共享业务"), (CATALOGUER, HEAD, OFFICER), past=True),
    Permission("apply_sharing", _("提出共享申请和校核"), (CATALOGUER,), "SC-20"),
    Permission("sign_applications", _("签发共享申请"), (HEAD,), "SC-20"),
    Permission("answer_applications", _("答复共享申请"), (HEAD,), "SC-21"),
    Permission("host_data", _("提供数据、答复校核"), (CATALOGUER,), "HK-15"),
    Permission("use_authorizations", _("领取和停用授权码"), (CATALOGUER, HEAD), "HK-38"),
    Permission("consent_extensions", _("同意延期"), ("bureau_coordinator",), "SC-21"),
    Permission("coordinate_sharing", _("暂停、恢复、终止授权"), ("bureau_coordinator",), "SC-27"),
):
    registry.permissions.add(permission.code, permission)

for verb in (
    AuditVerb("sharing.application.drafted", _("起草共享申请"), 10),
    AuditVerb("sharing.application.changed", _("修改共享申请"), 10),
    AuditVerb("sharing.application.reviewed", _("形式审查"), 10),
    AuditVerb("sharing.extension.asked", _("提出延期"), 10),
    AuditVerb("sharing.authorization.granted", _("授权"), 10),
    AuditVerb("sharing.code.issued", _("领取授权码"), 10),
    AuditVerb("sharing.code.revoked", _("停用授权码"), 10),
    AuditVerb("sharing.upload.received", _("上传数据文件"), 3),
    AuditVerb("sharing.upload.confirmed", _("确认更新数据"), 10),
    AuditVerb("sharing.upload.cancelled", _("放弃上传的数据文件"), 3),
    AuditVerb("sharing.data.hosted", _("提供数据"), 10),
    AuditVerb("sharing.service.switched", _("启用或停用接口服务"), 10),
    AuditVerb("sharing.file.downloaded", _("下载共享数据"), 10),
    AuditVerb("sharing.calls.exported", _("导出调用记录"), 3),
):
    registry.audit_verbs.add(verb.code, verb)


def page_of(url_name: str, key: str = "pk") -> Callable[[Any], str]:
    """The address of the page `url_name` of an object, found by its attribute `key`."""
    return lambda obj: reverse(url_name, args=[getattr(obj, key)])


for machine, url_name in (
    (transitions.APPLICATION, "sharing:application"),
    (transitions.AUTHORIZATION, "sharing:authorization"),
):
    workflow.register(machine, url=page_of(url_name))
workflow.register(
    transitions.EXTENSION,
    url=page_of("sharing:application", "application_id"),
)
registry.subjects.add(
    "sharing.InterfaceService",
    Subject(
        _("接口服务"),
        page_of("sharing:service"),
        service_policy,
    ),
)
registry.subjects.add(
    "sharing.AuthorizationCode",
    Subject(
        _("接口授权码"),
        page_of("sharing:authorization", "authorization_id"),
    ),
)
registry.subjects.add(
    "sharing.DataUpload",
    Subject(
        _("数据上传"),
        page_of("sharing:upload"),
        upload_policy,
    ),
)
registry.guards.add("sharing.application.ask_supplement", guards.supplement_once)
registry.guards.add("sharing.application.agree", guards.assessed_for_abroad)
registry.guards.add("catalog.entry.retire", guards.nothing_depends_on)
registry.reactions.add("sharing.application.sign", formal.keep)
registry.reactions.add("sharing.application.agree", authorizations.delivery_after_agreement)
for code, takeover in mergers.TAKEOVERS.items():
    registry.merges.add(f"sharing.{code}", takeover)
registry.home_cards.add("sharing", home.cards)
registry.reactions.add("catalog.entry.merge", revised.tell_consumers)
registry.reactions.add("catalog.entry.merge", hosting.follow_names)
for move, reaction in (
    ("accept", barred.tell_barred),
    ("withdraw", barred.tell_withdrawn),
    ("expire", barred.tell_expired),
):
    registry.reactions.add(f"catalog.negative_list.{move}", reaction)
registry.panels.add("catalog.NegativeListEntry", barred.panel)
registry.panels.add("sharing.ShareApplication", formal.panel)
registry.panels.add("catalog.CatalogEntry", revised.panel)
registry.panels.add("catalog.CatalogEntry", panels.sharing)
registry.panels.add("catalog.CatalogEntry", panels.data)

registry.worklist_sources.add("sharing", worklist.items)
registry.holdings.add("sharing", held.holding)
registry.conditions.add(PUBLISH, held.served)
registry.conditions.add(HAS_ROWS, held.served)

for item in (
    MenuItem("applications", SHARING, _("共享申请"), "sharing:applications", "share-3", READERS),
    MenuItem(
        "authorizations", SHARING, _("共享授权"), "sharing:authorizations", "certificate", READERS
    ),
    MenuItem("services", SHARING, _("接口服务"), "sharing:services", "api"),
    MenuItem("calls", SHARING, _("调用记录"), "sharing:calls", "activity", READERS),
):
    registry.menu.add(item.code, item)
