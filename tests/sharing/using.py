"""What tests of use have in common: clients, pages as text, grants and calls in numbers."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.choices import SharingMethod
from catalog.models import CatalogEntry
from citybrain.organizations.models import User
from sharing.choices import ApplicationState, Method, Outcome
from sharing.models import Authorization, InterfaceService, ServiceCall, ShareApplication
from tests import scenes
from tests.personas import World

SignedIn = Callable[[User], Client]
PATIENCE = 20  # seconds until a test that hangs fails
CODE = re.compile(r"cba_[0-9a-f]{12}\.[0-9A-Za-z_-]{20,80}")


def text_of(response: Any) -> str:
    """The body of an answer, streamed or not."""
    body = b"".join(response) if response.streaming else response.content
    return body.decode()


def a_file_authorization(world: World) -> Authorization:
    """The health commission may fetch some items of the police's rows as a file."""
    entry = scenes.a_hosted_entry(world, sharing_method=SharingMethod.BATCH)
    return scenes.an_authorization(
        world, entry, names=("登记编号", "姓名", "登记日期"), method=Method.FILE, daily_calls=2
    )


def more_authorizations(of: Authorization, count: int) -> None:
    """So many further grants like this one, each on an application of its own."""
    pattern = of.application
    fields = {
        field.name: getattr(pattern, field.name)
        for field in ShareApplication._meta.concrete_fields
        if field.name not in ("id", "number", "state")
    }
    first = ShareApplication.objects.count()
    applications = ShareApplication.objects.bulk_create(
        ShareApplication(**fields, number=f"SQ-{n}", state=ApplicationState.AGREED)
        for n in range(first, first + count)
    )
    copied = {
        field.name: getattr(of, field.name)
        for field in Authorization._meta.concrete_fields
        if field.name not in ("id", "number", "application")
    }
    Authorization.objects.bulk_create(
        Authorization(**copied, number=f"SJ-{application.pk}", application=application)
        for application in applications
    )


def call_record(
    authorization: Authorization, at: datetime | None = None, /, **values: Any
) -> ServiceCall:
    """One call under the grant, not saved."""
    service = InterfaceService.objects.filter(entry=authorization.entry_id).first()
    return ServiceCall(
        **{
            "at": at or timezone.now(),
            "outcome": Outcome.SERVED,
            "status": 200,
            "way": Method.INTERFACE,
            "authorization": authorization,
            "service": service,
            "consumer": authorization.consumer,
            "provider": authorization.provider,
            "items": ["登记编号"],
            "rows": 3,
            "milliseconds": 4,
            "ip": "10.1.1.1",
            **values,
        }
    )


def many_calls(authorization: Authorization, count: int, **values: Any) -> None:
    """So many calls, a second apart, the last one now."""
    now = timezone.now()
    pattern = call_record(authorization, **values)
    copied = {f.name: getattr(pattern, f.name) for f in ServiceCall._meta.concrete_fields}
    ServiceCall.objects.bulk_create(
        ServiceCall(**{**copied, "id": None, "at": now - timedelta(seconds=n)})
        for n in range(count)
    )


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Runs each call in a thread of its own, all let go together; what each returned or raised."""
    gate = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            gate.wait(PATIENCE)
            found[place] = call()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return found


def queries_of(client: Client, url: str) -> int:
    """How many queries the page takes, once the session and the caches are warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def service_of(entry: CatalogEntry) -> InterfaceService:
    return InterfaceService.objects.get(entry=entry)
