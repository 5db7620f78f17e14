"""Background work on services in operation."""

from celery import shared_task

from sharing.models import InterfaceService
from sharing.operation import probing, versions


@shared_task(name="sharing.probe")
def probe() -> int:
    """Every five minutes: asks every service whether it answers."""
    return probing.probe_all()


@shared_task(name="sharing.keep_versions")
def keep_versions() -> int:
    """Hourly: begins a new version of every service whose items or masks have changed."""
    services = InterfaceService.objects.filter(enabled=True).select_related("entry")
    return sum(versions.keep(one) is not None for one in services.iterator())
