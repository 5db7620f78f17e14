"""Deputies and a plain subject for the tests of notices."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from citybrain import registry
from citybrain.notices.services import tell
from citybrain.organizations.models import Department, Deputyship, User
from citybrain.registry import Subject
from tests.personas import World

SUBJECT_PAGE = "/duties/"


@pytest.fixture(autouse=True)
def _departments_have_a_page() -> Iterator[None]:
    """The tests tell of departments, which lead to a page that everybody may open."""
    subject = Subject("部门", lambda department: SUBJECT_PAGE)
    with registry.subjects.override("organizations.Department", subject):
        yield


@pytest.fixture
def stands_in(db: None) -> Callable[[User, User], Deputyship]:
    """Makes the second person stand in for the first today."""

    def make(principal: User, deputy: User) -> Deputyship:
        today = timezone.localdate()
        return Deputyship.objects.create(
            principal=principal,
            deputy=deputy,
            starts_on=today,
            ends_on=today + timedelta(days=5),
            reason="外出学习",
        )

    return make


@pytest.fixture
def told(world: World) -> Callable[..., None]:
    """Tells people of the police department, about itself."""

    def make(
        *people: User,
        title: str = "居住证登记信息：提交签发",
        kind: str = "catalog.entry.submit",
        body: str = "",
        subject: Department | None = None,
    ) -> None:
        tell(people=people, kind=kind, title=title, body=body, subject=subject or world.police)

    return make


@pytest.fixture
def outbox() -> list[mail.EmailMessage]:
    return mail.outbox
