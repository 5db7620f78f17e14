"""The jobs by the names under which the schedule knows them."""

import pytest
from django.conf import settings

from citybrain.celery import app
from citybrain.notices.choices import MailChoice
from citybrain.notices.services import set_preference
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
JOBS = {"notices.remind", "notices.deliver", "notices.digest"}


@pytest.fixture(autouse=True)
def _tasks_are_found() -> None:
    """As a worker does when it starts."""
    app.loader.import_default_modules()


def test_every_job_is_on_the_schedule() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled >= JOBS
    assert set(app.tasks) >= JOBS


def test_the_jobs_do_their_work_and_may_run_twice(world: World, told, outbox) -> None:
    set_preference(actor=actor_of(world.police_head), mail=MailChoice.IMMEDIATE, urgent=[])
    told(world.police_head, world.police_security)
    for job, done in (("notices.deliver", 1), ("notices.digest", 1), ("notices.remind", 0)):
        assert app.tasks[job].delay().get() == done
        assert app.tasks[job].delay().get() == 0
    assert len(outbox) == 2
