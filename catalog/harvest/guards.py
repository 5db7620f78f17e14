"""What harvesting says to the moves of entries."""

from django.utils.translation import gettext as _

from catalog.elements import label_of
from catalog.models import CatalogEntry, HarvestedEntry
from citybrain.organizations.actors import Actor


def looked_at(entry: CatalogEntry, actor: Actor) -> list[str]:
    """What was filled in by rule is not submitted before somebody has looked at it."""
    link = HarvestedEntry.objects.filter(entry=entry).exclude(unchecked=[]).first()
    if link is None:
        return []
    names = "、".join(str(label_of(name)) for name in link.unchecked)
    return [
        _("采集时来源没有提供“%s”，现为按规则填写的值，请核对修改后在“采集来源”中点“已核对”。")
        % names
    ]
