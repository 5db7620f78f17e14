"""ShareApplication 共享申请: who wants which items of an entry, on what ground, for what use."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry, DataItem
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from security.models import ExportAssessment
from sharing.choices import LIVE_APPLICATIONS, ApplicationState, ExtensionState, Method, UseBasis

MOST_CALLS_A_DAY = 1_000_000
NEVER_SUBMITTED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
# What a draft may lack and an application may not (SC-20).
COMPLETE = ~models.Q(
    models.Q(use_basis="")
    | models.Q(legal_basis="")
    | models.Q(scenario="")
    | models.Q(usage_range="")
    | models.Q(contact="")
    | models.Q(starts_on=None)
    | models.Q(ends_on=None)
)


class ShareApplication(StatefulModel):
    """One application for items of one entry (SC-20, SC-21). A draft may be incomplete.

    Those made together from a basket have the same number of a `batch`; each has its own clock.
    """

    number = models.CharField(_("申请编号"), max_length=30, unique=True, editable=False)
    batch = models.CharField(_("申请批次"), max_length=30, blank=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("申请单位"), related_name="+"
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+", editable=False
    )
    use_basis = models.CharField(_("用途类别"), max_length=20, choices=UseBasis, blank=True)
    legal_basis = models.CharField(_("使用依据"), max_length=500, blank=True)
    scenario = models.CharField(_("使用场景"), max_length=500, blank=True)
    usage_range = models.CharField(_("使用范围"), max_length=500, blank=True)
    method = models.CharField(_("共享方式"), max_length=12, choices=Method)
    starts_on = models.DateField(_("使用起始日期"), null=True, blank=True)
    ends_on = models.DateField(_("使用截止日期"), null=True, blank=True)
    daily_calls = models.PositiveIntegerField(
        _("预计每日调用次数"),
        default=1000,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLS_A_DAY)],
    )
    contact = models.CharField(_("联系人及电话"), max_length=80, blank=True)
    goes_abroad = models.BooleanField(_("向境外提供或者在境外处理"), default=False)
    abroad_note = models.CharField(_("境外接收方、处理地点和目的"), max_length=300, blank=True)
    assessment = models.ForeignKey(
        ExportAssessment,
        models.PROTECT,
        verbose_name=_("数据出境安全评估记录"),
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("状态"),
        max_length=14,
        choices=ApplicationState,
        default=ApplicationState.DRAFT,
        editable=False,
    )
    sharing_type = models.PositiveSmallIntegerField(_("共享类型"), editable=False)
    answer = models.TextField(_("答复意见"), blank=True, editable=False)
    answer_basis = models.CharField(_("答复依据"), max_length=300, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("申请送达时间"), null=True, editable=False)
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)
    supplement_asked_at = models.DateTimeField(_("补正告知时间"), null=True, editable=False)
    supplement_wanted = models.TextField(_("需补正的内容"), blank=True, editable=False)
    supplement = models.TextField(_("补正说明"), blank=True, editable=False)
    supplement_changes = models.JSONField(_("补正时更正的内容"), default=list, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("共享申请")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["department", "entry"],
                condition=models.Q(state__in=LIVE_APPLICATIONS),
                name="one_live_application",
                violation_error_message=_("本单位对这一信息资源已有在办申请，请在原申请上办理。"),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="application_period_in_order",
                violation_error_message=_("使用截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(department=models.F("provider")),
                name="application_between_two",
                violation_error_message=_("本单位提供的信息资源无须申请。"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=NEVER_SUBMITTED) | COMPLETE,
                name="application_complete",
                violation_error_message=_("申请内容填写完整后才能提交。"),
            ),
            models.CheckConstraint(
                condition=models.Q(daily_calls__gte=1, daily_calls__lte=MOST_CALLS_A_DAY),
                name="application_daily_calls_sane",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ApplicationState.REFUSED) | ~models.Q(answer=""),
                name="application_refusal_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "state", "-id"], name="application_by_provider"),
            models.Index(fields=["department", "state", "-id"], name="application_by_applicant"),
            models.Index(
                fields=["batch"], condition=~models.Q(batch=""), name="application_by_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.entry.title}"

    def clean(self) -> None:
        """Names the field that is wrong; the constraint holds when nobody asks first."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("使用截止日期不能早于起始日期。")})


class ApplicationItem(models.Model):
    """One data item asked for, and once the application is agreed to, whether it is granted."""

    application = models.ForeignKey(ShareApplication, models.CASCADE, related_name="items")
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="+")
    granted = models.BooleanField(_("同意共享"), null=True, editable=False)
    reason = models.CharField(_("不同意的理由"), max_length=300, blank=True, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(granted=False) | ~models.Q(reason=""),
                name="item_left_out_has_reason",
            ),
            models.UniqueConstraint(
                fields=["application", "item"], name="item_once_per_application"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class ExtensionRequest(StatefulModel):
    """The provider asks the bureau for more time to answer: once, at most 10 working days (SC-21)."""

    application = models.OneToOneField(
        ShareApplication, models.PROTECT, related_name="extension", verbose_name=_("共享申请")
    )
    days = models.PositiveSmallIntegerField(_("延长工作日数"))
    reason = models.CharField(_("延长理由"), max_length=300)
    state = models.CharField(
        _("状态"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    opinion = models.CharField(_("审核意见"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("延期申请")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__gte=1, days__lte=10),
                name="extension_within_the_rule",
                violation_error_message=_("延长期限为1至10个工作日（条例第二十一条）。"),
            )
        ]

    def __str__(self) -> str:
        return self.application.number
