"""Papers may be attached to applications, by the applicant while it has them in hand."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.organizations.actors import Actor
from citybrain.registry import AuditVerb
from sharing.attachments.attachable import Attachable, register
from sharing.choices import ApplicationState
from sharing.models import ShareApplication
from sharing.policies import application_policy

for verb in (
    AuditVerb("sharing.attachment.added", _("上传附件"), 10),
    AuditVerb("sharing.attachment.removed", _("移除附件"), 10),
    AuditVerb("sharing.attachment.opened", _("下载附件"), 3),
):
    registry.audit_verbs.add(verb.code, verb)


def may_add_to_application(actor: Actor, application: ShareApplication) -> bool:
    return application.state in (
        ApplicationState.DRAFT,
        ApplicationState.SUPPLEMENTING,
    ) and application_policy.allows(actor, "apply", application)


register(
    "application",
    Attachable(
        policy=application_policy,
        may_add=may_add_to_application,
        url=lambda application: reverse("sharing:application", args=[application.pk]),
    ),
)
