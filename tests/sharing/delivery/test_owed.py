"""What was granted and cannot be given yet: told, found on the worklist, and met (SC-22)."""

import pytest
from django.urls import reverse

from catalog.choices import SharingMethod
from citybrain.notices.models import Notice
from sharing.backends import services as backends
from sharing.choices import Method
from sharing.services import authorizations
from tests import scenes
from tests.personas import World, actor_of
from tests.sharing.using import SignedIn, text_of

pytestmark = pytest.mark.django_db


def test_who_provides_is_told_and_finds_it_until_their_own_system_answers(
    world: World, signed_in: SignedIn
) -> None:
    entry = scenes.a_published_entry(world)
    grant = scenes.an_authorization(world, entry)
    assert grant.method == Method.INTERFACE
    notice = Notice.objects.get(recipient=world.police_cataloguer, kind="sharing.delivery.due")
    assert entry.title in notice.title
    client, data = signed_in(world.police_cataloguer), reverse("sharing:data", args=[entry.pk])
    waiting = text_of(client.get(reverse("home")))
    assert f"{grant.number} {entry.title}" in waiting
    assert data in waiting
    assert data not in text_of(signed_in(world.health_cataloguer).get(reverse("home")))

    backend = backends.propose(
        actor=actor_of(world.police_cataloguer),
        entry=entry,
        values={"kind": "upstream", "address": "https://10.20.30.40/jzz"},
        networks=["10.20.30.0/24"],
        fields={item.name: f"f{item.pk}" for item in entry.items.all()},
        filters={},
    )
    assert authorizations.delivery_due(grant) is not None, "nobody has confirmed it"
    backends.move("confirm", actor=actor_of(world.coordinator), backend=backend)
    assert authorizations.delivery_due(grant) is None
    assert grant.number not in text_of(client.get(reverse("home")))


def test_what_is_hosted_already_is_asked_of_nobody(world: World) -> None:
    scenes.an_authorization(world, scenes.a_hosted_entry(world))
    assert not Notice.objects.filter(kind="sharing.delivery.due").exists()


def test_a_link_is_not_called_a_code(world: World, signed_in: SignedIn) -> None:
    entry = scenes.a_hosted_entry(world, sharing_method=SharingMethod.BATCH)
    grant = scenes.an_authorization(world, entry, method=Method.FILE)
    client = signed_in(world.health_cataloguer)
    page = text_of(client.post(reverse("sharing:file_link", args=[grant.pk])))
    assert "接口授权码" not in page
