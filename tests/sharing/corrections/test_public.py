"""Error reports of the public: in the provider's queue, answered there, published as ever (HK-17)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.demand import services as demands
from catalog.demand.choices import DemandState
from catalog.models import Demand
from catalog.opendata.addresses import dataset_url
from citybrain.duties.models import Duty
from citybrain.identifiers import make_credit_code
from citybrain.notices.models import Notice
from citybrain.refusals import Refused
from evaluation.facts.period import Period
from evaluation.facts.requests import correction_counts
from sharing.corrections.choices import CorrectionState
from sharing.corrections.services import developing
from sharing.developers import keys, letters, services
from sharing.models import CorrectionRequest, Developer, DeveloperLetter, Redelivery
from tests import scenes
from tests.catalog.demand.demands import CONTACT, an_assigned
from tests.catalog.opendata.opened import an_open_dataset
from tests.personas import World, actor_of
from tests.sharing.developers.test_developers import a_developer, call
from tests.sharing.using import SignedIn, text_of

pytestmark = pytest.mark.django_db
LIST = "/sharing/corrections/?side=provided"


def move(name: str, world: World, demand: Demand, **inputs: str) -> Demand:
    person = world.police_head if name == "answer" else world.approver
    return demands.move(
        name, actor=actor_of(person), demand=Demand.objects.get(pk=demand.pk), inputs=inputs
    )


def test_an_error_found_by_the_public_is_corrected_in_the_same_queue(
    world: World, signed_in: SignedIn
) -> None:
    entry = an_open_dataset(world)
    scenes.a_delivered_application(world, entry)  # unconditional: granted by this alone
    demand = an_assigned(world, entry=entry)
    found = CorrectionRequest.objects.get(demand=demand)
    provider = signed_in(world.police_cataloguer)
    page = text_of(provider.get(LIST))
    assert found.number in page
    assert "社会公众" in page
    assert "剩余" in page, "the term of the demand"
    assert found.number not in text_of(provider.get(f"{LIST}&origin=consumer"))
    assert not Duty.objects.filter(rule="correct").exists(), "SC-26 is for those who use data"
    now = timezone.now()
    assert correction_counts(Period(now.year, now + timedelta(days=1)), []).received == 0
    demand_page = reverse("catalog:demand", args=[demand.pk])
    url = reverse("sharing:correction", args=[found.pk])
    assert url in text_of(provider.get(demand_page))
    assert CONTACT not in text_of(provider.get(url))

    lines = reverse("sharing:correction_lines", args=[found.pk])
    assert provider.post(lines, {"lines": ""}).status_code == 422
    provider.post(lines, {"lines": "2025-03-01,,空气质量指数,21,24"})
    found.refresh_from_db()
    assert found.items == "空气质量指数", "what the lines are about"
    with pytest.raises(Refused, match="逐行核实"):
        move("answer", world, demand, outcome="adopted", answer="已更正")
    provider.post(reverse("sharing:correction_verify", args=[found.pk]), {"rest": "confirmed"})
    provider.post(reverse("sharing:correction_rows", args=[found.pk]))
    answer = provider.post(
        reverse("sharing:correction_move", args=[found.pk, "correct"]),
        {"reason": "设备校准后已更正", "version": 0},
    )
    assert answer.status_code == 302
    demand.refresh_from_db()
    assert (demand.state, demand.outcome) == (DemandState.ANSWERED, "adopted")
    assert Duty.objects.get(rule="answer_demand").fulfilled_at is not None
    assert Redelivery.objects.get().rows == 1, "those who use the rows are told, too"
    public = reverse("opendata:demand", args=[demand.number])
    assert "设备校准后已更正" not in text_of(Client().get(public))

    move("return", world, demand, reason="请写明更正前后的数值")
    found.refresh_from_db()
    assert found.state == CorrectionState.OPEN
    Redelivery.objects.update(rows=0)  # as if less had been corrected the first time
    provider.post(
        reverse("sharing:correction_move", args=[found.pk, "correct"]),
        {"reason": "由21更正为24", "version": found.version},
    )
    kind = "sharing.correction.redelivered"
    assert Notice.objects.filter(kind=kind, recipient=world.health_cataloguer).count() == 2
    move("publish", world, demand)
    assert "由21更正为24" in text_of(Client().get(public))


def test_it_follows_its_demand_to_another_department_and_to_its_answer(world: World) -> None:
    demand = an_assigned(world, entry=an_open_dataset(world))
    demands.move(
        "reassign",
        actor=actor_of(world.approver),
        demand=demand,
        inputs={"department": str(world.health.pk), "reason": "属卫健职责"},
    )
    found = CorrectionRequest.objects.get(demand=demand)
    assert found.provider == world.health
    demands.move(
        "answer",
        actor=actor_of(world.health_head),
        demand=Demand.objects.get(pk=demand.pk),
        inputs={"outcome": "not_adopted", "answer": "数据无误"},
    )
    found.refresh_from_db()
    assert (found.state, found.answer) == (CorrectionState.UPHELD, "数据无误")
    assert not CorrectionRequest.objects.exclude(pk=found.pk).exists()
    an_assigned(world)  # a request for data is no error
    assert CorrectionRequest.objects.count() == 1


def test_developers_who_called_for_the_data_are_told_by_mail(
    world: World, signed_in: SignedIn
) -> None:
    """Who got rows of it, once, in their language; not who called for something else or has left."""
    entry, other = an_open_dataset(world), an_open_dataset(world, title="噪声监测")
    user, stranger, gone = (
        a_developer(email=f"{name}@example.com", credit_code=make_credit_code("91460100", number))
        for number, name in enumerate(("user", "stranger", "gone"), 31)
    )
    Developer.objects.filter(pk=user.pk).update(language="en")
    for developer, called in ((user, entry), (stranger, other), (gone, entry)):
        answer = call(keys.issue(developer=developer, name=""), called)
        assert answer.status_code == 200, answer.content
    services.withdraw(developer=gone)
    DeveloperLetter.objects.all().delete()
    found = CorrectionRequest.objects.get(demand=an_assigned(world, entry=entry))
    provider = signed_in(world.police_cataloguer)
    lines = reverse("sharing:correction_lines", args=[found.pk])
    provider.post(lines, {"lines": "2025-03-01,,空气质量指数,21,24"})
    provider.post(reverse("sharing:correction_verify", args=[found.pk]), {"rest": "confirmed"})
    provider.post(reverse("sharing:correction_rows", args=[found.pk]))
    correct = reverse("sharing:correction_move", args=[found.pk, "correct"])
    provider.post(correct, {"reason": "设备校准后已更正", "version": 0})
    letters.send_waiting()
    (sent,) = mail.outbox
    assert sent.to == ["user@example.com"]
    assert "has been corrected" in sent.subject + sent.body
    assert dataset_url(entry) in sent.body
    assert "24" not in sent.body.replace(dataset_url(entry), ""), "no values by mail"
    page = text_of(provider.get(reverse("sharing:correction", args=[found.pk])))
    assert "1 个开发者" in page
    assert "user@example.com" not in page
    found.refresh_from_db()
    developing.tell_developers(found, actor_of(world.police_cataloguer))
    assert not DeveloperLetter.objects.exists(), "a second time changes nothing"
