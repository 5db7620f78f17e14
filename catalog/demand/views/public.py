"""What everybody can do without an account: read demands, send one, support one."""

import secrets

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.demand import limits, queries, services
from catalog.demand.forms import DemandForm, PublicFilter
from catalog.models import CatalogEntry
from catalog.opendata.queries import dataset
from citybrain.pages import ActorRequest, page_of
from citybrain.ui import Crumb

TRAP = "website"  # a field that people do not see: whoever fills it in is a program
COOKIE = "supporter"
COOKIE_AGE = 365 * 24 * 3600
SORTS = {"newest": ("-received_at", "-pk"), "supports": ("-supports", "-received_at", "-pk")}


@require_safe
def demands(request: ActorRequest) -> HttpResponse:
    """Accepted demands with their results, newest or most supported first."""
    form = PublicFilter(request.GET)
    sort = request.GET.get("sort", "newest")
    rows = queries.in_public().filter(form.q_of()).order_by(*SORTS.get(sort, SORTS["newest"]))
    page = page_of(request, rows)
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, queries.tone_of(one)) for one in page],
        "sort": sort,
    }
    return render(request, "catalog/demand/public/demands.html", context)


@require_safe
def demand(request: ActorRequest, number: str) -> HttpResponse:
    found = get_object_or_404(queries.in_public(), number=number)
    context = {
        "demand": found,
        "tone": queries.tone_of(found),
        "crumbs": [_crumb(), Crumb(found.number)],
    }
    return render(request, "catalog/demand/public/demand.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """A request for data or, with `?dataset=`, a report of an error in an open dataset."""
    slug = request.GET.get("dataset", "")
    entry = dataset(slug) if slug else None
    if request.method == "POST":
        return _received(request, entry)
    return _form(request, entry, DemandForm(initial={"mark": limits.opened()}))


def _received(request: ActorRequest, entry: CatalogEntry | None) -> HttpResponse:
    form = DemandForm(request.POST)
    if request.POST.get(TRAP):
        return redirect("opendata:demand_received", number="-")
    if not form.is_valid():
        return _form(request, entry, _with_new_mark(request, form), status=422)
    if not limits.may_send(request.META["REMOTE_ADDR"], timezone.now()):
        form.add_error(None, _("这一小时内提交得太多，请一小时后再提交；填写的内容还在下面。"))
        response = _form(request, entry, _with_new_mark(request, form), status=429)
        response["Retry-After"] = str(int(limits.HOUR.total_seconds()))
        return response
    given = {name: form.cleaned_data[name] for name in ("title", "text", "contact")}
    try:
        saved = services.receive(actor=request.actor, entry=entry, **given)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, entry, _with_new_mark(request, form), status=422)
    return redirect("opendata:demand_received", number=saved.number)


def _with_new_mark(request: ActorRequest, form: DemandForm) -> DemandForm:
    """The form as it was filled in; a mark that is forged or too old is replaced by a new one."""
    data = request.POST.copy()
    if not limits.is_fresh(data.get("mark", "")):
        data["mark"] = limits.opened()
    form.data = data
    return form


def _form(
    request: ActorRequest, entry: CatalogEntry | None, form: DemandForm, *, status: int = 200
) -> HttpResponse:
    title = _("报告数据错误") if entry else _("提出数据需求")
    context = {
        "entry": entry,
        "form": form,
        "title": title,
        "trap": TRAP,
        "crumbs": [_crumb(), Crumb(title)],
    }
    return render(request, "catalog/demand/public/form.html", context, status=status)


@require_safe
def received(request: ActorRequest, number: str) -> HttpResponse:
    """Says what happens next; whether there is such a number it does not say."""
    shown = number if number.startswith("XQ") and len(number) <= 30 else ""
    context = {"number": shown, "crumbs": [_crumb(), Crumb(_("已收到"))]}
    return render(request, "catalog/demand/public/received.html", context)


@require_POST
def support(request: ActorRequest, number: str) -> HttpResponse:
    """Counts once for one browser and once for one address."""
    found = get_object_or_404(queries.in_public(), number=number)
    browser = request.get_signed_cookie(COOKIE, "", salt=COOKIE) or secrets.token_urlsafe(16)
    keys = limits.supporter(found, browser, request.META["REMOTE_ADDR"])
    services.support(demand=found, **keys)
    response = redirect("opendata:demand", number=found.number)
    response.set_signed_cookie(
        COOKIE,
        browser,
        salt=COOKIE,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _crumb() -> Crumb:
    return Crumb(_("需求征集"), reverse("opendata:demands"))
