"""Applying by form: what a person types, and what they read on the pages."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry
from citybrain.organizations.models import User
from sharing.models import ExtensionRequest, ShareApplication
from tests.scenes import application_values

WANTED = ("登记编号", "姓名")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(entry: CatalogEntry, *names: str, **changes: Any) -> dict[str, Any]:
    """The fields of a complete application as a browser posts them, with `changes`."""
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in application_values().items()
    }
    items = entry.items.filter(name__in=names or WANTED).values_list("pk", flat=True)
    return {**values, "items": [str(pk) for pk in items], **changes}


def page_of(person: User, application: ShareApplication) -> str:
    response = client_of(person).get(reverse("sharing:application", args=[application.pk]))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def press(person: User, application: ShareApplication, name: str, **inputs: Any) -> HttpResponse:
    """The person presses the button of a move, with the version that the page shows now."""
    application.refresh_from_db()
    url = reverse("sharing:application_move", args=[application.pk, name])
    response = client_of(person).post(url, {"version": application.version, **inputs})
    application.refresh_from_db()
    return response


def decide(person: User, request: ExtensionRequest, name: str, **inputs: Any) -> HttpResponse:
    request.refresh_from_db()
    url = reverse("sharing:extension_decide", args=[request.pk, name])
    response = client_of(person).post(url, {"version": request.version, **inputs})
    request.refresh_from_db()
    return response
