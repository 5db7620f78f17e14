"""Where the service of an entry reads from, for the pages of its provider."""

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from sharing.backends.choices import BackendState
from sharing.backends.policies import backend_policy
from sharing.models import ServiceBackend

CURRENT = (BackendState.IN_FORCE, BackendState.PROPOSED)


def current_of(actor: Actor, entry: CatalogEntry) -> list[ServiceBackend]:
    """The backend in force and the one that waits for the bureau, as far as the actor may see."""
    rows = backend_policy.queryset(actor).filter(service__entry=entry, state__in=CURRENT)
    return list(rows.select_related("service").order_by("id"))
