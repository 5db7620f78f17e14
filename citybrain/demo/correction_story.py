"""What users of the demo's data find wrong with it, and what the providers do about it (SC-26)."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from citybrain.demo.catalog_story import CatalogStory, Chapter
from citybrain.demo.story import Story
from citybrain.organizations.actors import Actor
from sharing.choices import AuthorizationState
from sharing.corrections.choices import CorrectionState, Finding
from sharing.corrections.reported import Reported
from sharing.corrections.scope import scope_of_grant
from sharing.corrections.services import reporting, verifying
from sharing.corrections.services.verifying import Found
from sharing.gateway.records import shaped
from sharing.models import Authorization, CorrectionRequest, HostedRow

FIRST_DAY = date(2025, 1, 22)
A_MONTH = 2
WRONG_ROWS = 3
RIGHT = "经核对原始档案，登记无误。"


class CorrectionStory:
    """Plans reports of what is wrong, and follows each to its answer."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog

    def plan(self) -> None:
        last = timezone.localdate(self.story.ends)
        day = FIRST_DAY
        while day < last:
            for _number in range(A_MONTH):
                self._sometime(day, 29)
            day += timedelta(days=30)
        for days_ago in (9, 6, 5):
            self._sometime(last - timedelta(days=days_ago), 2)

    def _sometime(self, day: date, within: int) -> None:
        moment = self.story.working_hour(day + timedelta(days=self.story.random.randint(0, within)))
        self.story.on(moment, self.report)

    def report(self) -> None:
        """Somebody who uses an entry finds something wrong with it."""
        rng = self.story.random
        record = rng.choice(self.story.content.reasons["corrections"])
        chapter = self.catalog.chapters.get(record["entry"])
        if chapter is None or not chapter.published:
            return
        grants = Authorization.objects.filter(
            entry_id=chapter.pk, state=AuthorizationState.ACTIVE, items__item__name=record["item"]
        )
        grant = grants.select_related("consumer", "entry").order_by("number").last()
        if grant is None:
            return
        lines = self._lines(grant, record["item"])
        correction = reporting.report(
            actor=self._actor(grant.consumer.code),
            entry=chapter.entry,
            items=[record["item"]],
            problem=record["request"],
            lines=lines,
            grant=grant.pk,
        )
        wait = rng.randint(11, 14) if rng.random() < 0.12 else rng.randint(1, 9)
        self.story.after(wait, partial(self._answer, correction.pk, chapter, record["outcome"]))

    def _lines(self, grant: Authorization, name: str) -> list[Reported]:
        """Rows whose value is said to be that of another row; none where rows cannot be named."""
        scope = scope_of_grant(grant)
        if scope.dataset_id is None or not scope.whole_key or name in scope.keys:
            return []
        rows = list(HostedRow.objects.filter(dataset=scope.dataset_id).order_by("number")[:60])
        picked = self.story.random.sample(rows, min(WRONG_ROWS, len(rows)))
        found = []
        for number, row in enumerate(picked, 1):
            value = row.values.get(name, "")
            others = [one for each in rows if (one := each.values.get(name)) not in ("", value)]
            if others:
                other = self.story.random.choice(others)
                key = {one: row.values[one] for one in scope.keys}
                seen = shaped(value, scope.items[name])
                found.append(Reported(number, key, "", name, seen, other))
        return found

    def _answer(self, pk: int, chapter: Chapter, outcome: str) -> None:
        correction = CorrectionRequest.objects.select_related("entry").get(pk=pk)
        if correction.state != CorrectionState.OPEN:
            return
        actor, lines = self._actor(chapter.department), list(correction.lines.all())
        given: dict[str, Any] = {"actor": actor, "correction": correction}
        upheld = "无误" in outcome or "不作更正" in outcome
        if lines:
            found = {line.number: Found(Finding.CONFIRMED, value=line.expected) for line in lines}
            found[lines[-1].number] = Found(Finding.UPHELD, RIGHT)
            if upheld:
                found = {line.number: Found(Finding.UPHELD, RIGHT) for line in lines}
            verifying.verify(**given, found=found)
            upheld = upheld or len(lines) == 1
            if not upheld:
                verifying.correct_rows(**given)
        corrected = "correct_partly" if lines else "correct"
        verifying.answer(**given, name="uphold" if upheld else corrected, text=outcome)

    def _actor(self, department: str) -> Actor:
        return self.story.cast.actor(department, "cataloguer")
