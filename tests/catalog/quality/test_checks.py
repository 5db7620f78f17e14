"""The quality of hosted data is checked by rules that follow from the catalog (HK-11)."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import CatalogEntry, CheckResult, QualityCheck
from catalog.quality import engine, queries, services
from catalog.quality.choices import LOW, MOST_ROWS_KEPT, CheckState, Occasion
from catalog.quality.rules import Rule, rules_of
from catalog.values import check_value
from citybrain import claims
from citybrain.audit.models import AuditRecord
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from sharing.models import HostedDataset
from tests import scenes
from tests.catalog.quality import data
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_every_upload_is_checked_by_rules_that_nobody_configured(world: World) -> None:
    entry = data.a_hosted_entry(world)
    waiting = QualityCheck.objects.get()
    assert (waiting.occasion, waiting.state) == (Occasion.UPLOAD, CheckState.WAITING)
    (check,) = data.run_waiting()
    assert (check.state, check.dataset, check.rows) == (CheckState.DONE, 1, 4)
    found = data.results(check)
    assert found["checker|公民身份号码"].row_numbers == [2]
    assert found["codes|市辖区代码"].row_numbers == [3]
    assert found["key|登记编号"].failed == 0
    assert found["required|姓名"].score == 100
    assert found["filled|注销日期"].row_numbers == []
    assert found["filled|注销日期"].failed == 2
    # Two of four are there, of the four fifths that should be.
    assert found["filled|注销日期"].score == Decimal("62.5")
    assert found["age"].failed == 0
    assert set(check.scores) == {"completeness", "validity", "uniqueness", "timeliness"}
    assert queries.scores_at(timezone.localdate()) == {entry.pk: check.score}
    assert queries.scores_at(timezone.localdate() - timedelta(days=1)) == {}


def test_what_is_called_as_a_standard_is_judged_by_its_check_digit(world: World) -> None:
    """Nobody has to say that an item follows the standard; its codes may be others, though."""
    items = [{**one, "standard": None} for one in data.ITEMS]
    entry = scenes.a_published_entry(world, items=items)
    data.host(world, entry, data.ROWS)
    (check,) = data.run_waiting()
    found = data.results(check)
    assert found["checker|公民身份号码"].row_numbers == [2]
    assert "codes|市辖区代码" not in found


def test_no_value_of_a_row_is_kept(world: World) -> None:
    data.a_checked_entry(world)
    kept = json.dumps(
        [list(CheckResult.objects.values()), list(QualityCheck.objects.values())], default=str
    )
    for row in data.ROWS:
        assert row[1] not in kept
        assert not row[2] or row[2] not in kept


def test_new_rows_during_a_check_are_checked_after_it(world: World) -> None:
    entry = data.a_hosted_entry(world)
    first = QualityCheck.objects.get()
    assert claims.take(QualityCheck.objects.filter(pk=first.pk))
    data.host(world, entry, [data.GOOD])
    assert QualityCheck.objects.filter(state=CheckState.WAITING).count() == 2
    data.host(world, entry, [data.GOOD])
    assert QualityCheck.objects.filter(state=CheckState.WAITING).count() == 2


def test_a_check_is_made_once_and_a_killed_worker_only_delays_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.a_hosted_entry(world)
    check = QualityCheck.objects.get()
    monkeypatch.setattr(engine, "run", _killed)
    with pytest.raises(KeyboardInterrupt):
        services.run(check.pk)
    monkeypatch.undo()
    services.run(check.pk)  # still in the dead worker's hands
    assert QualityCheck.objects.get().state == CheckState.WAITING
    QualityCheck.objects.update(claimed_at=timezone.now() - claims.CLAIM * 2)
    assert [one.pk for one in services.waiting()] == [check.pk]
    services.run(check.pk)
    assert QualityCheck.objects.get().state == CheckState.DONE
    count = CheckResult.objects.count()
    services.run(check.pk)
    assert CheckResult.objects.count() == count


def _killed(*args: Any, **kwargs: Any) -> None:
    raise KeyboardInterrupt


def test_the_schedule_asks_once_a_day_and_looks_only_at_the_age_of_the_same_rows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = data.a_checked_entry(world)
    assert services.schedule() == 0
    HostedDataset.objects.update(uploaded_at=timezone.now() - timedelta(days=62))
    QualityCheck.objects.update(requested_at=timezone.now() - timedelta(days=2))
    assert services.schedule() == 1
    assert services.schedule() == 0
    monkeypatch.setattr(services, "_look", _killed)
    (check,) = data.run_waiting()
    found = data.results(check)
    # Twice the cycle of 31 days: nothing is left of the score.
    assert found["age"].score == 0
    assert found["checker|公民身份号码"].row_numbers == [2]
    first, second = queries.history_of(entry)
    assert second.score is not None
    assert first.score is not None
    assert second.score < first.score
    assert not CheckResult.objects.filter(run=first).exists()
    assert queries.chart_of([first, second]).rows()


def test_the_provider_is_told_once_of_a_result_that_is_bad(world: World) -> None:
    rows = [[f"DJ{n}", "陈琼生", "460199198502020024", "999999", "", ""] for n in range(3)]
    entry = data.a_hosted_entry(world, rows)
    HostedDataset.objects.update(uploaded_at=timezone.now() - timedelta(days=70))
    (check,) = data.run_waiting()
    assert check.score is not None
    assert check.score < LOW
    told = Notice.objects.filter(kind="catalog.quality.bad")
    assert [notice.recipient for notice in told] == [world.police_cataloguer]
    services.request(entry=entry, occasion=Occasion.PERSON)
    data.run_waiting()
    assert told.count() == 1


def test_a_cataloguer_adds_rules_and_switches_them_off_on_record(world: World) -> None:
    entry = data.a_checked_entry(world)
    actor = actor_of(world.police_cataloguer)
    services.add_rule(
        actor=actor, entry=entry, kind="order", items=["登记日期", "注销日期"], params={}
    )
    services.add_rule(actor=actor, entry=entry, kind="unique", items=["公民身份号码"], params={})
    services.add_rule(
        actor=actor,
        entry=entry,
        kind="range",
        items=["市辖区代码"],
        params={"low": "460106", "high": ""},
    )
    services.add_rule(
        actor=actor, entry=entry, kind="together", items=["公民身份号码", "注销日期"], params={}
    )
    services.switch_rule(actor=actor, entry=entry, key="checker|公民身份号码", enabled=False)
    (check,) = data.run_waiting()
    found = data.results(check)
    assert found["order|登记日期|注销日期"].row_numbers == [3]
    assert found["unique|公民身份号码"].row_numbers == [3]
    assert found["range|市辖区代码|high=|low=460106"].row_numbers == [1]
    assert found["together|公民身份号码|注销日期"].row_numbers == [2]
    assert "checker|公民身份号码" not in found
    verbs = AuditRecord.objects.filter(verb__startswith="catalog.quality.")
    assert verbs.count() == 5
    services.switch_rule(actor=actor, entry=entry, key="checker|公民身份号码", enabled=True)
    with pytest.raises(Conflict):
        services.switch_rule(actor=actor, entry=entry, key="checker|公民身份号码", enabled=True)
    with pytest.raises(PermissionDenied):
        services.switch_rule(
            actor=actor_of(world.health_cataloguer), entry=entry, key="age", enabled=False
        )
    assert all(rule.enabled for rule in rules_of(entry))


BAD: list[tuple[str, list[str], dict[str, str], str]] = [
    ("required", ["姓名"], {}, "kind"),
    ("order", ["登记日期"], {}, "second"),
    ("order", ["登记日期", "登记日期"], {}, "second"),
    ("unique", ["没有的项"], {}, "first"),
    ("checker", ["姓名"], {"checker": "nothing"}, "checker"),
    ("range", ["姓名"], {"low": "", "high": ""}, "low"),
    ("range", ["姓名"], {"low": "很多", "high": ""}, "low"),
    ("range", ["姓名"], {"low": "2", "high": "1"}, "high"),
]


@pytest.mark.parametrize(("kind", "items", "params", "field"), BAD)
def test_a_bad_rule_is_refused_at_its_field(
    world: World, kind: str, items: list[str], params: dict[str, str], field: str
) -> None:
    entry = data.a_hosted_entry(world)
    with pytest.raises(ValidationError) as caught:
        services.add_rule(
            actor=actor_of(world.police_cataloguer),
            entry=entry,
            kind=kind,
            items=items,
            params=params,
        )
    assert field in caught.value.message_dict


def test_later_checks_do_not_change_what_a_day_had(world: World) -> None:
    entry = data.a_checked_entry(world)
    day = timezone.localdate() - timedelta(days=3)
    QualityCheck.objects.update(finished_at=timezone.now() - timedelta(days=5))
    before = queries.scores_at(day)
    data.host(world, entry, [data.GOOD])
    data.run_waiting()
    assert queries.scores_at(day) == before
    assert queries.scores_at(timezone.localdate()) != before


def test_findings_are_kept_up_to_a_limit_and_rows_are_read_once() -> None:
    seen: list[int] = []

    def rows() -> Any:
        for number in range(1, 3_001):
            seen.append(number)
            yield {"编号": f"{number % 1_500}", "号码": "460199198502020024"}

    rules = [
        Rule("unique", ("编号",), {}, added=True),
        Rule("checker", ("号码",), {"checker": "resident_id"}),
    ]
    tallies, count = engine.run(rules, rows(), codes={}, age=0, advance=lambda number: None)
    assert count == len(seen) == 3_000
    unique, checker = tallies
    assert (unique.failed, len(unique.rows), unique.rows[0]) == (1_500, MOST_ROWS_KEPT, 1_501)
    assert (checker.failed, len(checker.rows)) == (3_000, MOST_ROWS_KEPT)
    assert unique.score == 50


@pytest.mark.parametrize(
    ("one", "other", "is_right"),
    [
        ("9", "10", True),
        ("10", "9", False),
        ("2025-01-31", "2025-02-01", True),
        ("20250201", "2025-01-31", False),
        ("2025-01-31 08:00:00", "2025-01-31 07:00", False),
        ("甲", "乙", False),
    ],
)
def test_order_is_that_of_numbers_days_and_then_of_texts(
    one: str, other: str, is_right: bool
) -> None:
    assert engine.not_after(one, other) is is_right


def test_a_check_of_an_entry_without_rows_is_refused_or_fails(world: World) -> None:
    entry = data.a_hosted_entry(world)
    entry.refresh_from_db()
    actor = actor_of(world.police_cataloguer)
    with pytest.raises(Conflict, match="在等待"):
        services.ask(actor=actor, entry=entry)
    from sharing.models import InterfaceService

    InterfaceService.objects.update(enabled=False)
    (check,) = data.run_waiting()
    assert check.state == CheckState.FAILED
    with pytest.raises(Conflict, match="没有托管"):
        services.ask(actor=actor, entry=entry)
    assert queries.last_of(entry) is None


def test_the_queries_of_a_check_do_not_grow_with_items_or_rows(world: World) -> None:
    data.a_hosted_entry(world)
    first = QualityCheck.objects.get()
    with CaptureQueriesContext(connection) as few:
        services.run(first.pk)
    entry = CatalogEntry.objects.get()
    rows = [[f"DJ{number}", *data.GOOD[1:]] for number in range(300)]
    data.host(world, entry, rows)
    second = QualityCheck.objects.latest("pk")
    with CaptureQueriesContext(connection) as many:
        services.run(second.pk)
    assert len(many) <= len(few) + 2


def test_types_are_judged_as_when_the_rows_were_brought(world: World) -> None:
    entry = data.a_hosted_entry(world)
    item = entry.items.get(name="登记日期")
    assert check_value("2025-02-30", item)
    assert not check_value("2025-02-28", item)
