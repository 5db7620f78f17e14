"""People 人员: one department each, roles held for departments, and deputies (AB角)."""

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.names import NameField
from citybrain.organizations.models.department import Department
from citybrain.pinyin import sort_key


class User(AbstractUser):
    """A person who signs in. Rights come from role groups alone, never from is_staff."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = NameField(_("姓名"), max_length=40)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("所在单位"), null=True, related_name="people"
    )
    post = models.CharField(_("职务"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    pinyin = models.CharField(max_length=320, editable=False)
    # Set with every one-time password: nothing else opens until the person has chosen their own.
    must_change_password = models.BooleanField(default=False, editable=False)

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        ordering = ["department__order", "pinyin", "id"]
        default_permissions = ()
        constraints = [
            # Sign-in does not tell upper from lower case, so two names must differ in more.
            models.UniqueConstraint(
                Lower("username"),
                name="one_username_in_any_case",
                violation_error_message=_("该用户名已被使用（不区分大小写）。"),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def save(self, *args: object, **kwargs: object) -> None:
        self.pinyin = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class RoleGroup(models.Model):
    """The group of the people who hold one role for one department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="role_groups")
    role = models.CharField(_("角色"), max_length=30)
    group = models.OneToOneField(Group, models.PROTECT, related_name="role_group")

    class Meta:
        verbose_name = verbose_name_plural = _("单位角色")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["department", "role"], name="one_group_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.role}"


class DeputyshipQuerySet(models.QuerySet["Deputyship"]):
    def current(self) -> "DeputyshipQuerySet":
        """Deputyships in force today (Asia/Shanghai)."""
        today = timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today, cancelled_at__isnull=True)


class Deputyship(models.Model):
    """While `principal` is away, `deputy` sees and may act as they might (AB角)."""

    principal = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("离岗人员"), related_name="deputies"
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("代理人员"), related_name="principals"
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyshipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("AB角代理")
        ordering = ["-starts_on"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="deputyship_dates_in_order",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("deputy")),
                name="deputyship_two_people",
                violation_error_message=_("不能指定本人为代理人员。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.deputy}"
