"""Background work of watching; it may run twice."""

from celery import shared_task

from catalog.watching.telling import tell_watchers


@shared_task(name="catalog.tell_watchers")
def tell_watchers_task() -> int:
    """Every hour of the working day."""
    return tell_watchers()
