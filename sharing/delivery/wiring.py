"""What delivery plugs into the kernel, and into agreements and uploads."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb, Subject
from sharing.delivery import reactions, tasks, worklist
from sharing.delivery.policies import package_policy


def exchange_of(package: Any) -> str:
    return reverse("sharing:exchange", args=[package.plan.authorization_id])


for verb in (
    AuditVerb("sharing.exchange.arranged", _("安排批量交换"), 10),
    AuditVerb("sharing.exchange.key_read", _("查看交换包密钥"), 10),
    AuditVerb("sharing.exchange.key_changed", _("更换交换包密钥"), 10),
    AuditVerb("sharing.package.built", _("生成交换包"), 10),
    AuditVerb("sharing.package.fetched", _("下载交换包"), 10),
    AuditVerb("sharing.package.received", _("签收交换包"), 10),
    AuditVerb("sharing.link.made", _("生成下载链接"), 10),
):
    registry.audit_verbs.add(verb.code, verb)
registry.subjects.add(
    "sharing.ExchangePackage",
    Subject(
        _("交换包"),
        exchange_of,
        package_policy,
    ),
)
registry.worklist_sources.add("delivery", worklist.items)
registry.reactions.add("sharing.application.agree", reactions.after_agreement)
registry.reactions.add("sharing.data.hosted", reactions.after_upload)
# Corrections are a subject before this one: who is told has been settled by then.
for move in ("correct", "correct_partly"):
    registry.reactions.add(f"sharing.correction.{move}", reactions.after_correction)
# Celery knows a task when its module is read.
TASKS = (tasks.exchange, tasks.build_package, tasks.clear_packages)
