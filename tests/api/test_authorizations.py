"""Authorizations over the API: their terms, their code shown once, the bureau's hand on them."""

import pytest

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from sharing.choices import ApplicationState
from sharing.models import Authorization, AuthorizationCode, ShareApplication
from sharing.policies import authorization_policy
from tests import scenes
from tests.api.conftest import Calling
from tests.calling import call
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
AUTHORIZATIONS = "/api/v1/authorizations/"


@pytest.fixture
def granted(world: World) -> Authorization:
    """Health may use two items of the police's entry, which is graded but has no rows yet."""
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    CatalogEntry.objects.filter(pk=entry.pk).update(
        state=EntryState.PUBLISHED, published_on="2026-03-02"
    )
    entry.refresh_from_db()
    return scenes.an_authorization(world, entry, names=("登记编号", "姓名"))


def path(authorization: Authorization, rest: str = "") -> str:
    return f"{AUTHORIZATIONS}{authorization.pk}/{rest}"


def test_both_sides_read_the_terms(world: World, granted: Authorization, calling: Calling) -> None:
    for person in (world.health_cataloguer, world.police_head, world.coordinator):
        shown = calling(person).get(path(granted)).json()
        assert shown["number"] == granted.number
        assert (shown["provider"], shown["consumer"]) == ("police", "health")
        assert [(item["name"], item["masked"]) for item in shown["items"]] == [
            ("登记编号", False),
            ("姓名", True),
        ]
        assert shown["terms"]["scenario"] == "预防接种登记时核验居住情况"
        assert shown["digest"] == granted.digest
        assert (shown["service"], shown["served_today"], shown["code_key"]) == ("", 0, "")
    assert calling(world.coordinator).get(path(granted)).json()["moves"] == ["suspend", "revoke"]
    hidden = calling(world.water_head).get(path(granted))
    assert hidden.status_code == 404
    assert granted.number not in hidden.content.decode()


def test_the_code_is_shown_once_and_never_kept_by_a_cache(
    world: World, granted: Authorization, calling: Calling
) -> None:
    consumer = calling(world.health_cataloguer)
    for person in (world.police_head, world.coordinator, world.health_security):
        assert calling(person).post(path(granted, "code/")).status_code == 403
    assert not AuthorizationCode.objects.exists()
    issued = consumer.post(path(granted, "code/"))
    assert issued.status_code == 201
    assert issued["Cache-Control"] == "no-store"
    assert set(issued.json()) == {"code"}
    key, _dot, secret = issued.json()["code"].partition(".")
    shown = consumer.get(path(granted))
    assert shown.json()["code_key"] == key
    assert secret not in shown.content.decode()
    again = consumer.post(path(granted, "code/"), {"code_key": key}).json()["code"]
    assert again != issued.json()["code"]
    assert AuthorizationCode.objects.filter(revoked_at=None).count() == 1


def test_a_code_is_replaced_only_by_who_saw_it(
    world: World, granted: Authorization, calling: Calling
) -> None:
    consumer = calling(world.health_cataloguer)
    first = consumer.post(path(granted, "code/")).json()["code"]
    for seen in ({}, {"code_key": ""}, {"code_key": "cba_000000000000"}, {"code_key": "x" * 40}):
        refused = consumer.post(path(granted, "code/"), seen)
        assert (refused.status_code, refused.json()["title"]) == (409, "状态已变化"), seen
    key = first.partition(".")[0]
    assert consumer.get(path(granted)).json()["code_key"] == key
    assert consumer.post(path(granted, "code/"), {"code_key": key}).status_code == 201
    assert consumer.post(path(granted, "code/"), {"code_key": key}).status_code == 409


def test_a_code_opens_the_gateway_and_a_revoked_one_does_not(
    world: World, calling: Calling
) -> None:
    authorization = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    consumer = calling(world.health_cataloguer)
    shown = consumer.get(path(authorization)).json()
    code = consumer.post(path(authorization, "code/")).json()["code"]

    def ask() -> int:
        return call(code, f"/gateway/v1/services/{shown['service']}/records").status_code

    assert ask() == 200
    assert consumer.get(path(authorization)).json()["served_today"] == 1
    revocation = path(authorization, "code/revocation/")
    assert set(consumer.post(revocation).json()["errors"]) == {"reason"}
    revoked = consumer.post(revocation, {"reason": "疑似泄露"})
    assert (revoked.status_code, revoked.json()["code_key"]) == (200, "")
    assert ask() == 403
    assert consumer.post(revocation, {"reason": "再次"}).status_code == 409


def test_the_bureau_suspends_resumes_and_ends(
    world: World, granted: Authorization, calling: Calling
) -> None:
    bureau = calling(world.coordinator)
    suspend = path(granted, "moves/suspend/")
    for person in (world.health_cataloguer, world.police_head, world.auditor):
        refused = calling(person).post(suspend, {"version": 0, "reason": "x"})
        assert refused.status_code == 403
    assert set(bureau.post(suspend, {"version": 0}).json()["errors"]) == {"reason"}
    suspended = bureau.post(suspend, {"version": 0, "reason": "超范围使用"}).json()
    assert (suspended["state"], suspended["moves"]) == ("suspended", ["resume", "revoke"])
    assert calling(world.health_cataloguer).post(path(granted, "code/")).status_code == 409
    stale = bureau.post(path(granted, "moves/resume/"), {"version": 0})
    assert (stale.status_code, stale.json()["state"]) == (409, "已暂停")
    resumed = bureau.post(path(granted, "moves/resume/"), {"version": 1}).json()
    assert resumed["state"] == "active"
    ended = bureau.post(path(granted, "moves/revoke/"), {"version": 2, "reason": "用途已终止"})
    assert ended.json()["state"] == "revoked"
    assert bureau.post(path(granted, "moves/expire/"), {"version": 3}).status_code == 404


def test_everybody_is_listed_exactly_what_the_policy_shows(
    world: World, granted: Authorization, calling: Calling
) -> None:
    for name, person in world.people.items():
        visible = set(authorization_policy.queryset(actor_of(person)).values_list("pk", flat=True))
        assert calling(person).ids(AUTHORIZATIONS) == visible, name


def test_a_list_is_narrowed_and_costs_the_same_at_2_and_at_200(
    world: World, granted: Authorization, calling: Calling
) -> None:
    def more(numbers: range) -> None:
        applications = ShareApplication.objects.bulk_create(
            ShareApplication(
                number=f"SQ2025-{number:06}",
                department=world.water,
                entry=granted.entry,
                provider=world.police,
                method="interface",
                sharing_type=2,
                state=ApplicationState.WITHDRAWN,
            )
            for number in numbers
        )
        Authorization.objects.bulk_create(
            Authorization(
                number=f"SJ2025-{number:06}",
                application=application,
                entry=granted.entry,
                provider=world.police,
                consumer=world.water,
                method="interface",
                starts_on="2025-01-01",
                ends_on="2025-12-31",
                daily_quota=10,
                terms={},
                digest="0" * 64,
                state="expired",
                granted_at=granted.granted_at,
            )
            for number, application in zip(numbers, applications, strict=True)
        )

    more(range(1))
    caller = calling(world.auditor)
    before = caller.queries(AUTHORIZATIONS, {"page_size": 100})
    more(range(1, 200))
    assert caller.queries(AUTHORIZATIONS, {"page_size": 100}) == before
    for query, expected in (
        ({}, 201),
        ({"state": "active"}, 1),
        ({"consumer": "water"}, 200),
        ({"provider": "health"}, 0),
        ({"number": granted.number}, 1),
    ):
        assert caller.get(AUTHORIZATIONS, query).json()["count"] == expected, query
    assert set(caller.get(AUTHORIZATIONS, {"consumer": "x"}).json()["errors"]) == {"consumer"}
