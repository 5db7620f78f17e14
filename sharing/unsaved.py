"""Keeping what a person has typed into an application and not saved, so that nothing is lost.

This is no change of any application: it is the person's own, unchecked, and gone once they save.
"""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.typed import whole_number
from sharing.models import UnsavedApplication

MAX_CHARACTERS = 200_000
BESIDE = ("csrfmiddlewaretoken", "submit")


def wants_keeping(request: HttpRequest) -> bool:
    """Whether the browser saves by itself (static/js/behaviours/autosave.js)."""
    return request.method == "POST" and "X-Autosave" in request.headers


def keep(actor: Actor, place: str, data: QueryDict) -> JsonResponse:
    """Stores the submitted fields; the answer is what the autosave script expects."""
    fields = {name: values for name, values in data.lists() if name not in BESIDE}
    if len(json.dumps(fields, ensure_ascii=False)) > MAX_CHARACTERS:
        return JsonResponse({"message": _("内容过多，无法自动保存。")}, status=422)
    version = whole_number(data.get("version", ""), most=9)
    kept, _made = UnsavedApplication.objects.update_or_create(
        person=actor.user,
        place=place,
        defaults={"data": fields, "version": version},
    )
    return JsonResponse({"saved_at": timezone.localtime(kept.saved_at).strftime("%H:%M")})


def kept_at(actor: Actor, place: str) -> UnsavedApplication | None:
    """What the actor typed last, if they have not saved since."""
    return UnsavedApplication.objects.filter(person=actor.user, place=place).first()


def forget(actor: Actor, place: str) -> None:
    """After saving, or when the person gives it up."""
    UnsavedApplication.objects.filter(person=actor.user, place=place).delete()


def restored(kept: UnsavedApplication | None, prefix: str = "") -> dict[str, Any]:
    """The fields for a form's `initial`; items are the only field with several values."""
    if kept is None:
        return {}
    found: dict[str, Any] = {"items": []}
    for name, values in kept.data.items():
        if name.startswith(prefix):
            field = name.removeprefix(prefix)
            found[field] = values if field == "items" else (values or [""])[-1]
    return found
