"""How the demo's withheld entries come onto the negative list, and one is examined again."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from catalog.choices import SharingType
from catalog.legal import LAW_AND_ARTICLE
from catalog.models import NegativeListEntry
from catalog.negative_list import services
from catalog.negative_list.choices import Bars
from catalog.negative_list.rules import years_after
from citybrain.demo.catalog_story import CatalogStory, Chapter
from citybrain.demo.story import Story, at

# How many days before today each is proposed; whose year is over is due for re-examination, and the
# last one waits for the bureau.
DAYS_AGO = (345, 210, 120, 4)
YEARS = 2
WAIT = 20  # working days, for an entry that is not published yet
REASON = "属于所列条款规定的情形，公开或者提供给其他单位使用将影响依法履行职责。"


class NegativeListStory:
    """Plans one line for each withheld entry, as many as there are days in DAYS_AGO."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.withheld = [
            chapter
            for _key, chapter in sorted(catalog.chapters.items())
            if chapter.record["sharing_type"] == SharingType.WITHHELD
        ]

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for chapter, days in zip(self.withheld, DAYS_AGO, strict=False):
            day = today - timedelta(days=days)
            self.story.on(self.story.working_hour(day), partial(self.propose, chapter))
        self.story.on(at(today, 0, 25), services.keep)

    def propose(self, chapter: Chapter) -> None:
        law = LAW_AND_ARTICLE.search(chapter.record.get("sharing_condition", ""))
        if law is None:
            return
        if not chapter.published:
            self.story.after(WAIT, partial(self.propose, chapter))
            return
        today = timezone.localdate(self.story.now)
        line = services.propose(
            actor=self.story.cast.actor(chapter.department, "cataloguer"),
            entry=chapter.entry,
            values={
                "title": chapter.record["title"],
                "bars": Bars.BOTH,
                "basis": law.group(),
                "reason": REASON,
                "effective_on": today,
                "expires_on": years_after(today, YEARS),
            },
            items=[],
        )
        self._move("submit", chapter, line, "cataloguer")
        self.story.after(1, partial(self.sign, chapter, line))

    def sign(self, chapter: Chapter, line: NegativeListEntry) -> None:
        self._move("sign", chapter, line, "sharing_head")
        self.story.after(2, partial(self.accept, line))

    def accept(self, line: NegativeListEntry) -> None:
        services.move("accept", actor=self.story.cast.bureau("bureau_approver"), line=line)

    def _move(self, name: str, chapter: Chapter, line: NegativeListEntry, role: str) -> None:
        actor = self.story.cast.actor(chapter.department, role)
        services.move(name, actor=actor, line=line)
