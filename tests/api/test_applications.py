"""Applications over the API: applied for, signed, answered, extended, by the pages' services."""

from typing import Any

import pytest

from catalog.choices import EntryState, SharingType
from catalog.models import CatalogEntry
from sharing.choices import ApplicationState
from sharing.models import ApplicationItem, Authorization, ExtensionRequest, ShareApplication
from sharing.policies import application_policy
from tests import scenes
from tests.api.conftest import Calling
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
APPLICATIONS = "/api/v1/applications/"


@pytest.fixture
def entry(world: World) -> CatalogEntry:
    """A published entry of the police, graded, without the way there."""
    entry = scenes.a_draft(world)
    scenes.grade_all(entry, world.police_security)
    CatalogEntry.objects.filter(pk=entry.pk).update(
        state=EntryState.PUBLISHED, published_on="2026-03-02"
    )
    entry.refresh_from_db()
    return entry


def body(entry: CatalogEntry, /, **changes: Any) -> dict[str, Any]:
    return {
        "entry": entry.pk,
        **scenes.application_values(),
        "items": ["登记编号", "登记日期"],
        **changes,
    }


def path(application: Any, rest: str = "") -> str:
    pk = application["id"] if isinstance(application, dict) else application.pk
    return f"{APPLICATIONS}{pk}/{rest}"


def test_from_draft_to_authorization_by_api(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    cataloguer, head = calling(world.health_cataloguer), calling(world.health_head)
    made = cataloguer.post(APPLICATIONS, body(entry, contact="", items=["登记编号"]))
    assert made.status_code == 201
    draft = made.json()
    assert (draft["state"], draft["department"], draft["provider"]) == ("draft", "health", "police")
    assert draft["entry_title"] == entry.title
    assert draft["items"] == ["登记编号"]
    assert draft["moves"] == ["submit", "drop"]
    assert draft["extension"] is draft["authorization"] is None
    review = {point["point"]: point for point in draft["format_review"]}
    assert review["联系人"]["finding"] == "missing"
    assert review["联系人"]["notes"] == ["请填写联系人及电话。"]
    assert review["使用依据"]["finding"] == "met"

    incomplete = cataloguer.post(path(draft, "moves/submit/"), {"version": draft["version"]})
    assert incomplete.status_code == 400
    assert set(incomplete.json()["errors"]) == {"contact"}
    changed = cataloguer.patch(
        path(draft), {"version": draft["version"], "contact": "卞卫录 0898-68700000"}
    ).json()
    assert changed["items"] == ["登记编号"]
    both = cataloguer.patch(
        path(draft), {"version": changed["version"], "items": ["登记日期", "登记编号"]}
    ).json()
    assert both["items"] == ["登记编号", "登记日期"]

    submitted = cataloguer.post(path(draft, "moves/submit/"), {"version": both["version"]}).json()
    assert submitted["state"] == "signing"
    assert calling(world.police_head).get(path(draft)).status_code == 404
    signed = head.post(path(draft, "moves/sign/"), {"version": submitted["version"]}).json()
    assert (signed["state"], signed["moves"]) == ("answering", [])
    provider = calling(world.police_head)
    assert provider.get(path(draft)).json()["moves"] == ["agree", "refuse", "ask_supplement"]
    agreed = provider.post(path(draft, "moves/agree/"), {"version": signed["version"]}).json()
    assert agreed["state"] == "agreed"
    assert agreed["authorization"] == Authorization.objects.get().pk


def test_a_part_is_agreed_to_with_a_reason_for_the_rest(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    application = scenes.a_delivered_application(world, entry)
    asked = [one.item.name for one in application.items.select_related("item")]
    path = f"{APPLICATIONS}{application.pk}/moves/"
    version = ShareApplication.objects.get(pk=application.pk).version
    provider = calling(world.police_head)
    for name, left_out, field in (
        ("agree", {"没有的项": "不存在"}, "items"),
        ("agree", {asked[0]: ""}, "left_out"),
        ("agree", dict.fromkeys(asked, "超出履职需要"), "left_out"),
        ("refuse", {asked[0]: "超出履职需要"}, "left_out"),
    ):
        body = {"version": version, "left_out": left_out, "reason": "理由", "refusal_basis": "依据"}
        refused = provider.post(f"{path}{name}/", body)
        assert (refused.status_code, field in refused.content.decode()) == (400, True), left_out
    body = {"version": version, "left_out": {asked[0]: "超出履职需要"}}
    agreed = provider.post(f"{path}agree/", body)
    assert agreed.status_code == 200, agreed.content.decode()
    grant = Authorization.objects.get()
    assert {one["name"] for one in grant.terms["items"]} == set(asked[1:])


def test_unconditional_data_is_agreed_to_with_the_signature(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    CatalogEntry.objects.update(sharing_type=SharingType.UNCONDITIONAL, sharing_condition="")
    entry.refresh_from_db()
    application = scenes.a_draft_application(world, entry)
    calling(world.health_cataloguer).post(path(application, "moves/submit/"), {"version": 0})
    signed = calling(world.health_head).post(path(application, "moves/sign/"), {"version": 1})
    assert (signed.status_code, signed.json()["state"]) == (200, "agreed")


def test_a_refusal_wants_reason_and_basis(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    application = scenes.a_delivered_application(world, entry)
    caller, refuse = calling(world.police_head), path(application, "moves/refuse/")
    words = {"version": application.version, "reason": "与申请单位职责无关"}
    without = caller.post(refuse, words)
    assert without.status_code == 400
    assert set(without.json()["errors"]) == {"refusal_basis"}
    refused = caller.post(refuse, {**words, "refusal_basis": "共享条例第二十一条"}).json()
    assert (refused["state"], refused["answer_basis"]) == ("refused", "共享条例第二十一条")


def test_what_is_missing_is_asked_for_once_and_given(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    application = scenes.a_delivered_application(world, entry)
    provider, applicant = calling(world.police_head), calling(world.health_cataloguer)
    ask = path(application, "moves/ask_supplement/")
    asked = provider.post(ask, {"version": application.version, "reason": "缺少职责依据"}).json()
    assert asked["supplement_wanted"] == "缺少职责依据"
    given = applicant.post(
        path(application, "moves/supplement/"),
        {"version": asked["version"], "supplement": "三定方案第三条"},
    ).json()
    assert (given["state"], given["supplement"]) == ("answering", "三定方案第三条")
    again = provider.post(ask, {"version": given["version"], "reason": "还缺"})
    assert again.status_code == 422
    assert "一次性" in again.json()["reasons"][0]


def test_more_time_is_asked_for_and_decided_on(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    application = scenes.a_delivered_application(world, entry)
    provider, bureau = calling(world.police_head), calling(world.coordinator)
    extension, decision = path(application, "extension/"), path(application, "extension/decision/")
    assert bureau.post(decision, {"version": 0, "consent": True}).status_code == 404
    too_long = provider.post(extension, {"days": 11, "reason": "会同区分局核对"})
    assert too_long.status_code == 400
    assert bureau.post(extension, {"days": 5, "reason": "核对"}).status_code == 403
    asked = provider.post(extension, {"days": 5, "reason": "会同区分局核对历史数据"})
    assert asked.status_code == 201
    assert asked.json()["extension"]["state"] == "asked"
    assert provider.post(decision, {"version": 0, "consent": True}).status_code == 403
    declined = bureau.post(decision, {"version": 0, "consent": False})
    assert set(declined.json()["errors"]) == {"reason"}
    granted = bureau.post(decision, {"version": 0, "consent": True})
    assert granted.json()["extension"]["state"] == "granted"
    assert bureau.post(decision, {"version": 0, "consent": True}).status_code == 409
    assert ExtensionRequest.objects.get().days == 5


def test_what_is_wrong_is_named_by_field_and_nothing_is_saved(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    caller = calling(world.health_cataloguer)
    for changes, names in (
        ({"entry": None}, {"entry"}),
        ({"entry": "x", "method": "fax", "daily_calls": 0}, {"entry", "method", "daily_calls"}),
        ({"method": "file"}, {"method"}),
        ({"items": ["登记编号", "血型"]}, {"items"}),
        ({"items": ["登记编号", 7.5, {}]}, {"items-2"}),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, {"ends_on"}),
        ({"starts_on": "2026年5月2日"}, {"starts_on"}),
        ({"scenario": "居" * 501}, {"scenario"}),
    ):
        answer = caller.post(APPLICATIONS, body(entry, **changes))
        assert answer.status_code == 400, changes
        assert set(answer.json()["errors"]) == names, answer.json()
    assert not ShareApplication.objects.exists()
    assert not ApplicationItem.objects.exists()


def test_what_the_portal_decides_is_not_taken_from_the_caller(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    decided = {
        "number": "SQ2020-000001", "department": "water", "provider": "water", "state": "agreed",
        "submitted_at": "2020-01-01T00:00:00+08:00", "sharing_type": 1, "answer": "同意",
    }  # fmt: skip
    made = calling(world.health_cataloguer).post(APPLICATIONS, body(entry, **decided)).json()
    assert (made["department"], made["provider"], made["state"]) == ("health", "police", "draft")
    assert (made["submitted_at"], made["answer"]) == (None, "")
    assert made["sharing_type"] == entry.sharing_type
    assert made["number"] != decided["number"]


def test_an_unseen_entry_is_refused_like_a_missing_one(world: World, calling: Calling) -> None:
    draft = scenes.a_draft(world)
    caller = calling(world.health_cataloguer)
    hidden = caller.post(APPLICATIONS, body(draft)).json()["errors"]["entry"]
    missing = caller.post(APPLICATIONS, {**body(draft), "entry": 10**18}).json()["errors"]["entry"]
    assert hidden[0].replace(str(draft.pk), "") == missing[0].replace(str(10**18), "")


def test_who_may_not_apply_is_refused(world: World, entry: CatalogEntry, calling: Calling) -> None:
    for person in (world.health_head, world.coordinator, world.auditor):
        assert calling(person).post(APPLICATIONS, body(entry)).status_code == 403
    own = calling(world.police_cataloguer).post(APPLICATIONS, body(entry))
    assert own.status_code == 400
    CatalogEntry.objects.update(sharing_type=SharingType.WITHHELD)
    withheld = calling(world.health_cataloguer).post(APPLICATIONS, body(entry))
    assert "不予共享" in withheld.json()["errors"][""][0]


def test_a_second_application_and_a_stale_version_are_conflicts(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    caller = calling(world.health_cataloguer)
    draft = caller.post(APPLICATIONS, body(entry)).json()
    assert caller.post(APPLICATIONS, body(entry)).status_code == 409
    colleague = UserFactory(department=world.health, roles=["cataloguer"])
    assert (
        calling(colleague)
        .patch(path(draft), {"version": draft["version"], "contact": "卞二"})
        .json()["version"]
        > draft["version"]
    )
    stale = caller.patch(path(draft), {"version": draft["version"], "contact": "卞一"})
    assert (stale.status_code, stale.json()["state"]) == (409, "草稿")
    late = caller.post(path(draft, "moves/submit/"), {"version": draft["version"]})
    assert late.status_code == 409
    assert ShareApplication.objects.get().contact == "卞二"


def test_a_draft_of_another_department_is_not_there(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    draft = scenes.a_draft_application(world, entry)
    for person in (world.police_head, world.water_cataloguer, world.coordinator):
        caller = calling(person)
        for answer in (
            caller.get(path(draft)),
            caller.patch(path(draft), {"version": 0}),
            caller.post(path(draft, "moves/submit/"), {"version": 0}),
            caller.post(path(draft, "extension/"), {"days": 1, "reason": "x"}),
        ):
            assert answer.status_code == 404
            assert draft.number not in answer.content.decode()
            assert draft.scenario not in answer.content.decode()


def test_everybody_is_listed_exactly_what_the_policy_shows(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    scenes.a_delivered_application(world, entry)
    other = scenes.a_draft(world, title="户籍人口信息")
    CatalogEntry.objects.filter(pk=other.pk).update(state=EntryState.PUBLISHED)
    scenes.a_draft_application(world, CatalogEntry.objects.get(pk=other.pk))
    for name, person in world.people.items():
        visible = set(application_policy.queryset(actor_of(person)).values_list("pk", flat=True))
        assert calling(person).ids(APPLICATIONS) == visible, name


def test_a_list_is_narrowed_and_costs_the_same_at_2_and_at_200(
    world: World, entry: CatalogEntry, calling: Calling
) -> None:
    delivered = scenes.a_delivered_application(world, entry)

    def more(numbers: range) -> None:
        ShareApplication.objects.bulk_create(
            ShareApplication(
                number=f"SQ2025-{number:06}",
                department=world.water,
                entry=entry,
                provider=world.police,
                method="interface",
                sharing_type=entry.sharing_type,
                state=ApplicationState.WITHDRAWN,
            )
            for number in numbers
        )

    more(range(1))
    caller = calling(world.auditor)
    before = caller.queries(APPLICATIONS, {"page_size": 100})
    more(range(1, 200))
    assert caller.queries(APPLICATIONS, {"page_size": 100}) == before
    for query, expected in (
        ({}, 201),
        ({"state": ["answering", "signing"]}, 1),
        ({"department": "water"}, 200),
        ({"provider": "water"}, 0),
        ({"entry": entry.pk}, 201),
        ({"number": delivered.number}, 1),
    ):
        assert caller.get(APPLICATIONS, query).json()["count"] == expected, query
    assert set(caller.get(APPLICATIONS, {"state": "x"}).json()["errors"]) == {"state"}
