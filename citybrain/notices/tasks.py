"""Background work of the notices app. What is to be done is in the tables; each may run twice."""

from celery import shared_task

from citybrain.notices import services


@shared_task(name="notices.remind")
def remind() -> int:
    """Hourly in office hours: reminds of deadlines, each stage once; what stays late goes up."""
    return services.remind() + services.escalate()


@shared_task(name="notices.deliver")
def deliver() -> int:
    """Every minute: sends what is to be mailed at once; returns the number of mails."""
    return services.deliver_pending().mails


@shared_task(name="notices.digest")
def digest() -> int:
    """Every morning: sends each person one digest; returns the number of mails."""
    return services.deliver_digests().mails
