"""The demo's calls: made of the real gateway, with the code that was really issued."""

from datetime import datetime, timedelta
from functools import partial

from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone

from citybrain.demo.story import Story, at
from sharing.codes.signing import Target, authorization_header
from sharing.gateway.views import records
from sharing.models import Authorization

ADDRESSES = ("10.46.2.11", "10.46.3.27", "10.46.5.8", "10.46.8.19")
MOST_DAYS = 14
# Whoever is refused as not entitled (403) asks the provider instead of calling on.
PATIENCE = timedelta(days=10)


class Calls:
    """Plans how one authorization is used over its period."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.factory = RequestFactory()
        self._given_up: dict[str, datetime] = {}

    def plan(self, authorization: Authorization, code: str) -> None:
        """Some days of use spread over the period, a few calls a day, a few of them wrong."""
        rng = self.story.random
        address = rng.choice(ADDRESSES)
        service = "s_" + authorization.entry.code.replace("/", "_")
        first = timezone.localdate(self.story.now)
        last = min(authorization.ends_on, timezone.localdate(self.story.ends))
        length = max((last - first).days, 1)
        eagerness = rng.choice((0.02, 0.05, 0.1))
        for _number in range(min(MOST_DAYS, int(length * eagerness) + 1)):
            day = first + timedelta(days=rng.randint(0, length))
            for _call in range(rng.choice((1, 2, 3))):
                moment = at(day, 8, rng.randint(0, 620)) + timedelta(seconds=rng.randint(0, 59))
                if moment > self.story.now:
                    self.story.on(moment, partial(self.call, service, code, address))

    def call(self, service: str, code: str, address: str) -> HttpResponseBase | None:
        rng = self.story.random
        if self.story.now < self._given_up.get(code, self.story.now):
            return None
        caller = code
        parameters = {"page_size": str(rng.choice((5, 10, 20)))}
        chance = rng.random()
        if chance < 0.008:
            code = code[:-3] + ("222" if code[-3:] != "222" else "333")
        elif chance < 0.014:
            service = "s_307460100000_000000"
        elif chance < 0.022:
            parameters["page_size"] = "9999"
        request = self.factory.get(
            f"/gateway/v1/services/{service}/records",
            parameters,
            REMOTE_ADDR=address,
        )
        target = Target("GET", request.path, request.META["QUERY_STRING"])
        request.META["HTTP_AUTHORIZATION"] = authorization_header(
            code, target, at=self.story.now, nonce=f"{rng.getrandbits(128):032x}"
        )
        answer = records(request, service_code=service)
        if answer.status_code == 403 and caller == code:
            self._given_up[caller] = self.story.now + PATIENCE
        return answer
