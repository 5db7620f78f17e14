"""InformationSystem 信息系统: what a department runs, and where its data resources come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.systems.choices import (
    Cryptography,
    Entrance,
    Hosting,
    Network,
    Platform,
    ProtectionLevel,
    SystemState,
)
from citybrain.names import NameField
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel


class InformationSystem(StatefulModel):
    """One system with what HK-12, HK-15, HK-36 and HK-39 ask of it.

    `holds_no_data` is the department's statement that the system keeps no data resource, so that
    nothing of it is missing in the catalog.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("建设单位"), related_name="+"
    )
    name = NameField(_("系统名称"), max_length=100)
    name_key = models.CharField(max_length=128, editable=False)
    pinyin = models.CharField(max_length=800, editable=False)
    short_name = NameField(_("系统简称"), max_length=40, blank=True)
    purpose = models.CharField(_("用途"), max_length=500)
    operator = NameField(_("运行维护单位"), max_length=100)
    network = models.CharField(_("所在网络"), max_length=12, choices=Network)
    hosting = models.CharField(_("部署方式"), max_length=12, choices=Hosting)
    migration_plan = models.CharField(_("上云迁移计划"), max_length=500, blank=True)
    migrates_by = models.DateField(_("计划迁移完成日期"), null=True, blank=True)
    entrance = models.CharField(_("公共服务入口"), max_length=12, choices=Entrance)
    entrance_plan = models.CharField(_("入口集成计划"), max_length=500, blank=True)
    integrates_by = models.DateField(_("计划集成完成日期"), null=True, blank=True)
    protection_level = models.PositiveSmallIntegerField(
        _("等级保护级别"), choices=ProtectionLevel, default=ProtectionLevel.NONE
    )
    protection_filing = models.CharField(_("等级保护备案号"), max_length=60, blank=True)
    protection_assessed_on = models.DateField(_("最近一次等级测评日期"), null=True, blank=True)
    cryptography = models.CharField(
        _("密码应用"), max_length=12, choices=Cryptography, default=Cryptography.NONE
    )
    cryptography_plan = models.CharField(_("密码应用方案"), max_length=300, blank=True)
    cryptography_assessed_on = models.DateField(_("最近一次密评日期"), null=True, blank=True)
    platform = models.CharField(_("共享交换平台"), max_length=12, choices=Platform)
    maintained_from = models.DateField(_("运维开始日期"), null=True, blank=True)
    maintained_to = models.DateField(_("运维结束日期"), null=True, blank=True)
    holds_no_data = models.BooleanField(_("声明系统不产生、不存储数据资源"), default=False)
    no_data_reason = models.CharField(_("声明的理由"), max_length=300, blank=True)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=SystemState,
        default=SystemState.BUILDING,
        editable=False,
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("信息系统")
        ordering = ["pinyin", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name_key"],
                condition=~models.Q(state=SystemState.RETIRED),
                name="system_name_once_per_department",
                violation_error_message=_("本单位已登记同名的信息系统（标点和空格的差别不计）。"),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "pinyin", "id"], name="system_by_name"),
            models.Index(fields=["department", "state", "pinyin"], name="system_by_owner"),
        ]

    def __str__(self) -> str:
        return f"“{self.name}”"
