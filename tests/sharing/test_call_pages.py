"""The record of calls on the screen: each side its own part, page by page, and as a file."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from citybrain.audit.models import AuditRecord
from sharing import tallying
from sharing.calls import PER_PAGE, Cursor
from sharing.choices import Outcome
from sharing.models import Authorization, DailyUse, ServiceCall
from sharing.tallying import midnight
from sharing.usage import Period, use_of
from tests.personas import World
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, call_record, many_calls, queries_of, service_of, text_of

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/sharing/calls/", "/sharing/calls/export/"


@pytest.fixture
def world(granting: Granted) -> World:
    return granting[0]


@pytest.fixture
def granted(granting: Granted) -> Authorization:
    return granting[1]


def test_each_side_reads_its_own_part(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    call_record(granted).save()
    # A refused call with a code that nobody has belongs to nobody: only the city reads it.
    stray = {"authorization": None, "service": None, "consumer": None, "provider": None}
    call_record(granted, outcome=Outcome.UNKNOWN_CODE, status=401, **stray).save()
    for person, side, total in (
        (world.health_head, "used", 1),
        (world.health_head, "provided", 0),
        (world.police_security, "provided", 1),
        (world.water_head, "used", 0),
        (world.water_head, "city", 0),
        (world.coordinator, "city", 2),
        (world.auditor, "city", 2),
    ):
        answer = signed_in(person).get(LIST, {"side": side})
        assert answer.context["total"] == len(answer.context["calls"]) == total, person.name
    assert "居住证登记" not in text_of(signed_in(world.water_head).get(LIST))
    assert signed_in(world.admin).get(LIST).status_code == 403


def test_it_is_narrowed_by_outcome_words_period_grant_and_service(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    call_record(granted).save()
    call_record(granted, outcome=Outcome.OVER_QUOTA, status=429).save()
    call_record(granted, timezone.now() - timedelta(days=40)).save()
    client = signed_in(world.police_head)

    def total(**query: object) -> int:
        answer = client.get(LIST, {"side": "provided", **query})
        assert len(answer.context["calls"]) == answer.context["total"]
        return int(answer.context["total"])

    assert total() == 2
    assert total(outcome="refused") == 1
    assert total(outcome="served") == 1
    assert total(q=granted.number) == total(q="居住证") == 2
    assert total(q="企业用电") == 0
    assert total(authorization=granted.pk) == total(service=service_of(granted.entry).pk) == 2
    assert total(authorization=granted.pk + 1) == 0
    today = timezone.localdate()
    assert total(start=today - timedelta(days=60)) == 3
    assert total(start=today, end=today - timedelta(days=60)) == 3
    assert total(start="gestern", end="heute") == 2
    answer = client.get(LIST, {"side": "provided", "start": "2019-01-01"})
    assert "一次最多查询一年" in text_of(answer)


@pytest.mark.parametrize(
    "days",
    [{"end": "9999-12-31"}, {"start": "0001-01-01"}, {"start": "0001-01-01", "end": "0001-01-02"}],
)
def test_a_day_at_the_end_of_the_calendar_is_no_day(
    world: World, signed_in: SignedIn, days: dict[str, str]
) -> None:
    assert signed_in(world.coordinator).get(LIST, days).status_code == 200


def test_a_grant_is_named_only_to_those_who_may_see_it(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    seen = signed_in(world.police_head).get(LIST, {"authorization": granted.pk})
    assert granted.number in text_of(seen)
    unseen = signed_in(world.water_head).get(LIST, {"authorization": granted.pk})
    assert unseen.status_code == 200
    assert granted.number not in text_of(unseen)


def test_pages_follow_each_other_without_gap_or_repetition(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    many_calls(granted, 2 * PER_PAGE + 5)
    # Calls of one and the same instant, around the edge of a page.
    at = ServiceCall.objects.order_by("-at")[PER_PAGE].at
    ServiceCall.objects.bulk_create([call_record(granted, at) for _n in range(4)])
    client = signed_in(world.health_head)
    everything = list(ServiceCall.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    forward, url = [], LIST
    while url:
        answer = client.get(url)
        forward.append([call.pk for call in answer.context["calls"]])
        last, url = url, answer.context["older"] and LIST + answer.context["older"]
    assert [pk for page in forward for pk in page] == everything
    back, url = [], last
    while url:
        answer = client.get(url)
        back.append([call.pk for call in answer.context["calls"]])
        url = answer.context["newer"] and LIST + answer.context["newer"]
    assert len(back) == len(forward)
    assert set(everything) == {pk for page in back for pk in page}


@pytest.mark.parametrize("text", ["", "1.", ".5", "x.y", "1.5.6", "9" * 30 + ".1", "１.２"])
def test_a_cursor_that_is_none_is_no_cursor(text: str) -> None:
    assert Cursor.read(text) is None


def test_a_cursor_reads_back_to_the_microsecond() -> None:
    for at in (timezone.now(), timezone.make_aware(datetime(2026, 1, 2, 3, 4, 5, 999_999))):
        assert Cursor.read(str(Cursor(at, 7))) == Cursor(at, 7)


def test_the_list_costs_the_same_for_two_and_for_two_hundred(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)
    many_calls(granted, 2)
    few = queries_of(client, LIST)
    many_calls(granted, 200)
    assert queries_of(client, LIST) == few <= 20


def test_the_export_is_safe_complete_and_on_record(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    call_record(granted, ip="=cmd|'/C calc'!A0"[:45]).save()
    call_record(granted, outcome=Outcome.OVER_QUOTA).save()
    client = signed_in(world.police_head)
    answer = client.post(f"{EXPORT}?side=provided&outcome=served")
    body = text_of(answer)
    assert answer["Content-Type"].startswith("text/csv")
    assert body.count(granted.number) == 1
    assert "\"'=cmd" in body
    noted = AuditRecord.objects.get(verb="sharing.calls.exported")
    assert noted.data["rows"] == 1
    assert noted.data["filters"]["outcome"] == "served"
    assert granted.number not in text_of(signed_in(world.water_head).post(EXPORT))
    assert client.get(EXPORT).status_code == 405


# --- added up by day ------------------------------------------------------------------------------
def a_history(granted: Authorization) -> Period:
    """Calls of four days, two of them today, some at the very edge of a day."""
    today = timezone.localdate()
    days = [today - timedelta(days=n) for n in (3, 2, 1)]
    for day in days:
        call_record(granted, midnight(day)).save()
        call_record(granted, midnight(day) + timedelta(hours=23, minutes=59, seconds=59)).save()
        call_record(granted, midnight(day) + timedelta(hours=9), outcome=Outcome.EXPIRED).save()
    call_record(granted, midnight(today)).save()
    call_record(granted, midnight(today) + timedelta(seconds=1), outcome=Outcome.EXPIRED).save()
    return Period(today - timedelta(days=4), today)


def test_figures_are_the_same_before_and_after_adding_up(granted: Authorization) -> None:
    period = a_history(granted)
    mine = Q(consumer=granted.consumer)
    before = use_of(mine, period)
    assert [(one.served, one.refused) for one in before] == [(0, 0), (2, 1), (2, 1), (2, 1), (1, 1)]
    assert tallying.SHARED.tally() == 3
    assert DailyUse.objects.count() == 6
    assert tallying.SHARED.tallied_until() == period.last - timedelta(days=1)
    assert use_of(mine, period) == before
    # A call of yesterday that was committed late is added when yesterday is done once more.
    call_record(granted, midnight(period.last) - timedelta(seconds=1)).save()
    tallying.SHARED.tally()
    assert use_of(Q(), period)[3].served == 3
    assert DailyUse.objects.count() == 6


def test_years_are_drawn_by_month(granted: Authorization) -> None:
    period = a_history(granted)
    year = Period.months(12)
    assert len(use_of(Q(), year)) == 12
    assert sum(one.served for one in use_of(Q(), year)) == sum(
        one.served for one in use_of(Q(), period)
    )
