"""Backends: proposed, confirmed, asked at every call, and never trusted."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from citybrain.refusals import Conflict
from sharing.backends import breaking, services, view
from sharing.backends.choices import BackendState
from sharing.backends.guarding import check_networks
from sharing.gateway.records import Wanted
from sharing.gateway.sources import Unreadable
from sharing.models import (
    Authorization,
    InterfaceService,
    ServiceBackend,
    ServiceCall,
    ServiceHealth,
)
from tests import scenes
from tests.calling import call
from tests.personas import World, actor_of
from tests.sharing.backends.department import Department, department
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, service_of, text_of

pytestmark = pytest.mark.django_db
FIELDS = {"登记编号": "no", "姓名": "person.name", "登记日期": "day"}


@pytest.fixture(autouse=True)
def fresh_breakers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaking, "_breakers", {})


@pytest.fixture
def there(settings: LazySettings) -> Iterator[Department]:
    settings.OUTGOING_NETWORKS = ["127.0.0.1/32"]
    with department() as made:
        yield made


def propose(world: World, granted: Authorization, address: str, **values: Any) -> ServiceBackend:
    names = granted.entry.items.values_list("name", flat=True)
    return services.propose(
        actor=actor_of(world.police_cataloguer),
        entry=granted.entry,
        values={
            "kind": "upstream",
            "address": address,
            "records_path": "data.list",
            "size_parameter": "limit",
            "after_parameter": "offset",
            "seconds": 5,
            "retries": 0,
            **values,
        },
        networks=[],
        fields={name: FIELDS.get(name, f"x_{place}") for place, name in enumerate(names)},
        filters={"登记编号": "no"},
        secret="Bearer t0ken",
    )


def confirmed(world: World, backend: ServiceBackend) -> ServiceBackend:
    return services.move("confirm", actor=actor_of(world.coordinator), backend=backend)


def called(granted: Authorization, code: str, **query: Any) -> Any:
    address = reverse("gateway:records", args=[service_of(granted.entry).code])
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return call(code, f"{address}?{asked}" if asked else address)


def test_an_upstream_is_asked_after_the_bureau_confirmed_it_and_answers_as_granted(
    granting: Granted, there: Department
) -> None:
    world, granted = granting
    code = scenes.a_code(world, granted)
    backend = propose(world, granted, f"{there.address}/jzz")
    assert called(granted, code).json()["batch"] == 1, "hosted rows until it is confirmed"
    with pytest.raises(PermissionDenied):
        services.move("confirm", actor=actor_of(world.police_head), backend=backend)
    confirmed(world, backend)
    answer = called(granted, code, page_size=3)
    body = answer.json()
    assert body["batch"] is None, "no batch of rows that the portal has"
    assert [one["登记编号"] for one in body["records"]] == ["JZ001", "JZ002", "JZ003"]
    assert "陈琼生" not in answer.content.decode(), "masked as granted"
    assert set(body["records"][0]) == {"登记编号", "姓名", "登记日期"}
    assert body["next"] == 3
    last = called(granted, code, page_size=3, after=6).json()
    assert ([one["登记编号"] for one in last["records"]], last["next"]) == (["JZ007"], None)
    found = called(granted, code, 登记编号="JZ005").json()
    assert [one["登记编号"] for one in found["records"]] == ["JZ005"], "filtered here as well"
    path, query, headers = there.asked[-1]
    assert (path, query) == ("/jzz", {"no": "JZ005", "limit": "50", "offset": "0"})
    assert headers["Authorization"].endswith("t0ken")
    assert code not in str(headers)
    assert "t0ken" not in ServiceBackend.objects.get(pk=backend.pk).secret
    stopped = services.move(
        "stop", actor=actor_of(world.police_cataloguer), backend=backend, reason="系统迁移"
    )
    assert stopped.state == BackendState.REPLACED
    assert called(granted, code).json()["batch"] == 1


@pytest.mark.parametrize(
    ("manner", "word"),
    [
        ("broken", "500"),
        ("hanging", "没有答复"),
        ("lying", "中断"),
        ("endless", "超过"),
        ("elsewhere", "没有跟随"),
        ("page", "text/html"),
    ],
)
def test_a_bad_answer_is_a_refusal_on_record_and_soon_nobody_waits_for_it(
    granting: Granted, there: Department, manner: str, word: str
) -> None:
    world, granted = granting
    code = scenes.a_code(world, granted)
    backend = confirmed(world, propose(world, granted, f"{there.address}/jzz", seconds=1))
    there.manner = manner
    answer = called(granted, code)
    assert answer.status_code == 503
    assert word in answer.json()["detail"]
    assert "169.254" not in answer.content.decode()
    assert ServiceCall.objects.order_by("-id")[0].outcome == "unavailable"
    if manner != "broken":
        return
    for _turn in range(breaking.FAILURES - 1):
        called(granted, code)
    asked = len(there.asked)
    assert "暂停调用" in called(granted, code).json()["detail"]
    assert len(there.asked) == asked, "left alone"
    there.manner = "well"
    breaking.breaker_of(backend.pk)._rests_until = 0.0
    assert called(granted, code).status_code == 200
    assert called(granted, code).status_code == 200


def test_no_more_than_a_few_calls_wait_for_the_same_backend() -> None:
    breaker = breaking.Breaker()
    entered = [breaker.attempt() for _n in range(breaking.AT_ONCE)]
    for one in entered:
        one.__enter__()
    with pytest.raises(Unreadable, match="过多"), breaker.attempt():
        pass
    entered[0].__exit__(None, None, None)
    with breaker.attempt():
        pass


def test_only_networks_inside_the_government_network_can_be_let_through() -> None:
    assert check_networks(["10.20.30.0/24", "172.16.5.9", "fd12:3456::/48"]) == [
        "10.20.30.0/24",
        "172.16.5.9/32",
        "fd12:3456::/48",
    ]
    for wrong in ("10.0.0.0/8", "127.0.0.1", "169.254.169.254", "100.100.100.200", "8.8.8.8", "0.0.0.0/0",
                  "::1", "fe80::/64", "fd00:ec2::254", "::ffff:127.0.0.1", "x", "10.20.30.1/24"):  # fmt: skip
        with pytest.raises(ValidationError):
            check_networks([wrong])


def test_what_is_missing_or_forbidden_is_named_by_field(granting: Granted) -> None:
    world, granted = granting
    for values, field in (
        ({"address": "ftp://10.1.1.1/x"}, "address"),
        ({"address": "http://u:p@10.1.1.1/x"}, "address"),
        ({"kind": "view", "address": "10.1.1.1/pop"}, "address"),
        ({"kind": "view", "address": "10.1.1.1:5432/pop"}, "view"),
        ({"kind": "hosted"}, "kind"),
    ):
        with pytest.raises(ValidationError) as caught:
            propose(world, granted, **{"address": "http://10.1.1.1/x", **values})
        assert field in caught.value.message_dict
    propose(world, granted, "http://10.1.1.1/x")
    with pytest.raises(Conflict):
        propose(world, granted, "http://10.1.1.1/y")
    assert not ServiceBackend.objects.filter(state=BackendState.IN_FORCE).exists()


def test_a_view_is_read_by_key_within_limits_and_cannot_be_written(
    granting: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test's own database stands for the department's, which is reached as libpq does."""
    _world, granted = granting
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIEW resident AS SELECT n AS id, 'JZ' || n AS no, '陈琼生' AS name,"
            " CASE WHEN n % 2 = 0 THEN '龙华区' ELSE '美兰区' END AS area"
            " FROM generate_series(1, 9) n"
        )
    backend = ServiceBackend(
        service=service_of(granted.entry), kind="view", address="10.1.1.1:5432/pop",
        account="reader", view="public.resident", key_column="id", seconds=2,
        fields={"登记编号": "no", "姓名": "name", "区": "area"},
    )  # fmt: skip
    items = [
        {"name": "登记编号", "masked": False, "category": ""},
        {"name": "姓名", "masked": True, "category": "name"},
    ]
    wanted = Wanted(items, {"登记编号": "JZ4"}, 3, 0, {"区": ["龙华区"]})
    statement, values = view.statement_of(backend, wanted)
    rows = connection.connection.execute(statement, values).fetchall()
    assert [row[:3] for row in rows] == [(4, "JZ4", "陈琼生")]
    monkeypatch.setattr(
        view, "_run", lambda _b, s, v: connection.connection.execute(s, v).fetchall()
    )
    monkeypatch.setattr(view, "backend_of", lambda _grant: backend)
    page = view.View().read_page(None, Wanted(items, {}, 2, 2, {"区": ["龙华区"]}))  # type: ignore[arg-type]
    assert [one["登记编号"] for one in page.records] == ["JZ4", "JZ6"]
    assert page.records[0]["姓名"] != "陈琼生"
    assert page.next_after == 6
    hostile = ServiceBackend(view='resident"; DROP TABLE x; --', key_column="id", fields={})
    text = view.statement_of(hostile, Wanted([], {}, 1, 0))[0].as_string(connection.connection)
    assert '"resident""; DROP TABLE x; --"' in text
    monkeypatch.undo()
    with pytest.raises(Unreadable, match="不允许连接") as caught:
        view.probe(
            ServiceBackend(
                address="127.0.0.1:5432/x", view="v", key_column="id", fields={}, seconds=1
            )
        )
    assert "内部网络" in caught.value.inside
    assert "127.0.0.1" not in str(caught.value), "callers learn nothing of the network"


def test_a_view_of_a_real_server_is_read_only(granting: Granted) -> None:
    settings = connection.settings_dict
    options = view.READ_ONLY.format(milliseconds=500)
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"],
        user=settings["USER"], password=settings["PASSWORD"], options=options,
    ) as reader:  # fmt: skip
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE theirs (n int)")
        reader.rollback()
        with pytest.raises(psycopg.errors.QueryCanceled):
            reader.execute("SELECT pg_sleep(2)")


def test_the_pages_propose_confirm_and_keep_what_was_typed(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    client = signed_in(world.police_cataloguer)
    address = reverse("sharing:backend_new", args=[granted.entry_id])
    data = reverse("sharing:data", args=[granted.entry_id])
    assert address in text_of(client.get(data)), "the way to it is where the data is provided"
    items = list(granted.entry.items.all())
    given = {
        "kind": "upstream", "address": "http://10.20.30.40/jzz", "networks": "10.20.30.0/24",
        "paging": "offset", "seconds": "5", "retries": "1", "secret": "geheim",
        **{f"field_{one.pk}": f"f{one.pk}" for one in items},
    }  # fmt: skip
    refused = client.post(address, {**given, "networks": "127.0.0.1", "address": "http://"})
    page = text_of(refused)
    assert refused.status_code == 422
    assert f'value="f{items[0].pk}"' in page
    assert "不能作为允许的网段" in text_of(client.post(address, {**given, "networks": "127.0.0.1"}))
    assert "geheim" not in page
    made = client.post(address, given)
    assert made.status_code == 302
    backend = ServiceBackend.objects.get()
    detail = text_of(client.get(made["Location"]))
    assert "10.20.30.0/24" in detail
    assert "geheim" not in detail
    assert reverse("sharing:backend", args=[backend.pk]) in text_of(client.get(data))
    bureau = signed_in(world.coordinator)
    waiting = text_of(bureau.get(reverse("home")))
    assert f"《{backend.service.entry.title}》部门上游接口" in waiting
    assert "确认后端地址" in waiting
    assert backend.service.entry.title in text_of(bureau.get(reverse("sharing:backends")))
    confirm = reverse("sharing:backend_move", args=[backend.pk, "confirm"])
    assert bureau.post(confirm, {"version": backend.version}).status_code == 302
    assert InterfaceService.objects.get(pk=backend.service_id).kind == "upstream"
    assert bureau.post(confirm, {"version": backend.version}).status_code == 409
    assert "确认后端地址" not in text_of(bureau.get(reverse("home")))
    assert "由本部门系统提供（部门上游接口）" in text_of(client.get(data))
    InterfaceService.objects.filter(pk=backend.service_id).update(dataset=None)
    register = reverse("sharing:services")
    title = backend.service.entry.title
    assert title not in text_of(bureau.get(register, {"state": "empty"})), "rows are with them"
    assert title in text_of(bureau.get(register, {"state": "on"}))
    ServiceHealth.objects.create(
        service=backend.service, answers=False, since=timezone.now(), checked_at=timezone.now()
    )
    assert title in text_of(bureau.get(register, {"state": "down"}))
    assert title not in text_of(bureau.get(register, {"state": "on"}))
    assert "没有应答</span>" in text_of(bureau.get(register))
