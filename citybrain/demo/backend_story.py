"""A department that would rather answer from its own system, and waits for the bureau (HK-15)."""

from datetime import timedelta

from django.utils import timezone

from citybrain.demo.catalog_story import CatalogStory
from citybrain.demo.story import Story, at
from sharing.backends import services
from sharing.choices import ServiceKind

KEY = "gaj-motor-vehicles"
DAYS_AGO = 2


class BackendStory:
    """Plans one proposal, which nobody of the story confirms: there is no such system."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog

    def plan(self) -> None:
        day = timezone.localdate(self.story.ends) - timedelta(days=DAYS_AGO)
        self.story.on(at(day, 10), self.propose)

    def propose(self) -> None:
        chapter = self.catalog.chapters[KEY]
        if not chapter.published:
            return
        items = list(chapter.entry.items.all())
        services.propose(
            actor=self.story.cast.actor(chapter.department, "cataloguer"),
            entry=chapter.entry,
            values={
                "kind": ServiceKind.UPSTREAM,
                "address": "https://10.46.1.80/vehicles/query",
                "records_path": "data.list",
                "size_parameter": "limit",
                "after_parameter": "offset",
            },
            networks=["10.46.1.0/24"],
            fields={item.name: item.field for item in items},
            filters={item.name: item.field for item in items if item.is_key},
        )
