"""Harvesting again and again: nothing that was edited here is lost, nothing is deleted."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.choices import EntryState, SharingType
from catalog.harvest import reading, tasks
from catalog.harvest.choices import RunState
from catalog.harvest.services import decisions, runs, sources
from catalog.models import CatalogEntry, HarvestedEntry, HarvestRun
from catalog.services import entries
from citybrain.audit.models import AuditRecord
from citybrain.outgoing import Fetched, Limits
from citybrain.refusals import Conflict, Refused
from tests import scenes
from tests.catalog.harvest.portals import Portal, a_source, dataset, harvest, portal
from tests.catalog.test_import_files import text_of
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(settings: LazySettings) -> Iterator[Portal]:
    settings.OUTGOING_NETWORKS = ["127.0.0.1/32"]
    with portal() as made:
        yield made


def counts(run: HarvestRun) -> dict[str, int]:
    found = {name: getattr(run, name) for name in runs.COUNTED}
    return {name: count for name, count in found.items() if count}


def edit(world: World, entry: CatalogEntry, **values: Any) -> None:
    actor = actor_of(world.police_cataloguer)
    entries.change_entry(actor=actor, entry=entry, values=values, items=scenes.ITEMS[:1])


def test_a_new_dataset_becomes_a_draft_that_says_what_is_missing(
    world: World, there: Portal
) -> None:
    there.say(
        dataset(), dataset("roads", title="道路名录", distribution=[{"format": "GeoPackage"}])
    )
    run = harvest(world, a_source(world, there.address))
    assert (run.state, counts(run)) == (RunState.DONE, {"added": 2})
    entry = CatalogEntry.objects.get(title="城市公园名录")
    assert (entry.state, entry.department) == (EntryState.DRAFT, world.police)
    assert (entry.update_cycle, entry.format_type) == ("monthly", "csv")
    assert entry.sharing_type == SharingType.CONDITIONAL
    link = HarvestedEntry.objects.get(entry=entry)
    assert link.page == "https://data.example.cn/parks"
    assert "theme" in link.unchecked
    assert CatalogEntry.objects.get(title="道路名录").format_type == "geopackage"
    # Not before somebody has looked at what was filled in by rule.
    edit(world, entry, secrecy="none", privacy="none")
    scenes.grade_all(entry, world.police_security)
    actor = actor_of(world.police_cataloguer)
    with pytest.raises(Refused, match="已核对"):
        entries.move("submit", actor=actor, entry=entry)
    decisions.checked(actor=actor, link=link)
    assert entries.move("submit", actor=actor, entry=entry).state == EntryState.SIGNING


def test_harvested_again_it_changes_only_what_changed_there_and_not_here(
    world: World, there: Portal
) -> None:
    source = a_source(world, there.address)
    there.say(dataset())
    harvest(world, source)
    assert counts(harvest(world, source)) == {"unchanged": 1}
    entry = CatalogEntry.objects.get()
    edit(world, entry, summary="本单位写的摘要。", theme="11")
    there.say(dataset(accrualPeriodicity="R/P1Y"))
    assert counts(harvest(world, source)) == {"changed": 1}
    entry.refresh_from_db()
    assert (entry.update_cycle, entry.summary, entry.theme) == ("yearly", "本单位写的摘要。", "11")
    assert list(entry.items.values_list("name", flat=True)) == ["登记编号"], "items stay"
    link = HarvestedEntry.objects.get()
    assert link.pending == {}, "what only we have changed is no conflict"


def test_what_both_have_changed_waits_for_a_person(
    world: World, there: Portal, signed_in: Any
) -> None:
    source = a_source(world, there.address)
    there.say(dataset())
    harvest(world, source)
    entry = CatalogEntry.objects.get()
    edit(world, entry, summary="本单位写的摘要。")
    there.say(dataset(title="海口公园名录", description="来源新写的摘要。"))
    assert counts(harvest(world, source)) == {"pending": 1}
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("海口公园名录", "本单位写的摘要。")
    link = HarvestedEntry.objects.get()
    assert link.pending == {"summary": "来源新写的摘要。"}
    client: Client = signed_in(world.police_cataloguer)
    url = reverse("catalog:harvested", args=[link.pk])
    page = client.get(url)
    shown = text_of(page)
    for words in (
        "双方都有修改",
        "本单位写的摘要。",
        "来源新写的摘要。",
        "全市公园的名称、位置和面积。",
    ):
        assert words in shown
    mark = page.context["shown"]
    answer = client.post(url, {"shown": mark})
    assert (answer.status_code, "请为每一项选择" in text_of(answer)) == (422, True)
    # Asked again meanwhile, the source says something else: what was seen is not what is decided.
    there.say(dataset(title="海口公园名录", description="来源又写的摘要。"))
    harvest(world, source)
    answer = client.post(url, {"shown": mark, "summary": "theirs"})
    assert answer.status_code == 409
    assert "来源又写的摘要。" in text_of(answer)
    answer = client.post(url, {"shown": answer.context["shown"], "summary": "ours"}, follow=True)
    assert "已核定" in text_of(answer)
    assert counts(harvest(world, source)) == {"unchanged": 1}, "decided once"
    entry.refresh_from_db()
    assert entry.summary == "本单位写的摘要。"
    # The next change there is asked about again, and may be taken.
    there.say(dataset(title="海口公园名录", description="第三版摘要。"))
    harvest(world, source)
    link.refresh_from_db()
    actor = actor_of(world.police_cataloguer)
    with pytest.raises(Conflict):
        decisions.decide(actor=actor, link=link, take={"summary"}, shown={"summary": "x"})
    decisions.decide(actor=actor, link=link, take={"summary"}, shown=link.pending)
    entry.refresh_from_db()
    assert entry.summary == "第三版摘要。"
    record = AuditRecord.objects.filter(verb="catalog.harvest.decided").latest("id")
    assert record.data == {"taken": ["summary"], "kept": []}


def test_a_published_entry_is_revised_only_when_a_person_says_so(
    world: World, there: Portal
) -> None:
    source = a_source(world, there.address)
    there.say(dataset())
    harvest(world, source)
    entry = CatalogEntry.objects.get()
    edit(world, entry)
    CatalogEntry.objects.update(state=EntryState.SIGNING)
    there.say(dataset(description="来源新写的摘要。"))
    assert counts(harvest(world, source)) == {"pending": 1}
    link = HarvestedEntry.objects.get()
    actor = actor_of(world.police_cataloguer)
    with pytest.raises(Conflict):
        decisions.decide(actor=actor, link=link, take={"summary"}, shown=link.pending)
    CatalogEntry.objects.update(state=EntryState.PUBLISHED)
    assert counts(harvest(world, source)) == {"pending": 1}
    entry.refresh_from_db()
    assert entry.summary == "全市公园的名称、位置和面积。"
    revision = decisions.decide(actor=actor, link=link, take={"summary"}, shown=link.pending)
    assert revision is not None
    assert (revision.revises, revision.summary) == (entry, "来源新写的摘要。")
    entry.refresh_from_db()
    assert entry.summary == "全市公园的名称、位置和面积。"
    assert counts(harvest(world, source)) == {"unchanged": 1}


def test_what_is_gone_there_is_shown_and_kept(world: World, there: Portal, signed_in: Any) -> None:
    source = a_source(world, there.address)
    there.say(dataset(), dataset("roads", title="道路名录"))
    harvest(world, source)
    there.say(dataset())
    assert counts(harvest(world, source)) == {"unchanged": 1, "gone": 1}
    assert CatalogEntry.objects.filter(state=EntryState.DRAFT).count() == 2
    client = signed_in(world.police_cataloguer)
    page = client.get(reverse("catalog:harvest_source", args=[source.pk]), {"show": "gone"})
    assert [link.entry.title for link, _tone in page.context["rows"]] == ["道路名录"]
    entry = CatalogEntry.objects.get(title="道路名录")
    shown = text_of(client.get(reverse("catalog:entry", args=[entry.pk])))
    assert "来源已撤下这一数据集" in shown
    there.say(dataset(), dataset("roads", title="道路名录"))
    harvest(world, source)
    assert not HarvestedEntry.objects.exclude(gone_since=None).exists()
    # A draft that was given up here is not made again.
    entries.move("discard", actor=actor_of(world.police_cataloguer), entry=entry, reason="不编")
    there.say(dataset(), dataset("roads", title="道路名录二"))
    assert counts(harvest(world, source)) == {"unchanged": 2}
    assert CatalogEntry.objects.count() == 2


def test_what_cannot_be_taken_is_named_and_stops_nothing(world: World, there: Portal) -> None:
    scenes.a_draft(world, title="道路名录")
    there.say(
        dataset("roads", title="道路名录"),
        dataset("bad", title="，。"),
        {"title": "没有编号"},
        "不是数据集",  # type: ignore[arg-type]
        dataset("turned", title="\u202e名录"),
        dataset("evil", title="=1+1名录\u200b", description="<script>alert(1)</script>"),
    )
    run = harvest(world, a_source(world, there.address))
    assert counts(run) == {"added": 1, "refused": 3}
    assert "《道路名录》：本单位已有同名的信息资源" in run.problems[0]
    # What turns the text round would turn the sentence round, too.
    assert "《[U+202E]名录》：" in run.problems[2]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>", "不是有效的 JSON"),
        (b"[" * 100_000, "不是有效的 JSON"),
        ({"packages": 1}, "不是 data.json 的格式"),
        (None, "（404）"),
    ],
)
def test_a_source_that_says_nothing_of_use_fails_with_a_sentence(
    world: World, there: Portal, answer: Any, words: str
) -> None:
    there.pages["/data.json"] = answer
    run = harvest(world, a_source(world, there.address))
    assert run.state == RunState.FAILED
    assert words in run.problems[0]
    assert not CatalogEntry.objects.exists()


def test_addresses_inside_are_not_asked(world: World) -> None:
    run = harvest(world, a_source(world, "http://127.0.0.1:8000"))
    assert run.state == RunState.FAILED
    assert "内部网络" in run.problems[0]
    for address in ("file:///etc/passwd", "http://a:b@example.com/", "example.com", "http://"):
        with pytest.raises(ValidationError) as caught:
            a_source(world, address, name=address)
        assert "address" in caught.value.message_dict


def test_pages_of_ckan_are_read_to_the_end_and_no_further(world: World, there: Portal) -> None:
    def page(start: int, rows: int) -> dict[str, Any]:
        made = [
            {"id": f"id{n}", "name": f"n{n}", "title": f"数据集{n}", "notes": "说明",
             "resources": [{"format": "XLSX"}], "frequency": "daily"}
            for n in range(start, start + rows)
        ]  # fmt: skip
        return {"success": True, "result": {"count": 10**9, "results": made}}

    address = "/api/3/action/package_search?rows=100&start="
    there.pages = {f"{address}0": page(0, 100), f"{address}100": page(100, 3)}
    source = a_source(world, there.address, kind="ckan")
    source.address = f"{there.address}/"
    source.save()
    assert counts(harvest(world, source)) == {"added": 103}
    entry = CatalogEntry.objects.get(title="数据集102")
    assert (entry.format_type, entry.update_cycle) == ("xlsx", "daily")
    # A portal that says the same page for ever is left after the second.
    there.pages[f"{address}100"] = page(0, 100)
    there.asked.clear()
    harvest(world, source)
    assert len(there.asked) == 2


def test_a_catalog_of_pages_without_end_is_left_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []

    def get(url: str, *, limits: Limits) -> Fetched:
        given.append(limits.seconds)
        monkeypatch.setattr(reading.time, "monotonic", lambda: began + 61 * len(given))
        following = {"@id": f"https://data.example.cn/{len(given)}"}
        page = {"@id": url, reading.NEXT_PAGES[0]: following}
        return Fetched(url, "application/ld+json", json.dumps(page).encode())

    began = reading.time.monotonic()
    with pytest.raises(reading.Unreadable, match="在 3 分钟内没有读完"):
        reading.read("dcat", "https://data.example.cn/", get)
    assert [round(seconds) for seconds in given] == [90, 90, 58]


def test_a_page_of_more_values_than_memory_should_hold_is_refused() -> None:
    page = [{"@id": "https://data.example.cn/1", f"{reading.DCT}title": ["名"] * 200_000}]

    def get(url: str, *, limits: Limits) -> Fetched:
        return Fetched(url, "application/ld+json", json.dumps(page).encode())

    with pytest.raises(reading.Unreadable, match="超过 200000 项"):
        reading.read("dcat", "https://data.example.cn/", get)


def test_dcat_is_read_without_asking_anybody_for_contexts(world: World, there: Portal) -> None:
    graph: dict[str, Any] = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@graph": [
            {
                "@id": "https://data.example.cn/d/1",
                "@type": "dcat:Dataset",
                "dct:title": [
                    {"@value": "City parks", "@language": "en"},
                    {"@value": "公园名录", "@language": "zh"},
                ],
                "dct:description": "全市公园。",
                "dct:accrualPeriodicity": {
                    "@id": "http://publications.europa.eu/resource/authority/frequency/WEEKLY"
                },
                "dcat:distribution": {
                    "@type": "dcat:Distribution",
                    "dcat:mediaType": {
                        "@id": "https://www.iana.org/assignments/media-types/text/csv"
                    },
                },
            }
        ],
    }
    there.pages["/data.json"] = graph
    source = a_source(world, there.address, kind="dcat")
    assert counts(harvest(world, source)) == {"added": 1}
    entry = CatalogEntry.objects.get()
    assert (entry.title, entry.format_type, entry.update_cycle) == ("公园名录", "csv", "weekly")
    for named in (
        f"{there.address}/context.jsonld",
        [f"{there.address}/context.jsonld"],
        {"x": {"@id": "dct:x", "@context": f"{there.address}/context.jsonld"}},
        {"@import": f"{there.address}/context.jsonld"},
    ):
        there.pages["/data.json"] = {**graph, "@context": named}
        there.asked.clear()
        run = harvest(world, source)
        assert (run.state, there.asked) == (RunState.FAILED, ["/data.json"])
        assert "外部的 JSON-LD 上下文" in run.problems[0]


@pytest.mark.parametrize("word", ["next", "nextPage"])
def test_pages_of_dcat_are_followed_in_the_words_of_both_ages(there: Portal, word: str) -> None:
    """The last page names the first: what goes round is read once."""

    def page(number: int, following: Any) -> dict[str, Any]:
        return {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "hydra": "http://www.w3.org/ns/hydra/core#",
            },
            "@graph": [
                {"@id": f"?page={number}", f"hydra:{word}": following},
                {
                    "@id": f"https://data.example.cn/d/{number}",
                    "@type": "dcat:Dataset",
                    "dct:title": f"公园名录{number}",
                },
            ],
        }

    there.pages = {
        "/catalog.jsonld": page(1, {"@id": "?page=2"}),
        "/catalog.jsonld?page=2": page(2, f"{there.address}/catalog.jsonld?page=3"),
        "/catalog.jsonld?page=3": page(3, {"@id": "/catalog.jsonld"}),
    }
    found = reading.read("dcat", f"{there.address}/catalog.jsonld")
    assert [one.content["title"] for one in found] == [f"公园名录{n}" for n in (1, 2, 3)]
    assert there.asked == list(there.pages)


def test_runs_are_made_when_their_time_has_come_and_by_one_worker(
    world: World, there: Portal
) -> None:
    there.say(dataset())
    source = a_source(world, there.address, schedule="daily")
    off = a_source(world, there.address, name="停用的", schedule="daily", is_active=False)
    assert tasks.harvest() == 1
    assert tasks.harvest() == 0
    run = HarvestRun.objects.get()
    assert (run.source, run.state, run.ordered_by, run.added) == (source, "done", None, 1)
    assert not off.runs.exists()
    HarvestRun.objects.update(ordered_at=timezone.now() - timedelta(hours=23))
    # A worker that died in the middle left a claimed run; it is done again when the claim is old.
    later = HarvestRun.objects.create(source=source, claimed_at=timezone.now())
    assert sources.order_what_is_due() == 0
    runs.run(later.pk)
    later.refresh_from_db()
    assert later.state == RunState.WAITING
    with pytest.raises(Conflict):
        sources.order(actor=actor_of(world.police_cataloguer), source=source)
    HarvestRun.objects.filter(pk=later.pk).update(claimed_at=timezone.now() - timedelta(hours=1))
    tasks.harvest()
    later.refresh_from_db()
    assert (later.state, later.unchanged) == (RunState.DONE, 1)


def test_sources_are_asked_one_after_the_other(
    world: World, there: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is slow must not take every worker from imports, mail and reports."""
    there.say(dataset())
    slow, quick = a_source(world, there.address), a_source(world, there.address, name="另一个")
    asked = HarvestRun.objects.create(source=slow, claimed_at=timezone.now())
    run = harvest(world, quick)
    assert (run.state, there.asked) == (RunState.WAITING, [])
    queued: list[int] = []
    monkeypatch.setattr("catalog.harvest.tasks._queue", queued.append)
    HarvestRun.objects.filter(pk=asked.pk).update(claimed_at=None)
    tasks.harvest_run(asked.pk)
    assert queued == [run.pk]


def test_whoever_is_answerable_must_still_be_allowed(world: World, there: Portal) -> None:
    there.say(dataset())
    source = a_source(world, there.address)
    run = sources.order(actor=actor_of(world.police_cataloguer), source=source)
    world.police_cataloguer.groups.clear()
    runs.run(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "已没有编制目录的权限" in run.problems[0]
