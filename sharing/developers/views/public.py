"""What everybody sees: how it works, registering, asking for a link, and following one."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.opendata.addresses import absolute, slug_of
from citybrain import allowance
from citybrain.organizations.forms import submitted
from citybrain.pages import ActorRequest, page_of
from citybrain.parameters.queries import value_of
from citybrain.refusals import Conflict
from citybrain.ui import Crumb
from sharing.developers import api, letters, queries, services
from sharing.developers.admission import QUOTA, RATE
from sharing.developers.choices import ANSWERS, LetterKind
from sharing.developers.forms import RegistrationForm, SignInForm
from sharing.developers.keys import MOST
from sharing.developers.session import begin, developer_of
from sharing.gateway.records import DEFAULT_PAGE, LARGEST_PAGE
from sharing.interfaces.samples import open_samples_of

PER_PAGE = 10


@require_safe
def guide(request: ActorRequest) -> HttpResponse:
    """What a key opens, how it is called, and what is fair; with `?dataset=` programs for it."""
    slug = request.GET.get("dataset", "")
    found = api.opened(slug) if slug else None
    context: dict[str, Any] = {
        "page": page_of(request, queries.served_datasets(), PER_PAGE),
        "developer": developer_of(request),
        "quota": value_of(QUOTA),
        "per_second": value_of(RATE),
        "most_keys": MOST,
        "default_page": DEFAULT_PAGE,
        "largest_page": LARGEST_PAGE,
        "answers": ANSWERS,
        "base": settings.PUBLIC_URL,
    }
    if found is not None:
        path = reverse("open_api:records", args=[slug_of(found.entry)])
        context |= {
            "dataset": found.entry,
            "slug": slug_of(found.entry),
            "items": found.items,
            "address": absolute(path),
            "samples": open_samples_of(found.entry.title, absolute(path)),
        }
    return render(request, "sharing/developers/public/guide.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: ActorRequest) -> HttpResponse:
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    template = "sharing/developers/public/register.html"
    return _asked(request, form, template, lambda given: services.register(**given))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    template = "sharing/developers/public/enter.html"
    return _asked(request, form, template, lambda given: services.ask_to_sign_in(**given))


def _asked(
    request: ActorRequest,
    form: forms.Form,
    template: str,
    act: Callable[[dict[str, Any]], bool],
) -> HttpResponse:
    """Shows the form, or has a letter sent; the answer is the same for every address."""
    if form.is_valid() and not letters.may_ask(request.META["REMOTE_ADDR"], timezone.now()):
        return allowance.used_up(request, letters.HOUR)
    done, status = submitted(form, act)
    if done:
        return redirect("developers:sent")
    context = {"form": form, "crumbs": crumbs_of(_title(form))}
    return render(request, template, context, status=status)


def _title(form: forms.Form) -> str:
    return _("注册") if isinstance(form, RegistrationForm) else _("登录")


@require_safe
def sent(request: ActorRequest) -> HttpResponse:
    """Says what to do next; nothing of whether the address is known."""
    context = {"crumbs": crumbs_of(_("请查收邮件"))}
    return render(request, "sharing/developers/public/sent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ActorRequest, token: str) -> HttpResponse:
    """Confirms or signs in by a button: programs that open links in mail use nothing up."""
    if request.method == "POST":
        try:
            _developer, secret = services.follow(token=token)
        except Conflict:
            return _link_page(request, token, status=409)
        return begin(redirect("developers:mine"), secret, is_secure=request.is_secure())
    return _link_page(request, token)


def _link_page(request: ActorRequest, token: str, status: int = 200) -> HttpResponse:
    letter = letters.read(token) if status == 200 else None
    is_new = letter is not None and letter.kind == LetterKind.CONFIRM
    context = {
        "letter": letter,
        "title": _("确认注册") if is_new else _("登录"),
        "crumbs": crumbs_of(_("确认注册") if is_new else _("登录")),
    }
    if letter is None:
        status = max(status, 404)
    return render(request, "sharing/developers/public/link.html", context, status=status)


def crumbs_of(title: str) -> list[Crumb]:
    return [Crumb(_("开发者"), reverse("developers:guide")), Crumb(title)]
