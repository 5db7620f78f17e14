"""Background work of the audit app."""

from celery import shared_task

from citybrain.audit import sealing


@shared_task(name="audit.seal")
def seal() -> int:
    """Every minute: seals what has been committed. Safe to run twice or late."""
    return sealing.seal_all()
