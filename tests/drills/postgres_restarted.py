"""PostgreSQL restarted under load, several times."""

import time

from sharing.models import ServiceCall, UsedNonce
from tests.benchmarks import gateway, state
from tests.benchmarks.runner import say
from tests.benchmarks.serving import server
from tests.drills import servers
from tests.drills.callers import Callers, assert_all_on_record

TIMES = 3


def run() -> None:
    """PostgreSQL is restarted three times while signed calls go on.

    Nobody sees a 500 or a broken connection: what cannot be served is a 503 that says when to come
    again. Every answer with rows is on record once, and no call has a nonce without a record.
    """
    with state.fresh_database():
        subject = gateway.build(2_000)
        with server("citybrain.wsgi:application") as port:
            callers = Callers(port, subject.service, subject.code)
            with callers.calling(6):
                for _time in range(TIMES):
                    time.sleep(4)
                    servers.restart_postgres()
                time.sleep(6)
        say(f"   {callers.statuses()}")
        assert set(callers.statuses()) <= {200, 503}
        assert all(one.says_when for one in callers.answers if one.status == 503)
        assert callers.answers[-1].status == 200
        unanswered = assert_all_on_record(callers.answers)
        say(f"   recorded as served, the answer lost with the connection: {unanswered}")
        served = ServiceCall.objects.filter(outcome="served").count()
        assert UsedNonce.objects.count() == served, "half a record"
