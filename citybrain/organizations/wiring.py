"""What the organizations app plugs into the kernel."""

from django.apps import apps
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.organizations import policies, rights
from citybrain.registry import MenuItem, Permission, Subject

for permission in (
    Permission("manage_people", _("管理机构与人员"), ("bureau_admin",)),
    Permission("view_people", _("查看机构与人员"), ("bureau_admin", "auditor")),
    Permission(
        "read_everything",
        _("查阅全部业务记录"),
        ("auditor",),
        "HK-16",
    ),
    Permission(
        "supervise",
        _("查看全市办理情况"),
        ("bureau_approver", "bureau_coordinator", "bureau_evaluator", "auditor", "city_reader"),
        "SC-38",
    ),
):
    registry.permissions.add(permission.code, permission)

registry.subjects.add(
    "organizations.User",
    Subject(
        _("人员"), lambda user: reverse("administration:person", args=[user.pk]), policies.people
    ),
)
registry.subjects.add(
    "organizations.Department",
    Subject(
        _("部门"),
        lambda department: reverse("administration:department", args=[department.pk]),
        policies.departments,
    ),
)
registry.subjects.add(
    "organizations.ApiToken",
    Subject(_("接口令牌"), lambda token: reverse("tokens:list"), policies.tokens),
)
for item in (
    MenuItem(
        "departments", _("管理"), _("机构管理"), "administration:departments", "building-community",
        permissions=("view_people", "manage_people"),
    ),
    MenuItem(
        "people", _("管理"), _("人员管理"), "administration:people", "users",
        permissions=("view_people", "manage_people"),
    ),
    MenuItem(
        "backoffice", _("管理"), _("后台管理"), "backoffice:index", "settings",
        permissions=("view_people", "manage_people"),
    ),
):  # fmt: skip
    registry.menu.add(item.code, item)


def _after_migrate(sender: object, **kwargs: object) -> None:
    rights.sync_permissions()


# Permissions are rows, so they are brought in line after every migration: once, with the last app
# that Django says it for, when all the others have their tables.
post_migrate.connect(
    _after_migrate,
    sender=[config for config in apps.get_app_configs() if config.models_module][-1],
    dispatch_uid="citybrain.permissions",
)
