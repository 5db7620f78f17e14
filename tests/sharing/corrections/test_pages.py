"""Corrections on the screen: reported by those who use the data, answered in time (SC-26)."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from catalog.models import CatalogEntry
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from sharing.corrections.choices import CorrectionState
from sharing.corrections.services import reporting, verifying
from sharing.models import CorrectionLine, CorrectionRequest
from tests.personas import World, actor_of
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, at_once, queries_of, text_of

pytestmark = pytest.mark.django_db
LIST = "/sharing/corrections/"
PROBLEM = "登记编号DJ0002的登记日期晚于签注日期，疑似录入有误。"


@pytest.fixture
def world(granting: Granted) -> World:
    return granting[0]


@pytest.fixture
def used(granting: Granted) -> CatalogEntry:
    """An entry that the health commission may use."""
    return granting[1].entry


def form_of(entry: CatalogEntry) -> str:
    return reverse("sharing:correction_new", args=[entry.pk])


def report(world: World, entry: CatalogEntry, problem: str = PROBLEM) -> CorrectionRequest:
    return reporting.report(
        actor=actor_of(world.health_cataloguer), entry=entry, items=["登记日期"], problem=problem
    )


def test_a_user_reports_and_the_provider_answers(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    answer = signed_in(world.health_cataloguer).post(
        form_of(used), {"items": ["登记编号", "登记日期"], "problem": PROBLEM}
    )
    made = CorrectionRequest.objects.get()
    url = reverse("sharing:correction", args=[made.pk])
    assert answer["Location"] == url
    assert made.items == "登记编号、登记日期"
    duty = Duty.objects.get(rule="correct")
    assert (duty.department, duty.for_department, duty.days) == (world.police, world.health, 10)
    assert Notice.objects.filter(recipient=world.police_cataloguer, subject_id=made.pk).exists()
    provider = signed_in(world.police_cataloguer)
    home = text_of(provider.get("/"))
    assert url in home
    assert "核实并反馈" in home
    page = text_of(provider.get(url))
    assert PROBLEM in page
    assert "剩余" in page
    move = reverse("sharing:correction_move", args=[made.pk, "correct"])
    refused = provider.post(move, {"version": made.version, "reason": ""})
    assert refused.status_code == 422
    done = provider.post(move, {"version": made.version, "reason": "已核对原始档案并更正。"})
    assert done.status_code == 302
    made.refresh_from_db()
    assert made.state == CorrectionState.CORRECTED
    assert Duty.objects.get(rule="correct").fulfilled_at is not None
    body = text_of(signed_in(world.health_head).get(url))
    assert "已核对原始档案并更正。" in body
    assert "确认已更正并反馈" not in body
    late = provider.post(move, {"version": made.version - 1, "reason": "又写了一遍"})
    assert late.status_code == 409
    assert "又写了一遍" in text_of(late)


def test_a_wrong_form_is_shown_again_with_what_was_typed(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    client = signed_in(world.health_cataloguer)
    answer = client.post(form_of(used), {"problem": PROBLEM})
    assert answer.status_code == 422
    assert "请至少选择一个信息项" in text_of(answer)
    assert PROBLEM in text_of(answer)
    answer = client.post(form_of(used), {"items": ["没有的项"], "problem": "长" * 1001})
    assert answer.status_code == 422
    assert {"items", "problem"} == set(answer.context["form"].errors)
    assert not CorrectionRequest.objects.exists()


def test_only_those_who_may_use_the_data_report(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    for person, status in (
        (world.health_cataloguer, 200),
        (world.health_head, 403),  # signs, does not report
        (world.water_cataloguer, 403),  # was not granted use
        (world.police_cataloguer, 403),  # its own data
        (world.coordinator, 403),
    ):
        assert signed_in(person).get(form_of(used)).status_code == status, person.name
    with pytest.raises(PermissionDenied, match="先申请共享"):
        reporting.report(
            actor=actor_of(world.water_cataloguer), entry=used, items=["登记日期"], problem=PROBLEM
        )


def test_the_same_report_is_not_made_twice(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    made = report(world, used)
    answer = signed_in(world.health_cataloguer).post(
        form_of(used), {"items": ["登记日期"], "problem": PROBLEM}
    )
    assert answer.status_code == 409
    assert made.number in text_of(answer)
    assert PROBLEM in text_of(answer)


def test_each_side_finds_it_in_its_own_list(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    made = report(world, used)
    for person, side, sees in (
        (world.health_head, "used", True),
        (world.health_head, "provided", False),
        (world.police_security, "provided", True),
        (world.water_head, "used", False),
        (world.city_reader, "city", True),
    ):
        assert (made.number in text_of(signed_in(person).get(LIST, {"side": side}))) == sees
    client = signed_in(world.health_head)
    assert made.number in text_of(client.get(LIST, {"state": "open", "q": "签注日期"}))
    assert made.number not in text_of(client.get(LIST, {"state": "upheld"}))


def test_the_list_costs_the_same_for_two_and_for_two_hundred(
    world: World, signed_in: SignedIn, used: CatalogEntry
) -> None:
    made = report(world, used)
    report(world, used, "另一个问题")
    client = signed_in(world.health_head)
    few = queries_of(client, LIST)
    copied = {
        field.name: getattr(made, field.name)
        for field in CorrectionRequest._meta.concrete_fields
        if field.name not in ("id", "number")
    }
    more = CorrectionRequest.objects.bulk_create(
        CorrectionRequest(**copied, number=f"JH-{n}") for n in range(198)
    )
    CorrectionLine.objects.bulk_create(
        CorrectionLine(correction=one, number=1, kind="missing", key={"登记编号": "DJ0009"})
        for one in more
    )
    duty = Duty.objects.filter(rule="correct").values().first()
    Duty.objects.bulk_create(Duty(**{**duty, "id": None, "subject_id": one.pk}) for one in more)
    assert queries_of(client, LIST) == few <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_report_or_answer_at_once(world: World, used: CatalogEntry) -> None:
    reporter = actor_of(world.health_cataloguer)
    again = partial(
        reporting.report, actor=reporter, entry=used, items=["登记日期"], problem=PROBLEM
    )
    found = at_once(again, again)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "CorrectionRequest"]
    made = CorrectionRequest.objects.get()
    answers = at_once(
        *(
            partial(
                verifying.answer,
                actor=actor_of(world.police_cataloguer),
                correction=made,
                name=name,
                text="已核实",
                version=made.version,
            )
            for name in ("correct", "uphold")
        )
    )
    assert sum(isinstance(one, Conflict) for one in answers) == 1
