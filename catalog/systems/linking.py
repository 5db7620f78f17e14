"""Which registered system an entry's `system_name` names: the words stay, the link follows them."""

from collections.abc import Iterable

from catalog.models import CatalogEntry, InformationSystem
from catalog.rules import title_key
from catalog.systems.choices import SystemState
from citybrain.organizations.models import Department


def link(entries: Iterable[CatalogEntry], department: Department) -> None:
    """Sets `system` of entries of one department in memory; one query, none without names.

    An entry that names no system, or one that is not registered, is linked to none.
    """
    listed = list(entries)
    keys = {title_key(entry.system_name) for entry in listed} - {""}
    known = _ids(department, keys) if keys else {}
    for entry in listed:
        entry.system_id = known.get(title_key(entry.system_name))


def adopt(system: InformationSystem) -> int:
    """Links the department's entries that have named this system before it was registered."""
    unlinked = CatalogEntry.objects.filter(department=system.department_id, system=None)
    names = unlinked.exclude(system_name="").values_list("system_name", flat=True).distinct()
    same = [name for name in names if title_key(name) == system.name_key]
    return unlinked.filter(system_name__in=same).update(system=system) if same else 0


def _ids(department: Department, keys: set[str]) -> dict[str, int]:
    registered = InformationSystem.objects.filter(department=department, name_key__in=keys)
    return dict(registered.exclude(state=SystemState.RETIRED).values_list("name_key", "pk"))
