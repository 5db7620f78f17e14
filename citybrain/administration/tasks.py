"""Background work of the administration."""

from celery import shared_task

from citybrain.administration.services import succession


@shared_task(name="administration.take_leftovers")
def take_leftovers() -> int:
    """Daily: hands over what is still with merged departments. Safe to run twice or late."""
    return succession.take_leftovers()
