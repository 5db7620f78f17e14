"""The ledger of one subject: who was told what, when, by which way, and whether it arrived."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from citybrain import registry
from citybrain.notices import queries
from citybrain.organizations.actors import Actor

PER_PAGE = 50


@login_required
@require_GET
def ledger(request: HttpRequest, subject_type: str, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    subject = queries.fetch_subject(actor, subject_type, pk)
    page = Paginator(queries.ledger(actor, subject), PER_PAGE).get_page(request.GET.get("page"))
    kind = registry.subjects.get(subject_type)
    context = {"subject": subject, "kind": kind, "subject_url": kind.url(subject), "page": page}
    return render(request, "notices/ledger.html", context)
