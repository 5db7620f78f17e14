"""The demo's hosted data is checked as it comes, and from time to time since."""

from datetime import timedelta

from django.utils import timezone

from catalog.models import QualityCheck
from catalog.quality import services
from citybrain.demo.story import Story, at

# How many days before today the worker looks; the daily checks between them add nothing to see.
DAYS_AGO = (120, 45, 10)


class QualityStory:
    """Plans the worker's checks."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        for days in DAYS_AGO:
            self.story.on(at(today - timedelta(days=days), 2, 10), self.work)
        self.story.on(self.story.ends, self.work)

    def work(self) -> None:
        services.schedule()
        for pk in QualityCheck.objects.filter(state="waiting").values_list("pk", flat=True):
            services.run(pk)
