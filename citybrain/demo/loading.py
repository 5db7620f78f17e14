"""Loading the demo: people are hired, the story is played, the first report is compiled."""

from datetime import datetime, timedelta

from citybrain.audit import sealing
from citybrain.demo.cast import hire
from citybrain.demo.catalog_story import OPENING, CatalogStory
from citybrain.demo.content import Content
from citybrain.demo.sharing_story import SharingStory
from citybrain.demo.story import Story
from citybrain.notices.models import Notice

UNREAD_FOR = timedelta(days=4)


def load(*, until: datetime) -> None:
    """Fills an empty database with the demo, ending at `until`."""
    content = Content()
    cast = hire(content)
    story = Story(content=content, cast=cast, begins=OPENING, ends=until)
    with story.clock.running():
        catalog = CatalogStory(story)
        catalog.plan()
        SharingStory(story, catalog).plan()
        story.play()
        Notice.objects.filter(read_at=None, created_at__lt=until - UNREAD_FOR).update(read_at=until)
        sealing.seal_all()
