"""Roles of the design, as a closed table. What each role may do is registered by the apps."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from citybrain.organizations.choices import Competence


@dataclass(frozen=True)
class Role:
    """`city_wide` roles hold their permissions on the city, the others on their own department.

    `competence` says which departments may hold the role; empty means any department.
    """

    code: str
    label: Any
    city_wide: bool
    competence: str = ""


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("cataloguer", _("编目员"), city_wide=False),
        Role("sharing_head", _("共享工作机构负责人"), city_wide=False),
        Role("security_officer", _("数据安全员"), city_wide=False),
        Role("bureau_approver", _("目录审核"), city_wide=True, competence=Competence.BIG_DATA),
        Role("bureau_coordinator", _("共享协调"), city_wide=True, competence=Competence.BIG_DATA),
        Role("bureau_evaluator", _("评价"), city_wide=True, competence=Competence.BIG_DATA),
        Role("bureau_admin", _("机构人员管理"), city_wide=True, competence=Competence.BIG_DATA),
        Role("cyberspace_officer", _("网信监管"), city_wide=True, competence=Competence.CYBERSPACE),
        Role("city_reader", _("市政府"), city_wide=True, competence=Competence.GOVERNMENT),
        Role("auditor", _("审计"), city_wide=True, competence=Competence.AUDIT),
    )
}
BUREAU_ROLES = tuple(code for code, role in ROLES.items() if role.competence == Competence.BIG_DATA)
DEPARTMENT_ROLES = tuple(code for code, role in ROLES.items() if not role.city_wide)
