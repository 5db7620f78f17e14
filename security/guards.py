"""What security asks for before an entry moves on."""

from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from security.queries import ungraded_items


def every_item_graded(entry: CatalogEntry, actor: Actor) -> list[str]:
    """HK-37: an entry is neither signed off nor published while an item has no grade."""
    missing = ungraded_items(entry)
    if not missing:
        return []
    names = "、".join(item.name for item in missing[:8])
    more = _("等%d项") % len(missing) if len(missing) > 8 else ""
    return [
        _("以下信息项尚未由数据安全员确认分级：%(names)s%(more)s。")
        % {"names": names, "more": more}
    ]
