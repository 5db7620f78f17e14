"""Background work for developers; what is to be done is in the rows."""

from celery import shared_task
from django.utils import timezone

from sharing.developers import letters
from sharing.models import DeveloperSession


@shared_task(name="sharing.send_letter")
def send_letter(letter_id: int) -> None:
    letters.send(letter_id)


@shared_task(name="sharing.letters")
def send_letters() -> int:
    """Every minute: sends letters that wait, forgets links and sessions that are over."""
    DeveloperSession.objects.filter(ends_at__lt=timezone.now()).delete()
    return letters.send_waiting()
