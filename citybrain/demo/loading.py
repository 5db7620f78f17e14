"""Loading the demo: people are hired, the story is played, reports compiled in their time among it."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord
from citybrain.audit.services import record
from citybrain.demo.backend_story import BackendStory
from citybrain.demo.cast import hire
from citybrain.demo.catalog_story import OPENING, CatalogStory
from citybrain.demo.content import Content
from citybrain.demo.correction_story import CorrectionStory
from citybrain.demo.demand_story import DemandStory
from citybrain.demo.evaluation_story import EvaluationStory
from citybrain.demo.govern_story import GovernStory
from citybrain.demo.helping_story import HelpingStory
from citybrain.demo.negative_story import NegativeListStory
from citybrain.demo.outside_story import OutsideStory
from citybrain.demo.quality_story import QualityStory
from citybrain.demo.rights_story import RightsStory
from citybrain.demo.sharing_story import SharingStory
from citybrain.demo.story import Story
from citybrain.demo.watching_story import WatchingStory
from citybrain.notices.models import Notice
from citybrain.organizations.actors import system_actor

UNREAD_FOR = timedelta(days=4)


def load(*, until: datetime) -> None:
    """Fills an empty database with the demo, ending at `until`."""
    with connection.cursor() as cursor:
        # A demo that a power cut interrupts is loaded again; waiting for the disk gains nothing.
        cursor.execute("SET synchronous_commit = off")
    content = Content()
    with transaction.atomic():
        record("demo.begun", actor=system_actor())
        cast = hire(content)
    story = Story(content=content, cast=cast, begins=OPENING, ends=until)
    with story.clock.running():
        catalog = CatalogStory(story)
        catalog.plan()
        SharingStory(story, catalog).plan()
        CorrectionStory(story, catalog).plan()
        RightsStory(story).plan()
        NegativeListStory(story, catalog).plan()
        QualityStory(story).plan()
        WatchingStory(story, catalog).plan()
        GovernStory(story, catalog).plan()
        EvaluationStory(story).plan()
        DemandStory(story, catalog).plan()
        OutsideStory(story, catalog).plan()
        HelpingStory(story).plan()
        BackendStory(story, catalog).plan()
        story.play()
        Notice.objects.filter(read_at=None, created_at__lt=until - UNREAD_FOR).update(read_at=until)
        record("demo.loaded", actor=system_actor())
        sealing.seal_all()


def was_interrupted() -> bool:
    """Whether a demo was begun in this database that has not come to its end."""
    begun = AuditRecord.objects.filter(verb="demo.begun")
    return begun.exists() and not AuditRecord.objects.filter(verb="demo.loaded").exists()
