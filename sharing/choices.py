"""Words of the sharing app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from catalog.choices import SharingMethod


class ApplicationState(TextChoices):
    DRAFT = "draft", _("草稿")
    SIGNING = "signing", _("待本单位签发")
    ANSWERING = "answering", _("待提供方答复")
    SUPPLEMENTING = "supplementing", _("待补正材料")
    AGREED = "agreed", _("同意共享")
    REFUSED = "refused", _("不予共享")
    WITHDRAWN = "withdrawn", _("已撤回")


LIVE_APPLICATIONS = (
    ApplicationState.DRAFT,
    ApplicationState.SIGNING,
    ApplicationState.ANSWERING,
    ApplicationState.SUPPLEMENTING,
)


class UseBasis(TextChoices):
    """What the data is used for (国发〔2016〕51号)."""

    ADMINISTRATIVE = "administrative", _("行政依据")
    REFERENCE = "reference", _("工作参考")
    VERIFICATION = "verification", _("数据校核")
    COLLABORATION = "collaboration", _("业务协同")


class Method(TextChoices):
    """Ways of SC-22 that this portal delivers itself."""

    INTERFACE = "interface", _("服务接口")
    FILE = "file", _("文件下载")
    BATCH = "batch", _("批量交换")


# How this portal delivers what an entry offers. What is exchanged in batches may be called for page
# by page or fetched as a file, too.
METHODS_OFFERED: dict[str, tuple[Method, ...]] = {
    SharingMethod.INTERFACE: (Method.INTERFACE,),
    SharingMethod.BATCH: (Method.INTERFACE, Method.FILE, Method.BATCH),
    SharingMethod.FILE: (Method.FILE,),
}


class ServiceKind(TextChoices):
    """Where the records of an interface service come from (sharing/gateway/sources.py)."""

    HOSTED = "hosted", _("托管数据")
    UPSTREAM = "upstream", _("部门上游接口")
    VIEW = "view", _("部门数据库视图")


# On what ground an application may be refused; details belong into the reason (SC-21).
REFUSAL_GROUNDS = (
    _("不符合目录载明的共享条件（共享条例第十四条）"),
    _("法律、行政法规或者国务院决定规定不予共享，名称和条款见理由（共享条例第十四条）"),
    _("属于国家秘密或者工作秘密，不属于政务数据（共享条例第三条）"),
    _("使用依据、场景或者范围不能说明申请合法、必要（共享条例第二十条）"),
    _("申请用途超出共享范围，或者拟提供给第三方（共享条例第二十五条）"),
    _("申请单位未按约定使用政务数据，正在整改（共享条例第二十七条）"),
)


class AuthorizationState(TextChoices):
    ACTIVE = "active", _("有效")
    SUSPENDED = "suspended", _("已暂停")
    REVOKED = "revoked", _("已终止")
    EXPIRED = "expired", _("已到期")


class ExtensionState(TextChoices):
    ASKED = "asked", _("待大数据局同意")
    GRANTED = "granted", _("同意延长")
    DECLINED = "declined", _("不同意延长")
    LAPSED = "lapsed", _("申请已办结，不再审核")


class Outcome(TextChoices):
    """How a call ended; every one is on record, the refused ones included."""

    SERVED = "served", _("已提供")
    TRIED = "tried", _("测试调用")
    NO_CODE = "no_code", _("未携带授权码")
    MALFORMED_CODE = "malformed_code", _("授权码格式不正确")
    UNKNOWN_CODE = "unknown_code", _("授权码无效")
    REVOKED_CODE = "revoked_code", _("授权码已停用")
    EXPIRED_CODE = "expired_code", _("授权码已过期")
    SUSPENDED_CODE = "suspended_code", _("授权码已暂停")
    OTHER_NETWORK = "other_network", _("来源网段不符")
    OUTSIDE_HOURS = "outside_hours", _("不在使用时段")
    OTHER_PURPOSE = "other_purpose", _("申明的用途不符")
    UNSIGNED = "unsigned", _("未签名调用")
    CLOCK_SKEW = "clock_skew", _("签名时间偏差过大")
    REPLAYED = "replayed", _("重复的签名")
    EXPIRED = "expired", _("授权已到期")
    SUSPENDED = "suspended", _("授权已暂停")
    TERMINATED = "terminated", _("授权已终止")
    BARRED = "barred", _("列入负面清单")
    OTHER_SERVICE = "other_service", _("授权码不适用于该服务")
    TOO_FAST = "too_fast", _("超出每秒调用次数")
    OVER_QUOTA = "over_quota", _("超出当日调用额度")
    TOO_MANY = "too_many", _("无效调用过于频繁")
    BAD_REQUEST = "bad_request", _("请求参数有误")
    NO_DATA = "no_data", _("服务尚无数据")
    MAINTENANCE = "maintenance", _("公告的维护期间")
    UNAVAILABLE = "unavailable", _("服务暂不可用")
    FAILED = "failed", _("服务故障")


# A call that got what it asked for; every other outcome is a refusal.
ANSWERED = (Outcome.SERVED, Outcome.TRIED)
