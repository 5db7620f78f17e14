"""How people of the demo follow what others publish, and are told of it in the last days."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

from django.utils import timezone

from catalog.watching import digest, services
from citybrain.demo.catalog_story import CatalogStory
from citybrain.demo.story import Story, at
from citybrain.organizations.actors import Actor

DAYS_AGO = 21  # when they began
TOLD = 7  # the last days on which they are told
PEOPLE = 4
ENTRIES = 3
ROLES = ("cataloguer", "sharing_head")
SEARCHES = ("q=登记", "q=企业&sharing=1")


class WatchingStory:
    """Plans a few watches for people of the first departments, and the mornings of a week."""

    def __init__(self, story: Story, catalog: CatalogStory) -> None:
        self.story = story
        self.catalog = catalog

    def plan(self) -> None:
        today = timezone.localdate(self.story.ends)
        cast = self.story.cast
        departments = [code for code in cast.departments if cast.can_play(code)][: PEOPLE + 1]
        when = self.story.working_hour(today - timedelta(days=DAYS_AGO))
        for code, other in pairwise(departments):
            for role in ROLES:
                self.story.on(when, partial(self.follow, cast.actor(code, role), other))
        for days in range(TOLD):
            self.story.on(at(today - timedelta(days=days), 7, 45), digest.tell_watchers)

    def follow(self, actor: Actor, other: str) -> None:
        department = self.story.cast.departments[other]
        services.follow_department(actor=actor, department_id=department.pk)
        services.follow_theme(actor=actor, theme="01")
        for query in SEARCHES:
            services.save_search(actor=actor, query=query)
        chapters = [one for _key, one in sorted(self.catalog.chapters.items()) if one.published]
        for chapter in chapters[:ENTRIES]:
            services.follow_entry(actor=actor, entry_id=chapter.pk)
