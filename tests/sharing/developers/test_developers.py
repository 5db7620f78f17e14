"""Developers outside: registered by mail, with keys of their own, and gone without a trace."""

import json
import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import redis
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from catalog.models import CatalogEntry
from catalog.opendata.addresses import slug_of
from citybrain.audit.models import AuditRecord
from citybrain.identifiers import make_credit_code
from citybrain.parameters.services import set_value
from citybrain.refusals import Conflict
from security.models import ItemGrade
from sharing import tallying
from sharing.developers import keys, letters, services
from sharing.developers.admission import QUOTA, RATE
from sharing.developers.choices import DeveloperState, OpenOutcome
from sharing.gateway import quota
from sharing.models import Developer, DeveloperKey, DeveloperLetter, OpenCall, OpenDailyUse
from tests.catalog.opendata.opened import ITEMS, ROWS, an_open_dataset
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
NAMES = [item["name"] for item in ITEMS]
COMPANY = {
    "kind": "company",
    "name": "海口椰风软件有限公司",
    "credit_code": make_credit_code("91460100", 12),
    "email": "Dev@Example.com",
    "purpose": "在出行应用中显示空气质量",
}


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Client:
    """A browser outside; what waits for the commit is done with each request."""
    client = Client()
    for name in ("post", "get"):
        plain = getattr(client, name)

        def done(*args: Any, _plain: Any = plain, **kwargs: Any) -> Any:
            with django_capture_on_commit_callbacks(execute=True):
                return _plain(*args, **kwargs)

        setattr(client, name, done)
    return client


@pytest.fixture(autouse=True)
def own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of other tests are not counted here."""
    monkeypatch.setattr(letters, "PER_HOUR", 10_000)


def url(name: str, *args: Any) -> str:
    return reverse(f"developers:{name}", args=args)


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/open/developers/link/\S+)", message.body)
    assert found
    return found[1]


def a_developer(**changes: Any) -> Developer:
    given = {**COMPANY, "email": "other@example.com", **changes}
    kept = {name: given[name] for name in ("kind", "name", "credit_code", "purpose")}
    letter = DeveloperLetter.objects.create(
        kind="confirm", email=given["email"], language="zh-hans", given=kept
    )
    return services.confirmed(letter)


def call(code: str, entry: CatalogEntry, query: str = "", **headers: str) -> Any:
    address = reverse("open_api:records", args=[slug_of(entry)])
    given = {"Authorization": f"Bearer {code}", **headers} if code else headers
    return Client().get(f"{address}{query}", headers=given)


def test_somebody_registers_by_mail_calls_and_leaves_nothing_behind(
    world: World, committing: Client
) -> None:
    entry, browser = an_open_dataset(world), committing
    set_value(actor=actor_of(world.coordinator), code=RATE, value=100, ground="会议", number=0)
    dataset = browser.get(reverse("opendata:dataset", args=[slug_of(entry)])).content.decode()
    assert f'href="{url("guide")}?dataset={slug_of(entry)}#dataset"' in dataset
    wrong = browser.post(url("register"), {**COMPANY, "credit_code": "914601000000000000"})
    assert (wrong.status_code, len(mail.outbox)) == (422, 0)
    assert browser.post(url("register"), COMPANY)["Location"] == url("sent")
    assert mail.outbox[0].to == ["dev@example.com"]
    link = link_in(mail.outbox[0])
    assert Developer.objects.count() == 0
    for _look in "ab":
        assert "确认注册" in browser.get(link).content.decode(), "opening it uses nothing up"
    welcome = browser.post(link)
    assert welcome["Location"] == url("mine")
    cookie = welcome.cookies["developer"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (url("guide"), True, "Lax")
    assert Client().post(link).status_code == 409, "used once"
    assert Client().get(url("mine"))["Location"] == url("enter")
    assert browser.get(reverse("home")).status_code == 302, "no page of the staff opens"
    assert browser.get(reverse("sharing:developers")).status_code == 302

    shown = browser.post(url("key_issue"), {"name": "出行应用"}).content.decode()
    code = re.search(r"cbo_[0-9a-f]{12}\.[0-9A-Za-z]+", shown)[0]  # type: ignore[index]
    page = browser.get(url("mine")).content.decode()
    assert code[:16] in page
    assert code not in page
    answer = call(code, entry)
    body = json.loads(answer.content)
    assert body["records"] == [dict(zip(NAMES, row, strict=True)) for row in ROWS]
    assert (body["next"], body["batch"]) == (None, 1)
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("2000", "1999")
    assert call(code, entry, **{"If-None-Match": answer["ETag"]}).status_code == 304
    first = json.loads(call(code, entry, "?page_size=1&items=监测站点").content)
    assert first["records"] == [{"监测站点": ROWS[0][1]}]
    second = json.loads(call(code, entry, f"?after={first['next']}&空气质量指数=35").content)
    assert [row["监测日期"] for row in second["records"]] == [ROWS[1][0]]
    english = call(code, entry, "?nothing=1", **{"Accept-Language": "en"})
    assert english.status_code == 400
    assert english.json()["detail"] == "The parameter “nothing” is not an item that you may have."

    person = Developer.objects.get()
    new = keys.rotate(developer=person, pk=person.keys.get().pk)
    assert call(code, entry).status_code == call(new, entry).status_code == 200
    keys.revoke(developer=person, pk=person.keys.get(key=code[4:16]).pk)
    refused = call(code, entry)
    assert (refused.status_code, refused.json()["outcome"]) == (403, "revoked_key")
    assert call(new, entry)["RateLimit-Remaining"] == "1993", "one quota for all keys"

    services.move(
        "suspend",
        actor=actor_of(world.coordinator),
        developer=person,
        inputs={"reason": "短时间内反复抓取全部数据"},
    )
    assert call(new, entry).json()["outcome"] == "suspended"
    assert "短时间内反复抓取" in browser.get(url("mine")).content.decode()
    assert browser.post(url("key_issue"), {}).status_code == 409
    person.refresh_from_db()
    services.move(
        "restore", actor=actor_of(world.coordinator), developer=person, inputs={"reason": "已改正"}
    )
    assert call(new, entry).status_code == 200
    assert browser.post(url("withdraw"))["Location"] == url("guide")
    person.refresh_from_db()
    assert (person.state, person.name, person.email) == (DeveloperState.WITHDRAWN, "", "")
    assert call(new, entry).json()["outcome"] == "revoked_key"
    assert browser.get(url("mine"))["Location"] == url("enter")
    kept = json.dumps(list(AuditRecord.objects.values("data", "subject_text", "ip")))
    assert "椰风" not in kept
    assert "example.com" not in kept

    outcomes = list(OpenCall.objects.values_list("outcome", flat=True))
    assert (len(outcomes), outcomes.count("served")) == (12, 8)
    assert set(OpenCall.objects.values_list("key__developer", flat=True)) == {person.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenCall.objects.update(rows=0)
    day = OpenCall.objects.earliest("at").at
    tallying.OPENED.tally_day(day.astimezone(tallying.midnight(day.date()).tzinfo).date())
    assert sum(OpenDailyUse.objects.values_list("calls", flat=True)) == 12


def test_nobody_learns_whether_an_address_is_known(world: World, committing: Client) -> None:
    a_developer(email="known@example.com")
    answers = [
        (answer.status_code, answer["Location"], answer.content)
        for form, given in (("enter", {}), ("register", COMPANY))
        for email in ("known@example.com", "unknown@example.com")
        for answer in [committing.post(url(form), {**given, "email": email})]
    ]
    assert set(answers) == {(302, url("sent"), b"")}
    told = [(message.to[0], message.subject) for message in mail.outbox]
    assert [to for to, _subject in told] == ["known@example.com"] * 2 + ["unknown@example.com"]
    assert "已经注册过" in mail.outbox[1].body
    committing.post(link_in(mail.outbox[1]))
    assert Developer.objects.count() == 1
    for _more in range(4):
        committing.post(url("enter"), {"email": "known@example.com"})
    assert len([to for to, _subject in told]) <= len(mail.outbox) <= 3 + letters.PER_ADDRESS
    with mock.patch.object(letters, "PER_HOUR", 0):
        assert committing.post(url("enter"), {"email": "a@example.com"}).status_code == 429
    with (
        mock.patch.object(cache, "add", side_effect=RedisAway),
        mock.patch.object(letters, "PER_HOUR", 1),
    ):
        assert committing.post(url("enter"), {"email": "a@example.com"}).status_code == 429
    later = mock.patch.object(letters, "_compose", side_effect=OSError)
    with later:
        committing.post(url("enter"), {"email": "other@example.com"})


def test_a_key_opens_what_is_open_and_nothing_else(world: World) -> None:
    entry = an_open_dataset(world)
    code = keys.issue(developer=a_developer(), name="")
    assert call(code, entry).status_code == 200
    document = Client().get(reverse("open_api:document", args=[slug_of(entry)])).json()
    assert sorted(document["components"]["schemas"]["Record"]["properties"]) == sorted(NAMES)
    guide = Client().get(
        f"{url('guide')}?dataset={slug_of(entry)}", headers={"Accept-Language": "en"}
    )
    assert "CITYBRAIN_KEY" in guide.content.decode()
    ItemGrade.objects.filter(item__entry=entry, item__name=NAMES[2]).update(grade="general_3")
    refused = call(code, entry)
    assert (refused.status_code, refused.json()["outcome"]) == (404, "not_open")
    assert Client().get(reverse("open_api:document", args=[slug_of(entry)])).status_code == 404
    for sent, outcome in (
        ("", "no_key"),
        ("cbo_1", "malformed_key"),
        (f"cbo_{'0' * 12}.{'x' * 45}", "unknown_key"),
        (f"{code[:-1]}{'2' if code[-1] != '2' else '3'}", "unknown_key"),
    ):
        answer = call(sent, entry)
        assert (answer.status_code, answer.json()["outcome"]) == (401, outcome)
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert OpenCall.objects.filter(key=None).count() == 4, "refused ones are on record"


def test_keys_are_not_handed_out_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stays in the database: replacing one over and over must not fill it."""
    monkeypatch.setattr(keys, "MOST_A_DAY", 3)
    one = a_developer()
    keys.issue(developer=one, name="")
    for _turn in range(2):
        keys.rotate(developer=one, pk=one.keys.latest("id").pk)
    newest = one.keys.latest("id")
    with pytest.raises(Conflict, match=r"3次|3 times"):
        keys.rotate(developer=one, pk=newest.pk)
    with pytest.raises(Conflict, match=r"3次|3 times"):
        keys.issue(developer=one, name="")
    newest.refresh_from_db()
    assert newest.ends_at is None, "what was not replaced goes on"
    DeveloperKey.objects.update(issued_at=timezone.now() - timedelta(days=1, seconds=1))
    assert keys.issue(developer=one, name="")


def test_the_keys_of_one_developer_share_one_quota_with_or_without_redis(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = an_open_dataset(world)
    admin = actor_of(world.coordinator)
    for code, value in ((QUOTA, 10), (RATE, 100)):
        set_value(actor=admin, code=code, value=value, ground="局长办公会", number=0)
    one = a_developer()
    first, second = (keys.issue(developer=one, name=name) for name in "ab")
    other = keys.issue(developer=a_developer(email="third@example.com"), name="")
    statuses = [call(code, entry).status_code for code in [first, second] * 3]
    assert statuses == [200] * 6

    def away(*_given: Any, **_more: Any) -> Any:
        raise redis.ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(quota, "_client", away)
        broken.setattr(quota.counters, "away_until", 0.0)
        answers = [call(code, entry) for code in [first, second] * 3]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
        assert (answers[3]["RateLimit-Remaining"], answers[4]["RateLimit-Remaining"]) == ("0", "0")
        assert int(answers[4]["Retry-After"]) == int(answers[4]["RateLimit-Reset"])
        assert call(other, entry).status_code == 200, "what one uses up is not taken from others"
        set_value(actor=admin, code=RATE, value=1, ground="局长办公会", number=1)
        fast = [call(other, entry).json().get("outcome", "") for _call in range(4)]
        assert OpenOutcome.TOO_FAST in fast, "each process limits for itself meanwhile"
    monkeypatch.setattr(quota.counters, "away_until", 0.0)
    set_value(actor=admin, code=RATE, value=100, ground="局长办公会", number=2)
    assert call(first, entry).json()["outcome"] == "over_quota", "Redis begins from the records"
    assert OpenCall.objects.filter(key__developer=one, outcome="served").count() == 10


def test_the_bureaus_list_costs_the_same_for_many(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.force_login(world.coordinator)
    for number in range(2):
        a_developer(email=f"{number}@example.com")
    listed = reverse("sharing:developers")
    client.get(listed)
    with django_assert_max_num_queries(40) as few:
        client.get(listed)
    Developer.objects.bulk_create(
        Developer(number=f"KF-{n}", kind="person", name=f"开发者{n}", email=f"m{n}@example.com")
        for n in range(200)
    )
    with django_assert_max_num_queries(len(few)):
        assert client.get(listed).status_code == 200
    found = client.get(f"{listed}?q={COMPANY['credit_code']}").content.decode()
    assert "海口椰风软件有限公司" in found
    page = client.get(reverse("sharing:developer", args=[Developer.objects.earliest("pk").pk]))
    assert "同一统一社会信用代码有其他注册" in page.content.decode()
