"""The working calendar of a year, and the form by which the bureau announces it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citybrain.duties import services
from citybrain.duties.forms.calendar import NoticeForm, as_text
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import CalendarYear
from citybrain.duties.months import WEEKDAYS, months_of, special_days_of
from citybrain.duties.policies import MANAGE_CALENDAR
from citybrain.duties.services.calendar import FIRST_YEAR, LAST_YEAR
from citybrain.organizations.actors import Actor
from citybrain.policies import require_anywhere
from citybrain.ui import Crumb, Tab


@login_required
@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    return redirect("duties:calendar", year=timezone.localdate().year)


@login_required
@require_safe
def calendar(request: HttpRequest, year: int) -> HttpResponse:
    _check(year)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    working = current_calendar()
    context = {
        "year": year,
        "row": CalendarYear.objects.filter(year=year).select_related("updated_by").first(),
        "months": months_of(year, working),
        "weekdays": WEEKDAYS,
        "total": len(working.working_days_of(year)),
        "tabs": _tabs(year),
        "may_edit": actor.holds(MANAGE_CALENDAR),
        "crumbs": _crumbs(year),
    }
    return render(request, "duties/calendar.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, year: int) -> HttpResponse:
    _check(year)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, MANAGE_CALENDAR)
    row = CalendarYear.objects.filter(year=year).first()
    initial = {"source": row.source if row else "", "days": as_text(special_days_of(year))}
    form = NoticeForm(request.POST or None, year=year, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.announce_year(year=year, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _report(request, done)
            return redirect("duties:calendar", year=year)
    context = {"year": year, "row": row, "form": form, "crumbs": _crumbs(year, announce=True)}
    return render(request, "duties/announce.html", context, status=422 if form.errors else 200)


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(_("没有这一年的工作日历。"))


def _report(request: HttpRequest, done: services.Announcement) -> None:
    messages.success(
        request,
        _("%(year)s年放假安排已登记，%(count)s项时限的到期日已重新计算。")
        % {"year": done.year.pk, "count": len(done.changes)},
    )
    if done.forgotten:
        days = "、".join(f"{date_format(day, 'n月j日')}（{name}）" for day, name in done.forgotten)
        messages.warning(
            request, _("以下法定节假日未列为休息日，请对照通知核对：%(days)s。") % {"days": days}
        )


def _tabs(year: int) -> list[Tab]:
    """The years around today, and the one shown."""
    now = timezone.localdate().year
    announced = set(CalendarYear.objects.values_list("year", flat=True))
    years = sorted({*range(now - 2, now + 3), year})
    return [
        Tab(
            _("%(year)s年") % {"year": one}
            if one in announced
            else _("%(year)s年（暂定）") % {"year": one},
            reverse("duties:calendar", args=[one]),
            active=one == year,
        )
        for one in years
    ]


def _crumbs(year: int, *, announce: bool = False) -> list[Crumb]:
    crumbs = [Crumb(_("工作日历"), reverse("duties:this_year"))]
    label = _("%(year)s年") % {"year": year}
    if not announce:
        return [*crumbs, Crumb(label)]
    return [
        *crumbs,
        Crumb(label, reverse("duties:calendar", args=[year])),
        Crumb(_("登记放假安排")),
    ]
