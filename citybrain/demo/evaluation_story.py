"""The reports of the demo: each year's on 5 January, and how the running year stands by yesterday."""

from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from citybrain.demo.catalog_story import OPENING
from citybrain.demo.story import Story, at
from citybrain.organizations.actors import Actor, system_actor
from evaluation.services import reports

FIRST_YEAR = OPENING.year + 1


class EvaluationStory:
    """Plans the compilations, by the calendar and by the evaluator."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for year in range(FIRST_YEAR, today.year):
            self.story.on(at(date(year + 1, 1, 5), 6), partial(self.compile, system_actor(), year))
        yesterday = today - timedelta(days=1)
        if yesterday > date(today.year, 1, 1):
            evaluator = self.story.cast.bureau("bureau_evaluator")
            self.story.on(at(yesterday, 16), partial(self.compile, evaluator, yesterday.year))

    def compile(self, actor: Actor, year: int) -> None:
        report = reports.request(actor=actor, year=year)
        reports.compile_now(report.pk)
