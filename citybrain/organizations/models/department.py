"""Department 部门/单位: who owns data, owes duties and holds rights."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from citybrain.identifiers import validate_credit_code, validate_region_code
from citybrain.names import NameField
from citybrain.organizations.choices import ChangeKind, Competence, Kind, Level
from citybrain.pinyin import sort_key


class DepartmentQuerySet(models.QuerySet["Department"]):
    def active(self) -> "DepartmentQuerySet":
        """Departments that exist today: neither merged nor retired."""
        return self.filter(retired_on__isnull=True)

    def owners(self) -> "DepartmentQuerySet":
        """Active departments that hold data; the city government only reads and decides."""
        return self.active().exclude(competences__contains=[Competence.GOVERNMENT])


class Department(models.Model):
    """A government department 政务部门 (HK-13) or public institution 公共管理和服务机构 (HK-18).

    The row without a parent stands for the city: a right granted on it holds for every department.
    """

    code = models.SlugField(_("单位编号"), max_length=40, unique=True)
    name = NameField(_("单位全称"), max_length=100, unique=True)
    short_name = NameField(_("单位简称"), max_length=40)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, unique=True, validators=[validate_credit_code]
    )
    region_code = models.CharField(
        _("行政区划代码"), max_length=6, validators=[validate_region_code]
    )
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    kind = models.CharField(_("单位性质"), max_length=12, choices=Kind)
    competences = ArrayField(
        models.CharField(max_length=20, choices=Competence),
        verbose_name=_("全市性职责"),
        default=list,
        blank=True,
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("上级单位"), null=True, blank=True, related_name="+"
    )
    catalog_number = models.CharField(
        _("目录编码单位序号"),
        max_length=3,
        validators=[RegexValidator(r"^\d{3}$", _("目录编码单位序号应为三位数字。"))],
        help_text=_("用于信息资源代码的细目，同一行政区划内唯一，启用后不再变更。"),
    )
    order = models.PositiveIntegerField(_("排序"), default=1000)
    pinyin = models.CharField(max_length=800, editable=False, db_index=True)
    retired_on = models.DateField(_("撤并日期"), null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("承接单位"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("部门")
        ordering = ["order", "pinyin"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "catalog_number"],
                name="department_catalog_number",
                violation_error_message=_("同一行政区划内已有单位使用该目录编码单位序号。"),
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=models.Q(parent__isnull=True),
                nulls_distinct=False,
                name="department_one_city",
                violation_error_message=_("本级人民政府只有一个，请选择上级单位。"),
            ),
            models.CheckConstraint(
                condition=models.Q(retired_on__isnull=False) | models.Q(successor__isnull=True),
                name="department_successor_only_when_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pinyin = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_city(self) -> bool:
        return self.parent_id is None


class DepartmentChange(models.Model):
    """What a department was called and who took over, because departments are reorganised."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="changes")
    kind = models.CharField(_("变更"), max_length=10, choices=ChangeKind)
    old_name = models.CharField(_("原名称"), max_length=100)
    new_name = NameField(_("新名称"), max_length=100, blank=True)
    successor = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_on = models.DateField(_("生效日期"))
    basis = models.CharField(_("依据文件"), max_length=200)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("机构沿革")
        ordering = ["-effective_on", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.old_name} {self.get_kind_display()}"


class DepartmentGroupObjectPermission(GroupObjectPermissionBase):
    """django-guardian's grants on departments, with a real foreign key instead of text keys."""

    content_object = models.ForeignKey(Department, models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class DepartmentUserObjectPermission(UserObjectPermissionBase):
    """guardian wants the pair; the portal grants to role groups only, so this stays empty."""

    content_object = models.ForeignKey(Department, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
