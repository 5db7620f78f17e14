"""The form of an entry: new, changed, kept while it is typed, in conflict with somebody else."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.choices import EntryState
from catalog.differences import differences
from catalog.forms.entry import ITEMS, EntryForm, add_refusal, items_formset, typed_items
from catalog.guards import complete
from catalog.models import CatalogEntry, UnsavedForm
from catalog.negative_list.reminding import remind
from catalog.policies import entry_policy
from catalog.queries import detail_url
from catalog.services import content, entries, reviewing, unsaved
from catalog.standards.queries import in_force, suggestions
from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, posted_version
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict, Refused
from citybrain.ui import Crumb, DiffRow, with_added_row


@dataclass
class Sheet:
    """The entry's form and the table of its items, as the page shows them."""

    form: EntryForm
    items: Any

    @classmethod
    def blank(cls, actor: Actor, entry: CatalogEntry | None) -> "Sheet":
        open_keys = reviewing.reopened(entry) if entry else None
        return cls(
            EntryForm(actor=actor, instance=entry, reopened=open_keys),
            items_formset(initial=_item_rows(entry), reopened=open_keys),
        )

    @classmethod
    def bound(cls, actor: Actor, entry: CatalogEntry | None, data: QueryDict) -> "Sheet":
        open_keys = reviewing.reopened(entry) if entry else None
        form = EntryForm(data, actor=actor, instance=entry, reopened=open_keys)
        kept = _item_rows(entry) if open_keys is not None else []
        return cls(form, items_formset(data=data, initial=kept, reopened=open_keys))

    @classmethod
    def restored(cls, actor: Actor, entry: CatalogEntry | None, data: QueryDict) -> "Sheet":
        """What was typed before, unjudged: half an entry is not a mistake."""
        if entry and reviewing.reopened(entry) is not None:
            return cls.bound(actor, entry, data)
        form = EntryForm(actor=actor, instance=entry)
        form.initial.update({name: data[name] for name in data if name in form.fields})
        return cls(form, items_formset(initial=typed_items(data)))

    def is_valid(self) -> bool:
        # Both, so that every error is shown at once.
        return all([self.form.is_valid(), self.items.is_valid()])

    def judge(self, entry: CatalogEntry | None) -> bool:
        """Whether it can be saved, as far as that is known without saving.

        What could be parsed is judged by the rules even when the rest could not, so that nobody
        is told of one half of the errors after putting the other right.
        """
        valid = self.is_valid()
        found = content.errors_of(
            entry=entry,
            values=self.form.values() if self.form.is_valid() else None,
            items=self.items.values(),
            rows=self.items.numbers(),
        )
        if found is not None:
            add_refusal(self.form, self.items, found)
        return valid and found is None


def _item_rows(entry: CatalogEntry | None) -> list[Any]:
    return list(entry.items.values(*content.ITEM_FIELDS)) if entry else []


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_entries")
    return _page(request, None)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    entry = entry_policy.fetch(request.actor, pk=pk)
    entry_policy.require(request.actor, "compile", entry)
    if entry.state != EntryState.DRAFT and request.method != "POST":
        raise Conflict(
            _("只有草稿可以修改；已提交的请先撤回。"), state_label=entry.get_state_display()
        )
    return _page(request, entry)


@login_required
@require_POST
def forget(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Gives up what was typed and not saved."""
    entry = entry_policy.fetch(request.actor, pk=pk) if pk else None
    unsaved.forget(request.actor, entry)
    messages.success(request, _("已放弃上次未保存的内容。"))
    return redirect(_address(entry))


def _page(request: ActorRequest, entry: CatalogEntry | None) -> HttpResponse:
    if request.method == "POST" and "X-Autosave" in request.headers:
        return _keep(request, entry)
    if request.method == "POST" and "add_row" in request.POST:
        grown = with_added_row(request.POST, ITEMS)
        return _render(request, entry, Sheet.bound(request.actor, entry, grown), status=200)
    if request.method == "POST":
        return _save(request, entry)
    kept = unsaved.kept_for(request.actor, entry)
    if kept is None:
        return _render(request, entry, Sheet.blank(request.actor, entry), status=200)
    data = _query(kept)
    changed = entry is not None and entry.version != kept.version
    return _render(
        request,
        entry,
        Sheet.restored(request.actor, entry, data),
        status=200,
        kept=kept,
        theirs=_theirs(entry, Sheet.bound(request.actor, entry, data)) if changed else None,
    )


def _keep(request: ActorRequest, entry: CatalogEntry | None) -> HttpResponse:
    """Autosave: 200 with the time, 409 when somebody else changed the entry, 422 when too much."""
    data = {name: values for name, values in request.POST.lists() if "csrf" not in name}
    try:
        kept = unsaved.keep(
            actor=request.actor, entry=entry, version=posted_version(request), data=data
        )
    except Conflict as conflict:
        return JsonResponse({"message": str(conflict)}, status=409)
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=422)
    return JsonResponse({"saved_at": timezone.localtime(kept.saved_at).strftime("%H:%M")})


def _save(request: ActorRequest, entry: CatalogEntry | None) -> HttpResponse:
    sheet = Sheet.bound(request.actor, entry, request.POST)
    if not sheet.judge(entry):
        return _render(request, entry, sheet, status=422)
    try:
        saved = _store(request, entry, sheet)
    except ValidationError as error:
        add_refusal(sheet.form, sheet.items, error)
        return _render(request, entry, sheet, status=422)
    except Conflict as conflict:
        return _in_conflict(request, entry, conflict)
    unsaved.forget(request.actor, entry)
    if "submit" in request.POST:
        return _submit(request, saved)
    messages.success(request, _("草稿已保存。"))
    return redirect(detail_url(saved))


def _submit(request: ActorRequest, saved: CatalogEntry) -> HttpResponse:
    """Submits what has just been saved; a refusal says that it is kept and where to go on."""
    try:
        entries.move("submit", actor=request.actor, entry=saved)
    except Refused as refused:
        text = _("草稿已保存，未能提交：%s") % "".join(refused.reasons)
        if complete(saved, request.actor):  # what this form can put right
            link = format_html('<a href="{}">{}</a>', _address(saved), _("去补充"))
            text = format_html("{} {}", text, link)
        messages.warning(request, text)
    else:
        messages.success(request, _("已保存并提交签发。"))
        remind(request, saved)
    return redirect(detail_url(saved))


def _store(request: ActorRequest, entry: CatalogEntry | None, sheet: Sheet) -> CatalogEntry:
    if entry is None:
        return entries.compile_entry(
            actor=request.actor,
            department=sheet.form.cleaned_data["department"],
            values=sheet.form.values(),
            items=sheet.items.values(),
        )
    return entries.change_entry(
        actor=request.actor,
        entry=entry,
        version=posted_version(request),
        values=sheet.form.values(),
        items=sheet.items.values(),
    )


def _in_conflict(
    request: ActorRequest, entry: CatalogEntry | None, conflict: Conflict
) -> HttpResponse:
    """Shows the person's own input again, and what the entry says now; nothing is lost.

    When it is still a draft, saving once more replaces what the other person wrote, knowingly.
    """
    if entry is None:
        raise conflict
    current = entry_policy.fetch(request.actor, pk=entry.pk)
    data = request.POST.copy()
    if current.state == EntryState.DRAFT:
        data["version"] = str(current.version)
    sheet = Sheet.bound(request.actor, current, data)
    return _render(
        request,
        current,
        sheet,
        status=409,
        conflict=str(conflict),
        theirs=_theirs(current, sheet),
    )


def _theirs(entry: CatalogEntry | None, sheet: Sheet) -> list[DiffRow]:
    """What is stored now beside what the person typed."""
    if entry is None or not sheet.is_valid():
        return []
    mine = {**sheet.form.values(), "items": sheet.items.values()}
    return differences(content.content_of(entry), mine)


def _query(kept: UnsavedForm) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.data.items():
        data.setlist(name, values)
    return data


def _address(entry: CatalogEntry | None) -> str:
    return reverse("catalog:edit", args=[entry.pk]) if entry else reverse("catalog:new")


def _render(
    request: ActorRequest,
    entry: CatalogEntry | None,
    sheet: Sheet,
    *,
    status: int,
    kept: UnsavedForm | None = None,
    conflict: str = "",
    theirs: list[DiffRow] | None = None,
) -> HttpResponse:
    crumbs = [Crumb(_("本单位目录"), reverse("catalog:own"))]
    if entry:
        crumbs.append(Crumb(entry.title, detail_url(entry)))
    drafted = entry is not None and entry.state == EntryState.DRAFT
    suggested = suggestions(entry.items.all()) if entry and drafted else []
    context = {
        "entry": entry,
        "form": sheet.form,
        "items": sheet.items,
        "kept": kept,
        "conflict": conflict,
        "theirs": theirs,
        "returned": reviewing.returned(entry) if entry else [],
        "may_save": entry is None or entry.state == EntryState.DRAFT,
        "address": _address(entry),
        "forget_url": (
            reverse("catalog:forget", args=[entry.pk]) if entry else reverse("catalog:forget_new")
        ),
        "back": detail_url(entry) if entry else reverse("catalog:own"),
        "suggestions": suggested,
        "adoptable": any(not one.misfits for one in suggested),
        "standards": in_force().only("identifier", "name"),
        "crumbs": [*crumbs, Crumb(_("修改草稿") if entry else _("编制信息资源"))],
    }
    return render(request, "catalog/entry_form.html", context, status=status)
