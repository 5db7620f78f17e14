"""What must be there before an entry may be submitted or signed off."""

from django.utils.translation import gettext as _

from catalog.choices import FormatClass, OpenType, Privacy, Secrecy, SharingType
from catalog.legal import names_law_and_article
from catalog.models import CatalogEntry
from catalog.services.revising import under_way
from citybrain.organizations.actors import Actor

STRUCTURED = (FormatClass.SHEET, FormatClass.DATABASE, FormatClass.SERVICE)


def complete(entry: CatalogEntry, actor: Actor) -> list[str]:
    """Reasons why the entry is not complete (SC-13, SC-14 and the compilation guide)."""
    reasons = []
    if entry.format_class in STRUCTURED and not entry.items.exists():
        reasons.append(_("结构化的信息资源须至少编制一个信息项。"))
    terms = [(entry.sharing_type, entry.sharing_condition)]
    for own, condition in entry.items.values_list("sharing_type", "sharing_condition"):
        # What an item does not say of itself, its entry says.
        terms.append((own or entry.sharing_type, condition or entry.sharing_condition))
    if any(kind == SharingType.CONDITIONAL and not condition for kind, condition in terms):
        reasons.append(
            _(
                "有条件共享的，须写明共享条件和使用范围，信息项单独设定的也一样（共享条例第十四条）。"
            )
        )
    if any(
        kind == SharingType.WITHHELD and not names_law_and_article(condition)
        for kind, condition in terms
    ):
        reasons.append(
            _(
                "不予共享的，须列明依据的法律、行政法规或国务院决定及其条款，"
                "例如“《中华人民共和国反恐怖主义法》第四十八条”（共享条例第十四条）。"
            )
        )
    if entry.open_type == OpenType.CONDITIONAL and not entry.open_condition:
        reasons.append(_("有条件开放的，须写明开放条件。"))
    return [*reasons, *_assessed(entry)]


def _assessed(entry: CatalogEntry) -> list[str]:
    """SC-13: secrecy and personal information are assessed before the head signs."""
    reasons = []
    if not entry.secrecy:
        reasons.append(_("须填写保密风险评估的结果（共享条例第十三条）。"))
    if not entry.privacy:
        reasons.append(_("须填写个人信息保护影响评估的结果（共享条例第十三条）。"))
    found = entry.privacy in (Privacy.PERSONAL, Privacy.SENSITIVE)
    if (found or entry.secrecy == Secrecy.CLEARED) and not entry.assessment:
        reasons.append(
            _("涉及个人信息或者经保密审查的，须写明评估结论和保护措施（共享条例第十三条）。")
        )
    return reasons


def not_being_revised(entry: CatalogEntry, actor: Actor) -> list[str]:
    """One revision at a time, and no entry is retired while it is revised."""
    copy = under_way(entry)
    if copy is None:
        return []
    return [_("这一信息资源已有修订稿 %s 在办，请先办结或者作废。") % copy.code]
