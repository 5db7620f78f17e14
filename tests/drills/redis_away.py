"""Redis stopped under load: how long is said by SECONDS."""

import time
from datetime import timedelta

from django.utils import timezone

from sharing.codes.choices import MOST_RATE
from sharing.gateway import quota
from sharing.gateway.grants import grant_of
from sharing.models import Authorization, AuthorizationCode
from sharing.services import codes
from tests.benchmarks import gateway, state
from tests.benchmarks.gateway import Subject
from tests.benchmarks.runner import say
from tests.benchmarks.serving import server
from tests.drills import servers
from tests.drills.callers import Callers, assert_all_on_record
from tests.personas import actor_of

SECONDS = 60


def run() -> None:
    """Redis is stopped for a minute while calls with and without a signature go on.

    Signed calls (items of grade 3 and above) are refused with 503 and Retry-After, others are
    served; every answer is on record; afterwards the count of the day is that of the records.
    """
    with state.fresh_database():
        subject = gateway.build(2_000)
        with server("citybrain.wsgi:application") as port:
            signed = Callers(port, subject.service, subject.code)
            plain = Callers(port, subject.service, _plain_code(subject))
            with signed.calling(2), plain.calling(2):
                time.sleep(5)
                before = len(signed.answers), len(plain.answers)
                servers.stop_redis()
                time.sleep(SECONDS)
                during = len(signed.answers), len(plain.answers)
                servers.start_redis()
                time.sleep(15)
        say(f"   signed: {signed.statuses()}; plain: {plain.statuses()}")
        assert set(signed.statuses()) == {200, 503}
        away = signed.answers[before[0] : during[0]]
        assert all(one.outcome == "unavailable" and one.says_when for one in signed.answers
                   if one.status == 503)  # fmt: skip
        assert sum(one.status == 503 for one in away) > 0.9 * len(away)
        assert signed.answers[-1].status == 200, "served again once Redis is back"
        assert set(plain.statuses()) == {200}, "general grades are served all the time"
        lost = assert_all_on_record(signed.answers + plain.answers)
        assert not lost
        _assert_counted()


def _plain_code(subject: Subject) -> str:
    """A code of the same grant as one gets it for general grades: it is sent as it is."""
    authorization = subject.authorization
    authorization.terms["grade"] = "general_1"
    authorization.save(update_fields=["terms"])
    code = codes.issue(
        actor=actor_of(subject.world.health_cataloguer),
        authorization=authorization,
        overlap_until=timezone.now() + timedelta(hours=1),
    )
    AuthorizationCode.objects.update(per_second=100 * MOST_RATE)
    return code


def _assert_counted() -> None:
    """What Redis counts now is what the records say."""
    for authorization in Authorization.objects.all():
        grant, now = grant_of(authorization), timezone.now()
        recorded = quota.served_on_day(grant, now)
        counted = quota.counters.take(quota.key_of(grant, now))
        assert counted is None or counted == recorded + 1, (counted, recorded)
