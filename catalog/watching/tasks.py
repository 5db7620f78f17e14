"""Background work of watching: once a day, and again without harm."""

from celery import shared_task

from catalog.watching import digest


@shared_task(name="catalog.tell_watchers")
def tell_watchers() -> int:
    return digest.tell_watchers()
