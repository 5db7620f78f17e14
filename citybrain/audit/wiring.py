"""What the audit app plugs into the kernel: who may read the trail, and the verbs of sign-in."""

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.registry import AuditVerb, MenuItem, Permission

registry.permissions.add(
    "read_audit",
    Permission("read_audit", _("查阅审计记录"), ("auditor",), "HK-37"),
)
for verb in (
    AuditVerb("account.signed_in", _("登录"), 3, "姓名、来源地址"),
    AuditVerb("account.signed_out", _("退出登录"), 3, "姓名"),
    AuditVerb("account.sign_in_failed", _("登录失败"), 3, "来源地址"),
    AuditVerb("account.password_changed", _("修改密码"), 3, "姓名"),
    AuditVerb("account.second_factor_changed", _("变更第二认证因素"), 3, "姓名"),
    AuditVerb("access.refused", _("访问被拒绝"), 3, "姓名、来源地址"),
    AuditVerb("access.exported", _("导出"), 3, "姓名"),
    AuditVerb("administration.schedule_changed", _("变更后台任务时间"), 10),
    AuditVerb("token.issued", _("签发接口令牌"), 3, "姓名"),
    AuditVerb("token.revoked", _("停用接口令牌"), 3, "姓名"),
    AuditVerb("organizations.department_created", _("新建单位"), 30),
    AuditVerb("organizations.department_changed", _("变更单位信息"), 30),
    AuditVerb("organizations.department_merged", _("单位合并"), 30),
    AuditVerb("organizations.taken_over", _("随单位合并移交"), 30),
    AuditVerb("organizations.person_created", _("新建人员"), 10, "姓名、用户名"),
    AuditVerb("organizations.person_changed", _("变更人员信息"), 10, "姓名"),
    AuditVerb("organizations.roles_changed", _("变更人员角色"), 10, "姓名"),
    AuditVerb("organizations.deputy_named", _("指定代理人员（AB角）"), 10, "姓名"),
    AuditVerb("organizations.deputy_cancelled", _("取消代理人员（AB角）"), 10, "姓名"),
):
    registry.audit_verbs.add(verb.code, verb)

registry.menu.add(
    "audit",
    MenuItem(
        "audit",
        _("监督"),
        _("审计记录"),
        "audit:record_list",
        "shield-check",
        permissions=("read_audit",),
    ),
)
