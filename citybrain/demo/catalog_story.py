"""How the demo's entries come into the catalog, are refreshed, and wait at every step today."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from django.utils import timezone

from catalog.choices import CYCLE_DAYS, LEAST_DAYS
from catalog.models import CatalogEntry
from catalog.services import content, entries
from citybrain.demo.rows import csv_of
from citybrain.demo.story import Story, at
from security.services.grading import Decision, confirm_grades
from sharing.services import hosting

OPENING = date(2024, 12, 2)
PRINTED = ("hk-gaj", "hk-mzj")  # whose accounts `make run` prints
# These are left on their way, so that the worklists of the printed accounts have something on them,
# and of the other departments' entries as many as there are steps here.
AWAITED = {
    "gaj-drug-rehabilitation": "signing",
    "mzj-disability-subsidies": "signing",
    "mzj-place-names": "returned",
}
UNFINISHED = ("draft", "graded", "reviewing", "reviewing")


@dataclass
class Chapter:
    """One entry of the content and what has become of it."""

    record: dict[str, Any]
    pk: int = 0
    published: bool = False
    hosted: bool = False
    _kept: CatalogEntry | None = None

    @property
    def as_published(self) -> CatalogEntry:
        """The entry as it was when this was first asked for: enough to refresh its data."""
        if self._kept is None:
            self._kept = self.entry
        return self._kept

    @property
    def department(self) -> str:
        return str(self.record["department"])

    @property
    def entry(self) -> CatalogEntry:
        return CatalogEntry.objects.select_related("department").get(pk=self.pk)


class CatalogStory:
    """Plans the life of every entry."""

    def __init__(self, story: Story) -> None:
        self.story = story
        playable = [
            record
            for record in story.content.entries
            if story.cast.can_play(str(record["department"]))
        ]
        rng = story.random
        hosted = [record for record in playable if record.get("hosted")]
        others = [record for record in playable if not record.get("hosted")]
        rng.shuffle(others)
        free = [record["key"] for record in others if record["department"] not in PRINTED]
        self.unfinished = dict(zip(free, UNFINISHED, strict=False)) | AWAITED
        self.chapters = {record["key"]: Chapter(record) for record in [*hosted, *others]}

    def plan(self) -> None:
        rng = self.story.random
        today = timezone.localdate(self.story.ends)
        for key, chapter in self.chapters.items():
            if key in self.unfinished:
                begin = today - timedelta(days=rng.randint(3, 9))
            elif chapter.record.get("hosted") or rng.random() < 0.55:
                begin = OPENING + timedelta(days=rng.randint(0, 24))
            else:
                begin = date(2025, 1, 6) + timedelta(days=rng.randint(0, 590))
            begin = max(begin, chapter.record.get("not_before") or begin)
            self.story.on(self.story.working_hour(begin), partial(self.compile, chapter))

    # --- the steps of one entry -----------------------------------------------------------------
    def compile(self, chapter: Chapter) -> None:
        record = chapter.record
        items = [
            {name: value for name, value in item.items() if name in content.ITEM_FIELDS}
            for item in record["items"]
        ]
        entry = entries.compile_entry(
            actor=self.story.cast.actor(chapter.department, "cataloguer"),
            department=self.story.cast.departments[chapter.department],
            values=record,
            items=items,
        )
        chapter.pk = entry.pk
        if self.unfinished.get(record["key"]) != "draft":
            self.story.after(self.story.random.choice((0, 1)), partial(self.grade, chapter))

    def grade(self, chapter: Chapter) -> None:
        expected = {item["name"]: item for item in chapter.record["items"]}
        entry = chapter.entry
        confirm_grades(
            actor=self.story.cast.actor(chapter.department, "security_officer"),
            entry=entry,
            decisions={
                item.pk: Decision(
                    expected[item.name]["grade"],
                    expected[item.name]["category"],
                    "经核对数据内容和共享范围后确定",
                )
                for item in entry.items.all()
            },
        )
        if self.unfinished.get(chapter.record["key"]) != "graded":
            self.story.after(0, partial(self.submit, chapter))

    def submit(self, chapter: Chapter) -> None:
        self._move("submit", chapter, "cataloguer")
        if self.unfinished.get(chapter.record["key"]) == "signing":
            return
        rng = self.story.random
        if self.unfinished.get(chapter.record["key"]) == "returned":
            self.story.after(1, partial(self.send_back, chapter))
        else:
            self.story.after(
                rng.choices((0, 1, 2, 3), (3, 5, 2, 1))[0], partial(self.sign, chapter)
            )

    def send_back(self, chapter: Chapter) -> None:
        reason = self.story.random.choice(self.story.content.reasons["entry_return_reasons"])
        self._move("send_back", chapter, "sharing_head", reason)

    def sign(self, chapter: Chapter) -> None:
        self._move("sign", chapter, "sharing_head")
        if self.unfinished.get(chapter.record["key"]) == "reviewing":
            return
        rng = self.story.random
        if rng.random() < 0.1:
            self.story.after(1, partial(self.reject, chapter))
        else:
            self.story.after(
                rng.choices((0, 1, 2, 3), (2, 5, 3, 1))[0], partial(self.publish, chapter)
            )

    def reject(self, chapter: Chapter) -> None:
        reason = self.story.random.choice(self.story.content.reasons["entry_return_reasons"])
        entries.move(
            "reject",
            actor=self.story.cast.bureau("bureau_approver"),
            entry=chapter.entry,
            reason=reason,
        )
        self.story.after(2, partial(self.resubmit, chapter))

    def resubmit(self, chapter: Chapter) -> None:
        self._move("submit", chapter, "cataloguer")
        self.story.after(1, partial(self.sign, chapter))

    def publish(self, chapter: Chapter) -> None:
        entries.move(
            "publish", actor=self.story.cast.bureau("bureau_approver"), entry=chapter.entry
        )
        chapter.published = True
        if chapter.record.get("hosted"):
            self.story.after(self.story.random.randint(1, 6), partial(self.host, chapter))
        elif self.story.random.random() < 0.8:
            self.story.after(self.story.random.randint(2, 30), partial(self.refresh, chapter))

    def _move(self, name: str, chapter: Chapter, role: str, reason: str = "") -> None:
        entry = chapter.entry
        actor = self.story.cast.actor(chapter.department, role)
        entries.move(name, actor=actor, entry=entry, reason=reason)

    # --- data -----------------------------------------------------------------------------------
    def host(self, chapter: Chapter) -> None:
        """The first rows: from the entry's file, or made to fit its items."""
        entry = chapter.entry
        name = chapter.record.get("hosted")
        if name:
            content = self.story.content.hosted_path(name).read_bytes()
        else:
            name = f"{entry.title}.csv"
            content = csv_of(chapter.record["items"], self.story.random)
        upload = hosting.check_upload(entry=entry, file=BytesIO(content), file_name=name)
        actor = self.story.cast.actor(chapter.department, "cataloguer")
        hosting.host(actor=actor, entry=entry, upload=upload)
        chapter.hosted = True
        self._plan_refresh(chapter)

    def refresh(self, chapter: Chapter) -> None:
        entries.data_updated(
            actor=self.story.cast.actor(chapter.department, "cataloguer"),
            entry=chapter.as_published,
            rows=self.story.random.randint(80, 9000),
            note="业务系统按周期推送",
        )
        self._plan_refresh(chapter)

    def _plan_refresh(self, chapter: Chapter) -> None:
        """The next refresh: mostly within the cycle, now and then forgotten for a while."""
        days = CYCLE_DAYS[chapter.record["update_cycle"]]
        if days is None:
            return
        rng = self.story.random
        days = max(days, LEAST_DAYS)
        late = rng.random() < 0.012
        gap = rng.randint(2 * days + 8, 3 * days + 20) if late else rng.randint(days - 2, days)
        day = timezone.localdate(self.story.now) + timedelta(days=gap)
        self.story.on(at(day, 9, rng.randint(0, 480)), partial(self.refresh, chapter))
