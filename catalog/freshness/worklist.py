"""One line on the worklist of those who keep a department's data: what has to be refreshed."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.freshness.queries import due_around
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem


def items(actor: Actor) -> list[WorkItem]:
    """A single line, however many entries are due: the list is a page of its own."""
    scope = actor.scope("compile_entries")
    if not scope or actor.department is None:
        return []
    due = due_around(timezone.localdate()).filter(scope.q())
    count = due.count()
    first = due.first() if count else None
    if first is None:
        return []
    return [
        WorkItem(
            title=_("%d 个信息资源的数据已到或者临近更新期限") % count,
            action=_("更新数据"),
            url=reverse("catalog:updates"),
            department_name=actor.department.short_name,
            since=first.data_updated_at or first.updated_at,
        )
    ]
