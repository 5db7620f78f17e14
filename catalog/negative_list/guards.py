"""What the negative list asks for before an entry moves on."""

from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.negative_list.queries import missing_items
from citybrain.organizations.actors import Actor


def listed_items_kept(entry: CatalogEntry, actor: Actor) -> list[str]:
    """A revision neither renames nor takes out what the list names: nothing escapes it that way."""
    if entry.revises_id is None:
        return []
    names = list(entry.items.values_list("name", flat=True))
    return [
        _("信息项“%(name)s”在负面清单（%(number)s）内，修订稿不能改名或删除，请先申请撤销列入。")
        % {"name": name, "number": line.number}
        for name, line in missing_items(entry, names).items()
    ]
