"""Background work of the sharing app."""

from celery import shared_task

from sharing.services import authorizations


@shared_task(name="sharing.expire")
def expire() -> int:
    """Hourly: expires authorizations whose period is over."""
    return authorizations.expire_due()
