"""The states and moves of applications, extensions and authorizations.

Deadlines and their articles are those of decree 809 (政务数据共享条例), see duties/rules.py.
"""

from django.utils.translation import gettext_lazy as _

from catalog.choices import SharingType
from citybrain.organizations.choices import Kind
from citybrain.workflow import Machine, Move, Opens, Tells, table
from sharing.choices import (
    ApplicationState,
    AuthorizationState,
    ExtensionState,
)
from sharing.models import ShareApplication
from sharing.policies import (
    application_policy,
    authorization_policy,
    extension_policy,
)

BUREAU = "competence:big_data"
REPLIES = ("reply_unconditional", "reply_conditional", "reply_institution")
APPLICANT = Tells(person="submitted_by")
PROVIDER = Tells("answer_applications", "provider")


def reply_rule(application: ShareApplication) -> str:
    """SC-21: one working day for unconditional data, ten for conditional.

    Of a public institution the bureau says how long it has (HK-18).
    """
    if application.provider.kind == Kind.INSTITUTION:
        return "reply_institution"
    if application.sharing_type == SharingType.UNCONDITIONAL:
        return "reply_unconditional"
    return "reply_conditional"


APPLICATION = Machine(
    noun="sharing.application",
    label=_("共享申请"),
    policy=application_policy,
    moves=table(
        Move(
            name="submit",
            label=_("提交签发"),
            sources=(ApplicationState.DRAFT,),
            target=ApplicationState.SIGNING,
            permission="apply",
            basis="SC-20",
            opens=(Opens("internal_signoff", owed_by="department"),),
            tells=(Tells("sign_applications", "department"),),
            stamps="submitted_by",
        ),
        Move(
            name="sign",
            label=_("签发并送提供方"),
            sources=(ApplicationState.SIGNING,),
            target=ApplicationState.ANSWERING,
            permission="sign",
            basis="SC-20",
            fulfils=("internal_signoff",),
            opens=(Opens(reply_rule, owed_by="provider", owed_to="department"),),
            tells=(PROVIDER, APPLICANT),
            other_than=("created_by", "submitted_by"),
        ),
        Move(
            name="send_back",
            label=_("退回修改"),
            sources=(ApplicationState.SIGNING,),
            target=ApplicationState.DRAFT,
            permission="sign",
            requires=("reason",),
            fulfils=("internal_signoff",),
            tells=(APPLICANT,),
            tone="warning",
        ),
        Move(
            name="agree",
            label=_("同意共享"),
            sources=(ApplicationState.ANSWERING,),
            target=ApplicationState.AGREED,
            permission="answer",
            basis="SC-21",
            fulfils=REPLIES,
            opens=(Opens("deliver", owed_by="provider", owed_to="department"),),
            tells=(APPLICANT, Tells("sign_applications", "department")),
        ),
        Move(
            name="refuse",
            label=_("不予共享"),
            sources=(ApplicationState.ANSWERING,),
            target=ApplicationState.REFUSED,
            permission="answer",
            basis="SC-21",
            requires=("reason", "refusal_basis"),
            fulfils=REPLIES,
            tells=(APPLICANT, Tells("sign_applications", "department")),
            tone="danger",
        ),
        Move(
            name="ask_supplement",
            label=_("一次性告知补正"),
            sources=(ApplicationState.ANSWERING,),
            target=ApplicationState.SUPPLEMENTING,
            permission="answer",
            basis="SC-21",
            requires=("reason",),
            labels={"reason": _("需要补正的全部内容")},
            pauses=REPLIES,
            tells=(APPLICANT,),
            tone="warning",
        ),
        Move(
            name="supplement",
            label=_("提交补正"),
            sources=(ApplicationState.SUPPLEMENTING,),
            target=ApplicationState.ANSWERING,
            permission="apply",
            basis="SC-21",
            requires=("supplement",),
            resumes=REPLIES,
            tells=(PROVIDER,),
        ),
        # Before it is signed the provider knows nothing of it, and is told nothing.
        Move(
            name="drop",
            label=_("放弃申请"),
            sources=(ApplicationState.DRAFT, ApplicationState.SIGNING),
            target=ApplicationState.WITHDRAWN,
            permission="apply",
            cancels=("internal_signoff",),
            tone="danger",
        ),
        Move(
            name="withdraw",
            label=_("撤回申请"),
            sources=(ApplicationState.ANSWERING, ApplicationState.SUPPLEMENTING),
            target=ApplicationState.WITHDRAWN,
            permission="apply",
            requires=("reason",),
            cancels=REPLIES,
            tells=(PROVIDER, Tells("sign_applications", "department")),
            tone="danger",
        ),
    ),
)

EXTENSION = Machine(
    noun="sharing.extension",
    label=_("延期申请"),
    policy=extension_policy,
    department="application.provider",
    moves=table(
        Move(
            name="grant",
            label=_("同意延长"),
            sources=(ExtensionState.ASKED,),
            target=ExtensionState.GRANTED,
            permission="consent",
            basis="SC-21",
            tells=(
                Tells("answer_applications", "application.provider"),
                Tells("sign_applications", "application.department"),
            ),
            other_than=("submitted_by",),
        ),
        Move(
            name="decline",
            label=_("不同意延长"),
            sources=(ExtensionState.ASKED,),
            target=ExtensionState.DECLINED,
            permission="consent",
            basis="SC-21",
            requires=("reason",),
            tells=(Tells("answer_applications", "application.provider"),),
            other_than=("submitted_by",),
            tone="warning",
        ),
        Move(
            name="lapse",
            label=_("随申请办结失效"),
            sources=(ExtensionState.ASKED,),
            target=ExtensionState.LAPSED,
            permission="consent",
            automatic=True,
        ),
    ),
)

AUTHORIZATION = Machine(
    noun="sharing.authorization",
    label=_("授权"),
    policy=authorization_policy,
    department="provider",
    moves=table(
        Move(
            name="suspend",
            label=_("暂停授权"),
            sources=(AuthorizationState.ACTIVE,),
            target=AuthorizationState.SUSPENDED,
            permission="coordinate",
            basis="SC-27",
            requires=("reason",),
            tells=(Tells("use_authorizations", "consumer"), PROVIDER),
            tone="warning",
        ),
        Move(
            name="resume",
            label=_("恢复授权"),
            sources=(AuthorizationState.SUSPENDED,),
            target=AuthorizationState.ACTIVE,
            permission="coordinate",
            basis="SC-27",
            tells=(Tells("use_authorizations", "consumer"), PROVIDER),
        ),
        Move(
            name="revoke",
            label=_("终止授权"),
            sources=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
            target=AuthorizationState.REVOKED,
            permission="coordinate",
            basis="SC-27",
            requires=("reason",),
            tells=(Tells("use_authorizations", "consumer"), PROVIDER),
            tone="danger",
        ),
        # The purpose is met, or cannot be met any more: whoever uses the data ends the use.
        Move(
            name="finish",
            label=_("结束使用"),
            sources=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
            target=AuthorizationState.REVOKED,
            permission="use",
            basis="SC-27",
            requires=("reason",),
            tells=(Tells("use_authorizations", "consumer"), PROVIDER),
            tone="neutral",
        ),
        Move(
            name="expire",
            label=_("到期失效"),
            sources=(AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED),
            target=AuthorizationState.EXPIRED,
            permission="coordinate",
            tells=(Tells("use_authorizations", "consumer"),),
            automatic=True,
        ),
    ),
)
