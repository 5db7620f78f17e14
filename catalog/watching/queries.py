"""Where what is followed is to be seen."""

from django.urls import reverse

from catalog.models import Watch
from catalog.watching.choices import WatchKind


def address_of(watch: Watch) -> str:
    """Where what is followed is to be seen; "" when it is nowhere any more."""
    search = reverse("catalog:search")
    match watch.kind:
        case WatchKind.ENTRY:
            published = watch.entry is not None and watch.entry.is_published
            return reverse("catalog:entry", args=[watch.entry_id]) if published else ""
        case WatchKind.DEPARTMENT:
            return f"{search}?department={watch.department_id}"
        case WatchKind.THEME:
            return f"{search}?theme={watch.theme}"
    return f"{search}?{watch.query}"
