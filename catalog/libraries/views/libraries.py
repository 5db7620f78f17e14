"""Pages of base and theme libraries."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.libraries import queries, services
from catalog.libraries.choices import Coverage
from catalog.libraries.forms import (
    ITEMS,
    LibraryFilter,
    LibraryForm,
    add_refusal,
    items_formset,
)
from catalog.libraries.policies import library_policy
from catalog.models import Library
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, page_of
from citybrain.refusals import Conflict
from citybrain.ui import Attribute, Crumb, with_added_row


@login_required
@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    form = LibraryFilter(request.GET)
    found = library_policy.queryset(request.actor).filter(form.q_of())
    page = page_of(request, queries.listed(found))
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "may_set_up": _sets_up(request.actor),
    }
    return render(request, "catalog/libraries/list.html", context)


@login_required
@require_safe
def detail(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    covered = queries.coverage_of(found)
    counts = {
        kind: sum(one.coverage == kind for one in covered)
        for kind in (Coverage.PROVIDED, Coverage.UNCATALOGUED, Coverage.UNDECIDED)
    }
    context = {
        "library": found,
        "attributes": [
            Attribute(_("牵头单位"), found.lead.name),
            Attribute(
                _("成员单位"), "、".join(one.short_name for one in found.members.all()), wide=True
            ),
            Attribute(_("说明"), found.description, wide=True),
        ],
        "covered": covered,
        "counts": [(kind.label, count) for kind, count in counts.items()],
        "may_edit": library_policy.allows(request.actor, "edit", found),
        "crumbs": [Crumb(_("基础库和主题库"), reverse("catalog:libraries")), Crumb(found.name)],
    }
    return render(request, "catalog/libraries/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    library_policy.require(request.actor, "set_up", Library())
    return _form(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request.actor, pk)
    library_policy.require(request.actor, "edit", found)
    return _form(request, found)


def _form(request: ActorRequest, found: Library | None) -> HttpResponse:
    sets_up = _sets_up(request.actor)
    posted = request.method == "POST"
    added = posted and "add_row" in request.POST
    data = with_added_row(request.POST, ITEMS) if added else request.POST if posted else None
    form = LibraryForm(data, instance=found, sets_up=sets_up)
    initial = found.items.values("name", "description") if found else ()
    items = items_formset(data=data, initial=() if posted else initial)
    status = 200
    if posted and not added:
        # Both, so that every error is shown at once.
        valid = all([form.is_valid(), items.is_valid()])
        status = 422
        if valid:
            try:
                saved = _save(request.actor, found, form, items)
            except ValidationError as error:
                add_refusal(form, items, error)
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                status = 409
            else:
                messages.success(request, _("已保存。"))
                return redirect(queries.address_of(saved))
    crumbs = [Crumb(_("基础库和主题库"), reverse("catalog:libraries"))]
    if found:
        crumbs.append(Crumb(found.name, queries.address_of(found)))
    context = {
        "library": found,
        "form": form,
        "items": items,
        "back": queries.address_of(found) if found else reverse("catalog:libraries"),
        "crumbs": [*crumbs, Crumb(_("修改") if found else _("设立"))],
    }
    return render(request, "catalog/libraries/form.html", context, status=status)


def _save(actor: Actor, found: Library | None, form: LibraryForm, items: Any) -> Library:
    members = list(form.cleaned_data["members"])
    if found is None:
        return services.set_up(
            actor=actor, values=form.values(), members=members, items=items.values()
        )
    return services.change(
        actor=actor,
        library=found,
        version=form.cleaned_data["version"],
        values=form.values(),
        members=members,
        items=items.values(),
    )


def _sets_up(actor: Actor) -> bool:
    return library_policy.allows(actor, "set_up", Library())


def _fetch(actor: Actor, pk: int) -> Library:
    return library_policy.fetch(actor, Library.objects.select_related("lead"), pk=pk)
