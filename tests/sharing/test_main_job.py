"""The main job through the services, from a draft entry to a call on record."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from catalog.choices import EntryState, SharingType
from catalog.services import entries
from citybrain.audit.models import AuditRecord, StateChange
from citybrain.duties.models import Duty
from citybrain.refusals import Conflict, Refused
from sharing.choices import ApplicationState, AuthorizationState, Outcome
from sharing.models import Authorization, AuthorizationCode, InterfaceService, ServiceCall
from sharing.services import applications, authorizations, extensions
from tests import calling, scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def call(service: str, code: str, query: str = "") -> tuple[int, dict]:
    response = calling.call(code, f"/gateway/v1/services/{service}/records{query}")
    return response.status_code, response.json()


def service_of(entry) -> str:
    return "s_" + entry.code.replace("/", "_")


def test_an_entry_gets_its_code_by_the_rule(world: World) -> None:
    entry = scenes.a_draft(world)
    assert entry.code == f"307460100{world.police.catalog_number}/000001"
    second = scenes.a_draft(world, title="户籍人口信息")
    assert second.code.endswith("/000002")


def test_an_ungraded_entry_is_not_submitted(world: World) -> None:
    entry = scenes.a_draft(world)
    with pytest.raises(Refused, match="尚未由数据安全员确认分级"):
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFT


def test_an_item_renamed_after_grading_is_ungraded_again(world: World) -> None:
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    renamed = [dict(item) for item in scenes.ITEMS]
    renamed[0]["data_type"] = "N"
    entries.change_entry(
        actor=actor_of(world.police_cataloguer), entry=entry, values={}, items=renamed
    )
    entry.refresh_from_db()
    with pytest.raises(Refused, match="登记编号"):
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)


def test_the_main_job(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    assert entry.state == EntryState.PUBLISHED
    assert entry.revisions.count() == 1
    authorization = scenes.an_authorization(
        world, entry, names=("登记编号", "姓名", "公民身份号码", "登记日期")
    )
    code = scenes.a_code(world, authorization)
    status, body = call(service_of(entry), code, "?page_size=2")
    assert status == 200, body
    assert body["items"] == ["登记编号", "姓名", "公民身份号码", "登记日期"]
    assert body["masked"] == ["姓名", "公民身份号码"]
    assert body["records"][0] == {
        "登记编号": "DJ0001",
        "姓名": "陈**",
        "公民身份号码": "460*************15",
        "登记日期": "2025-03-01",
    }
    assert body["next"] == 2
    status, body = call(service_of(entry), code, "?after=2")
    assert [record["登记编号"] for record in body["records"]] == ["DJ0003"]
    assert body["next"] is None
    recorded = ServiceCall.objects.order_by("id").last()
    assert recorded is not None
    assert recorded.outcome == Outcome.SERVED
    assert recorded.consumer == world.health
    assert recorded.provider == world.police
    assert recorded.rows == 1
    assert recorded.items == ["登记编号", "姓名", "公民身份号码", "登记日期"]
    # Every duty on the way is fulfilled: sign-off twice, review, reply, delivery.
    assert not Duty.objects.filter(fulfilled_at=None).exists()
    assert set(Duty.objects.values_list("rule", flat=True)) == {
        "internal_signoff",
        "review_catalog",
        "reply_conditional",
        "deliver",
    }
    changes = StateChange.objects.count()
    assert AuditRecord.objects.count() > changes


def test_the_secret_is_stored_nowhere(world: World) -> None:
    authorization = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    code = scenes.a_code(world, authorization)
    secret = code.split(".")[1]
    stored = AuthorizationCode.objects.get()
    assert secret not in str(vars(stored))
    for record in AuditRecord.objects.all():
        assert secret not in str(record.data)


def test_unconditional_data_is_granted_at_once(world: World) -> None:
    entry = scenes.a_hosted_entry(
        world, sharing_type=SharingType.UNCONDITIONAL, sharing_condition=""
    )
    application = scenes.a_delivered_application(world, entry)
    assert application.state == ApplicationState.AGREED
    assert application.authorization.state == AuthorizationState.ACTIVE
    duty = Duty.objects.get(rule="reply_unconditional")
    assert duty.fulfilled_at is not None


def test_withheld_entries_cannot_be_applied_for(world: World) -> None:
    entry = scenes.a_published_entry(
        world,
        sharing_type=SharingType.WITHHELD,
        sharing_condition="《中华人民共和国反恐怖主义法》第四十八条",
    )
    with pytest.raises(ValidationError, match="不予共享"):
        scenes.a_draft_application(world, entry)


def test_nobody_signs_their_own_submission(world: World) -> None:
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    entry = entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)
    with pytest.raises(PermissionDenied):
        entries.move("sign", actor=actor_of(world.police_cataloguer), entry=entry)


def test_another_department_does_not_see_a_draft(world: World) -> None:
    entry = scenes.a_draft(world)
    for person in (world.water_head, world.health_cataloguer, world.approver, world.city_reader):
        with pytest.raises(Http404):
            entries.move("submit", actor=actor_of(person), entry=entry)


def test_a_stale_version_loses(world: World) -> None:
    entry = scenes.a_submitted_entry(world)
    before = entry.version
    entries.move("recall", actor=actor_of(world.police_cataloguer), entry=entry)
    entry.refresh_from_db()
    entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)
    with pytest.raises(Conflict) as refused:
        entries.move("sign", actor=actor_of(world.police_head), entry=entry, version=before)
    assert refused.value.state_label == "待本单位签发"


QUERIES = {"parameter": "?不存在的信息项=1", "masked": "?姓名=陈琼生"}


def _controlled(name: str) -> Callable[[World, Authorization, str, str], object]:
    return lambda world, authorization, service, code: authorizations.move(
        name, actor=actor_of(world.coordinator), authorization=authorization, reason="超范围使用"
    )


SPOILERS: dict[str, Callable[[World, Authorization, str, str], object]] = {
    "revoked": lambda world, authorization, service, code: scenes.a_code(world, authorization),
    "suspended": _controlled("suspend"),
    "terminated": _controlled("revoke"),
    "expired": lambda world, authorization, service, code: Authorization.objects.update(
        starts_on="2024-01-01", ends_on="2024-12-31"
    ),
    "quota": lambda world, authorization, service, code: call(service, code),
    "disabled": lambda world, authorization, service, code: InterfaceService.objects.update(
        enabled=False
    ),
}


@pytest.mark.parametrize(
    ("spoil", "outcome", "status"),
    [
        ("none", Outcome.NO_CODE, 401),
        ("secret", Outcome.UNKNOWN_CODE, 401),
        ("foreign", Outcome.OTHER_SERVICE, 403),
        ("revoked", Outcome.REVOKED_CODE, 403),
        ("suspended", Outcome.SUSPENDED, 403),
        ("terminated", Outcome.REVOKED_CODE, 403),
        ("expired", Outcome.EXPIRED, 403),
        ("quota", Outcome.OVER_QUOTA, 429),
        ("parameter", Outcome.BAD_REQUEST, 400),
        ("masked", Outcome.BAD_REQUEST, 400),
        ("disabled", Outcome.UNAVAILABLE, 503),
    ],
)
def test_every_refusal_is_told_apart_and_recorded(
    world: World, spoil: str, outcome: str, status: int
) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry, daily_calls=1)
    code = scenes.a_code(world, authorization)
    service, query = service_of(entry), ""
    if spoil == "none":
        code = ""
    elif spoil == "secret":
        code = code[:-4] + "zzzz"
    elif spoil == "foreign":
        service = "s_307460100999_000001"
    elif spoil in QUERIES:
        query = QUERIES[spoil]
    else:
        SPOILERS[spoil](world, authorization, service, code)
    answer, body = call(service, code, query)
    assert (answer, body["outcome"]) == (status, outcome)
    assert "陈琼生" not in str(body)
    recorded = ServiceCall.objects.order_by("id").last()
    assert recorded is not None
    assert recorded.outcome == outcome
    assert recorded.rows == 0


def test_extension_by_consent_of_the_bureau(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    duty = Duty.objects.get(rule="reply_conditional")
    before = duty.due_on
    request = extensions.ask(
        actor=actor_of(world.police_head),
        application=application,
        days=5,
        reason="须会同区分局核对历史数据",
    )
    with pytest.raises(PermissionDenied):
        extensions.decide(actor=actor_of(world.police_head), request=request, consent=True)
    extensions.decide(actor=actor_of(world.coordinator), request=request, consent=True)
    duty.refresh_from_db()
    assert duty.extended_days == 5
    assert duty.due_on > before
    with pytest.raises(ValidationError, match="不能再次延期"):
        extensions.ask(
            actor=actor_of(world.police_head), application=application, days=3, reason="再延"
        )


def test_supplement_is_asked_for_once_and_stops_the_clock(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    head, cataloguer = actor_of(world.police_head), actor_of(world.health_cataloguer)
    application = applications.move(
        "ask_supplement", actor=head, application=application, inputs={"reason": "缺少职责依据"}
    )
    assert Duty.objects.get(rule="reply_conditional").paused_on is not None
    application = applications.move(
        "supplement", actor=cataloguer, application=application, inputs={"supplement": "已补充"}
    )
    with pytest.raises(Refused, match="一次性告知"):
        applications.move(
            "ask_supplement", actor=head, application=application, inputs={"reason": "还缺"}
        )


def test_a_refusal_wants_reason_and_basis(world: World) -> None:
    application = scenes.a_delivered_application(world, scenes.a_published_entry(world))
    with pytest.raises(ValidationError) as missing:
        applications.move(
            "refuse",
            actor=actor_of(world.police_head),
            application=application,
            inputs={"reason": "与职责无关"},
        )
    assert "refusal_basis" in missing.value.message_dict
    application.refresh_from_db()
    assert application.state == ApplicationState.ANSWERING
