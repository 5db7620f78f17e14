"""What must be there before an entry may be submitted or signed off."""

from django.utils.translation import gettext as _

from catalog.choices import FormatClass, SharingType
from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor

STRUCTURED = (FormatClass.SHEET, FormatClass.DATABASE, FormatClass.SERVICE)


def complete(entry: CatalogEntry, actor: Actor) -> list[str]:
    """Reasons why the entry is not complete (SC-13, SC-14 and the compilation guide)."""
    reasons = []
    if entry.format_class in STRUCTURED and not entry.items.exists():
        reasons.append(_("结构化的信息资源须至少编制一个信息项。"))
    if entry.sharing_type == SharingType.CONDITIONAL and not entry.sharing_condition:
        reasons.append(_("有条件共享的，须写明共享条件和使用范围（条例第十四条）。"))
    if entry.sharing_type == SharingType.WITHHELD and not entry.sharing_condition:
        reasons.append(_("不予共享的，须列明依据的法律、行政法规或国务院决定（条例第十四条）。"))
    return reasons
