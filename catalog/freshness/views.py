"""Data that has to be refreshed: late, or due within the week."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.freshness.queries import judged, readable
from catalog.policies import FOLLOWERS
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere


@login_required
@require_safe
def updates(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *FOLLOWERS)
    today = timezone.localdate()
    page = page_of(request, readable(request.actor, today))
    context = {"page": page, "rows": judged(page.object_list, today)}
    return render(request, "catalog/freshness/list.html", context)
