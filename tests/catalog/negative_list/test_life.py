"""A line of the negative list from proposal to its end (HK-13)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from catalog.choices import SharingType
from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list import queries, services
from catalog.negative_list.choices import Bars, NegativeState
from catalog.services import entries
from citybrain.audit.services import history_of
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict, Refused
from tests import scenes
from tests.catalog.negative_list import lines
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
ITEM = "公民身份号码"


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on it is noon of `day`."""
    moment = timezone.make_aware(
        timezone.datetime.combine(day, timezone.datetime.min.time())
    ) + timedelta(hours=12)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_it_is_proposed_signed_reviewed_and_then_bars_by_its_dates_alone(world: World) -> None:
    entry = scenes.a_published_entry(world)
    today = timezone.localdate()
    later = today + timedelta(days=10)
    line = lines.a_listed(world, entry, effective_on=later, expires_on=later + timedelta(days=5))
    assert [change.move for change in history_of(line)] == ["submit", "sign", "accept"]
    assert line.listed_on == today
    assert not queries.barred(entry)
    for day, is_barred in ((later - timedelta(1), False), (later, True), (line.expires_on, True)):
        assert bool(queries.barred(entry, day)) is is_barred
    assert not queries.barred(entry, line.expires_on + timedelta(days=1))
    found = queries.barred(entry, later)
    assert found.items(Bars.SHARING, [ITEM, "姓名"]) == {ITEM: line}
    assert found.whole(Bars.SHARING) is None
    assert line.number in queries.why(line)
    assert lines.LAW in queries.why(line)


def test_nobody_signs_or_accepts_what_passed_through_their_hands(world: World) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_proposal(world, entry)
    line = services.move("submit", actor=actor_of(world.police_cataloguer), line=line)
    NegativeListEntry.objects.filter(pk=line.pk).update(created_by=world.police_head)
    with pytest.raises(PermissionDenied, match="本人"):
        services.move("sign", actor=actor_of(world.police_head), line=line)
    NegativeListEntry.objects.filter(pk=line.pk).update(created_by=world.approver)
    line = lines.a_signed(world, entry)
    NegativeListEntry.objects.filter(pk=line.pk).update(submitted_by=world.approver)
    with pytest.raises(PermissionDenied, match="本人"):
        services.move("accept", actor=actor_of(world.approver), line=line)


def test_the_clocks_of_signature_and_review_run_and_end(world: World) -> None:
    line = lines.a_signed(world, scenes.a_published_entry(world))
    duties = Duty.objects.of(line)
    assert {duty.rule: duty.is_open for duty in duties} == {
        "internal_signoff": False,
        "review_negative_list": True,
    }
    services.move("reject", actor=actor_of(world.approver), line=line, reason="依据不适用")
    assert not duties.open().exists()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"basis": "涉及隐私"}, "basis", "名称和条款"),
    ({"effective_on": date(2020, 1, 1)}, "effective_on", "不能早于提出日期"),
    ({"expires_on": date(2020, 1, 1)}, "expires_on", "晚于生效日期"),
    ({"expires_on": timezone.localdate() + timedelta(days=3 * 366 + 2)}, "expires_on", "最长"),
    ({"title": ""}, "title", ""),
    ({"bars": "nothing"}, "bars", ""),
    ({"reason": ""}, "reason", ""),
]


@pytest.mark.parametrize(("change", "field", "words"), BAD)
def test_a_bad_proposal_is_refused_at_its_field(
    world: World, change: dict[str, Any], field: str, words: str
) -> None:
    entry = scenes.a_published_entry(world)
    with pytest.raises(ValidationError) as caught:
        lines.a_proposal(world, entry, **change)
    assert words in "".join(caught.value.message_dict[field])
    assert not NegativeListEntry.objects.exists()


def test_foreign_items_and_foreign_departments_are_refused(world: World) -> None:
    entry = scenes.a_published_entry(world)
    with pytest.raises(ValidationError, match="不是该信息资源的信息项"):
        lines.a_proposal(world, entry, ("不存在的项",))
    with pytest.raises(PermissionDenied):
        services.propose(
            actor=actor_of(world.health_cataloguer),
            entry=entry,
            values=lines.values(),
            items=[],
        )


def test_of_two_who_change_a_draft_one_is_told(world: World) -> None:
    line = lines.a_proposal(world, scenes.a_published_entry(world))
    actor = actor_of(world.police_cataloguer)
    services.change(
        actor=actor, line=line, version=line.version, values={"title": "甲"}, items=[ITEM]
    )
    with pytest.raises(Conflict):
        services.change(
            actor=actor, line=line, version=line.version, values={"title": "乙"}, items=[ITEM]
        )
    line.refresh_from_db()
    assert line.title == "甲"


@pytest.mark.parametrize("person", ["police_head", "approver"])
def test_either_side_withdraws_with_a_reason_and_the_effect_ends(world: World, person: str) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_listed(world, entry)
    actor = actor_of(world.people[person])
    with pytest.raises(ValidationError):
        services.move("withdraw", actor=actor, line=line)
    line = services.move("withdraw", actor=actor, line=line, reason="法律修订，不再适用")
    assert line.state == NegativeState.WITHDRAWN
    assert not queries.barred(entry)


def test_a_revision_cannot_rename_what_is_listed(world: World) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_listed(world, entry)
    items = [
        {**item, "name": "身份证件号码"} if item["name"] == ITEM else item for item in scenes.ITEMS
    ]
    copy = scenes.a_revision(world, entry, items=items)
    scenes.grade_all(copy, world.police_security)
    with pytest.raises(Refused, match=line.number):
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    assert queries.barred(copy).item(Bars.SHARING, ITEM) == line


def test_the_yearly_examination_is_owed_once_done_and_owed_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines.a_listed(
        world, scenes.a_published_entry(world), expires_on=timezone.localdate() + timedelta(1090)
    )
    begins = services.examination_begins(line)
    assert begins is not None
    on(begins - timedelta(days=1), monkeypatch)
    assert services.keep() == 0
    # The job was away for a week: the clock began when it should have.
    on(begins + timedelta(days=7), monkeypatch)
    assert services.keep() == 1
    assert services.keep() == 0
    duty = Duty.objects.of(line).open().get()
    assert (duty.rule, duty.starts_on) == (services.RULE, begins)
    services.move(
        "reexamine", actor=actor_of(world.police_head), line=line, reason="依据仍然有效，仍须列入"
    )
    assert not Duty.objects.of(line).open().exists()
    line.refresh_from_db()
    again = services.examination_begins(line)
    assert again is not None
    assert again > begins + timedelta(days=300)
    on(again, monkeypatch)
    assert services.keep() == 1


def test_expiry_ends_the_effect_tells_the_department_and_drops_what_was_owed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines.a_listed(
        world, scenes.a_published_entry(world), expires_on=timezone.localdate() + timedelta(380)
    )
    begins = services.examination_begins(line)
    assert begins is not None
    on(begins, monkeypatch)
    services.keep()
    on(line.expires_on + timedelta(days=1), monkeypatch)
    assert services.keep() == 1
    assert services.keep() == 0
    line.refresh_from_db()
    assert line.state == NegativeState.EXPIRED
    assert not Duty.objects.of(line).open().exists()
    told = Notice.objects.filter(kind="catalog.negative_list.expire")
    assert world.police_head in [notice.recipient for notice in told]


def test_many_entries_are_asked_for_with_one_query(
    world: World, django_assert_num_queries: Any
) -> None:
    first = scenes.a_published_entry(world)
    second = scenes.a_published_entry(world, title="户籍登记信息")
    line = lines.a_listed(world, first, ())
    with django_assert_num_queries(1):
        found = queries.barred_of([first, second])
    assert found[first.pk].whole(Bars.OPENING) == line
    assert not found[second.pk]
    whole = CatalogEntry.objects.filter(queries.barred_whole(Bars.OPENING))
    assert list(whole) == [first]


def test_withheld_entries_that_are_not_listed_are_named(world: World) -> None:
    entry = scenes.a_published_entry(
        world, sharing_type=SharingType.WITHHELD, sharing_condition=lines.LAW
    )
    scenes.a_published_entry(world, title="户籍登记信息")
    approver = actor_of(world.approver)
    assert list(queries.not_listed(approver)) == [entry]
    assert not queries.not_listed(actor_of(world.health_head)).exists()
    lines.a_proposal(world, entry, ())
    assert not queries.not_listed(approver).exists()
