"""The back office: when background work runs, and the registers to look through and to export.

Django's administration with the portal's rights. Departments and people are changed by the
portal's own pages, where the rules are; here their registers are read and exported only.
"""

from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, AllValuesFieldListFilter, ModelAdmin, display
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.db.models import Field as ModelField
from django.db.models import Model, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource

from citybrain.audit.services import record
from citybrain.duties.models import CalendarDay, Duty
from citybrain.duties.rules import RULES
from citybrain.organizations.models import Department, User
from citybrain.schedule import LABELS
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

if TYPE_CHECKING:
    Pages = ModelAdmin[Any]
else:
    Pages = ModelAdmin

# Ways of Django's administration that nothing here leads to.
UNUSED = ("login", "autocomplete", "view_on_site", "password_change_done")
# How the filters beside a list ask for values of their fields.
FILTERED = ("", "__exact", "__isnull", "__gte", "__lt")
TASK_HELP = {
    "enabled": _("不勾选时，这一任务不再自动执行。"),
    "interval": _("间隔和定时只填一项。"),
    "crontab": _("间隔和定时只填一项。"),
}
TIMES_HELP = {
    "minute": _("0 至 59；* 表示每分钟，*/10 表示每 10 分钟，“0,30”表示整点和半点。"),
    "hour": _("0 至 23；* 表示每小时，“8-18”表示 8 时至 18 时。"),
    "day_of_month": _("1 至 31；* 表示每日。"),
    "month_of_year": _("1 至 12；* 表示每月。"),
    "day_of_week": _("0 或 7 为星期日，1 至 6 为星期一至星期六；* 表示不限。"),
    "timezone": _("按哪个时区的时间执行，一般为 Asia/Shanghai。"),
    "every": _("每隔多少个单位执行一次。"),
    "period": _("间隔的单位。"),
}
LOOK, CHANGE = "view_people", "manage_people"


class BackOffice(AdminSite):
    """Open to those who look after departments and people, and to audit; never by is_staff."""

    site_header = site_title = _("后台管理")
    index_title = _("后台任务与登记簿")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.actor.holds(LOOK, CHANGE)  # type: ignore[attr-defined]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuses as the whole portal does, where Django would offer another way to sign in."""
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not self.has_permission(request):
                raise PermissionDenied(gettext("您的角色不能办理这一事项。"))
            return inner(request, *args, **kwargs)

        return update_wrapper(checked, view)

    def get_urls(self) -> list[Any]:
        return [found for found in super().get_urls() if getattr(found, "name", "") not in UNUSED]

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


site = BackOffice(name="backoffice")


class Rows(ChangeList):
    """A list that answers values which mean nothing as Django does: without them (`?e=1`)."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        try:
            return super().get_queryset(request, exclude_parameters)
        except (ValueError, OverflowError, TypeError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        try:
            with transaction.atomic():
                super().get_results(request)
        except (DataError, ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error


class Ruled(Pages):
    """Rights are the portal's, not Django's; nothing of record is added or deleted here."""

    changes = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list's own filters and dates ask: any other field could be guessed at."""
        filters = self.list_filter if request is None else self.get_list_filter(request)
        names = [one[0] if isinstance(one, tuple) else str(one) for one in filters]
        asked = {f"{name}{how}" for name in names for how in FILTERED}
        dates = {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookup in asked | (dates if self.date_hierarchy else set())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.actor.holds(LOOK, CHANGE)  # type: ignore[attr-defined]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.changes and request.actor.holds(CHANGE)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.log_change(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """On the portal's sealed trail instead of Django's own log."""
        record(
            "administration.schedule_changed",
            actor=request.actor,  # type: ignore[attr-defined]
            subject_text=f"{obj._meta.verbose_name}：{obj}",
            data={"changes": message},
        )


# --- when background work runs --------------------------------------------------------------------


class ScheduleAdmin(Ruled, PeriodicTaskAdmin):
    """Which job runs when, and whether it runs at all; what a job does is code."""

    changes = True
    actions = None
    list_display = ("label", "enabled", "interval", "crontab", "last_run_at")
    list_filter = ("enabled", "start_time", "last_run_at")
    readonly_fields = ("label", "name", "last_run_at")
    fieldsets = (
        (None, {"fields": ("label", "name", "enabled", "description")}),
        (_("时间"), {"fields": ("interval", "crontab", "last_run_at")}),
    )
    form = ModelForm
    change_form_template = None

    @display(description=_("任务"), ordering="name")
    def label(self, task: PeriodicTask) -> str:
        return str(LABELS.get(task.name, task.name))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = self.label(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(
        self, db_field: ModelField, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        kwargs["help_text"] = TASK_HELP.get(db_field.name, "")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TimesAdmin(Ruled):
    changes = True

    def formfield_for_dbfield(
        self, db_field: ModelField, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """No hidden copy of what the field began with: it would be read without being checked."""
        kwargs |= {"show_hidden_initial": False, "help_text": TIMES_HELP.get(db_field.name, "")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# --- registers ------------------------------------------------------------------------------------


class Workbook(XLSX):
    """The library looks for "=" alone; the portal's own writer knows every beginning of a formula."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        columns = [Column(key=name, heading=name) for name in dataset.headers]
        return write_xlsx([OutSheet(gettext("登记簿"), columns, list(dataset))])


class Text(CSV):
    def is_binary(self) -> bool:
        return True

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return b"".join(write_csv([dataset.headers, *dataset]))


class Register(ExportMixin, Ruled):
    """A list that may be exported; the export is on the audit trail."""

    formats = (Workbook, Text)
    export_form_class = ExportForm
    export_template_name = "backoffice/export.html"
    list_per_page = 50

    def export_action(self, request: HttpRequest) -> HttpResponse:
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(request.path)

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any
    ) -> Any:
        record(
            "access.exported",
            actor=request.actor,  # type: ignore[attr-defined]
            subject_text=str(self.opts.verbose_name_plural),
            data={"rows": queryset.count(), "format": file_format.get_title()},
        )
        return super().get_export_data(file_format, request, queryset, **kwargs)


class DepartmentResource(ModelResource):
    parent = Field("parent__name", column_name="上级单位")

    class Meta:
        model = Department
        fields = (
            "code", "name", "short_name", "credit_code", "region_code", "kind", "level", "parent",
            "retired_on",
        )  # fmt: skip
        export_order = fields


class DepartmentAdmin(Register):
    resource_classes = (DepartmentResource,)
    list_display = ("name", "short_name", "code", "credit_code", "kind", "level", "retired_on")
    list_filter = ("kind", "level")
    search_fields = ("name", "short_name", "code", "credit_code")
    list_select_related = ("parent",)


class PersonResource(ModelResource):
    department = Field("department__name", column_name="所在单位")

    class Meta:
        model = User
        fields = ("username", "name", "department", "post", "is_active", "last_login")
        export_order = fields


class PersonAdmin(Register):
    resource_classes = (PersonResource,)
    fields = ("username", "name", "department", "post", "is_active", "last_login")
    list_display = ("name", "username", "department", "post", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "username", "department__name")
    list_select_related = ("department",)


class DutyResource(ModelResource):
    department = Field("department__name", column_name="责任单位")

    class Meta:
        model = Duty
        fields = ("id", "rule", "department", "opened_at", "due_on", "fulfilled_at")
        export_order = fields


class RuleFilter(AllValuesFieldListFilter):
    """The rules by their names."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            rule = RULES.get(str(choice["display"]))
            yield {**choice, "display": rule.label if rule else choice["display"]}


class DutyAdmin(Register):
    resource_classes = (DutyResource,)
    fields = (
        "rule_label", "subject_text", "department", "for_department", "days", "opened_at",
        "due_on", "extended_days", "fulfilled_at", "cancelled_at", "breached_on",
    )  # fmt: skip
    readonly_fields = ("rule_label",)
    list_display = ("rule_label", "department", "opened_at", "due_on", "fulfilled_at")
    list_filter = (("rule", RuleFilter),)
    list_select_related = ("department",)
    date_hierarchy = "due_on"

    @display(description=_("时限"), ordering="rule")
    def rule_label(self, duty: Duty) -> str:
        return str(duty.definition.label)


class CalendarResource(ModelResource):
    class Meta:
        model = CalendarDay
        fields = ("date", "working", "name")
        export_order = fields


class CalendarAdmin(Register):
    resource_classes = (CalendarResource,)
    list_display = ("date", "working", "name")
    list_filter = ("working",)
    date_hierarchy = "date"


site.register(PeriodicTask, ScheduleAdmin)
site.register([CrontabSchedule, IntervalSchedule], TimesAdmin)
site.register(Department, DepartmentAdmin)
site.register(User, PersonAdmin)
site.register(Duty, DutyAdmin)
site.register(CalendarDay, CalendarAdmin)
