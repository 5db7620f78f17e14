"""ServiceBackend 服务后端: where a department's own system answers for an interface service (HK-15)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from sharing.backends.choices import BackendState, Paging
from sharing.choices import ServiceKind
from sharing.models.service import InterfaceService

MOST_SECONDS, MOST_RETRIES = 15, 2


class ServiceBackend(StatefulModel):
    """One proposal of where a service reads from; the one in force is asked at every call.

    `networks` are the addresses inside the government network that the bureau lets the portal
    connect to for it. `fields` says for each data item under which name the backend has it.
    """

    service = models.ForeignKey(InterfaceService, models.PROTECT, related_name="backends")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+", editable=False
    )
    kind = models.CharField(_("种类"), max_length=12, choices=ServiceKind)
    address = models.CharField(_("地址"), max_length=500)
    networks = models.JSONField(_("允许连接的网段"), default=list)
    account = models.CharField(_("账号"), max_length=100, blank=True)
    secret = models.TextField(_("口令或令牌"), blank=True, editable=False)
    fields = models.JSONField(_("字段对应"))
    records_path = models.CharField(_("数据行所在位置"), max_length=200, blank=True)
    paging = models.CharField(_("翻页方式"), max_length=8, choices=Paging, default=Paging.OFFSET)
    size_parameter = models.CharField(_("行数参数"), max_length=60, blank=True)
    after_parameter = models.CharField(_("翻页参数"), max_length=60, blank=True)
    filters = models.JSONField(_("查询参数对应"), default=dict)
    view = models.CharField(_("视图"), max_length=130, blank=True)
    key_column = models.CharField(_("主键列"), max_length=63, blank=True)
    seconds = models.PositiveSmallIntegerField(
        _("超时（秒）"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SECONDS)],
    )
    retries = models.PositiveSmallIntegerField(
        _("失败重试次数"), default=1, validators=[MaxValueValidator(MOST_RETRIES)]
    )
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=BackendState,
        default=BackendState.PROPOSED,
        editable=False,
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务后端")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state=BackendState.IN_FORCE),
                name="one_backend_in_force",
            ),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state=BackendState.PROPOSED),
                name="one_backend_proposed",
                violation_error_message=_("已有一份待确认的后端设置，请先撤回。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.get_kind_display()}"
