"""The back office: when background work runs, and the registers to look through and to export.

Django's administration with the portal's rights. Departments and people are changed by the
portal's own pages, where the rules are; here their registers are read and exported only.
"""

from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, ModelAdmin
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
from citybrain.organizations.models import Department, User
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

if TYPE_CHECKING:
    Pages = ModelAdmin[Any]
else:
    Pages = ModelAdmin

# Ways of Django's administration that nothing here leads to.
UNUSED = ("login", "autocomplete", "view_on_site", "password_change_done")
# How the filters beside a list ask for values of their fields.
FILTERED = ("", "__exact", "__isnull", "__gte", "__lt")
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
        names = self.list_filter if request is None else self.get_list_filter(request)
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
    readonly_fields = ("name", "task", "last_run_at")
    fieldsets = (
        (None, {"fields": ("name", "task", "enabled", "description")}),
        (_("时间"), {"fields": ("interval", "crontab", "last_run_at")}),
    )
    form = ModelForm
    change_form_template = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TimesAdmin(Ruled):
    changes = True

    def formfield_for_dbfield(
        self, db_field: ModelField, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """No hidden copy of what the field began with: it would be read without being checked."""
        return super().formfield_for_dbfield(db_field, request, show_hidden_initial=False, **kwargs)


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


class DutyAdmin(Register):
    resource_classes = (DutyResource,)
    list_display = ("rule", "department", "opened_at", "due_on", "fulfilled_at")
    list_filter = ("rule",)
    list_select_related = ("department",)
    date_hierarchy = "due_on"


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
