"""What security asks for before an entry moves on."""

from django.utils.translation import gettext as _

from catalog.choices import Privacy
from catalog.models import CatalogEntry, Project
from catalog.projects.gaps import resources_of
from citybrain.organizations.actors import Actor
from security.choices import PERSONAL, SENSITIVE
from security.queries import in_force, ungraded_in, ungraded_items

NAMED = 8
# Which categories of items an assessment with this result says are not there.
PASSED_OVER: dict[str, frozenset[str]] = {
    Privacy.NONE: PERSONAL,
    Privacy.PERSONAL: frozenset(SENSITIVE),
}


def every_item_graded(entry: CatalogEntry, actor: Actor) -> list[str]:
    """HK-37: an entry is neither signed off nor published while an item has no grade."""
    missing = ungraded_items(entry)
    if not missing:
        return []
    names = "、".join(item.name for item in missing[:8])
    more = _("等%d项") % len(missing) if len(missing) > 8 else ""
    return [
        _(
            "以下信息项尚未由数据安全员确认分级：%(names)s%(more)s。"
            "已在本单位数据安全员的待办中，确认后再办理。"
        )
        % {"names": names, "more": more}
    ]


def assessed_as_graded(entry: CatalogEntry, actor: Actor) -> list[str]:
    """SC-13: the assessment of personal information is not milder than the grades of the items."""
    passed_over = PASSED_OVER.get(entry.privacy)
    if passed_over is None:
        return []
    found = in_force().filter(item__entry=entry, category__in=passed_over)
    names = list(found.order_by("item__position").values_list("item__name", flat=True))
    if not names:
        return []
    return [
        _("个人信息保护影响评估为“%(result)s”，与下列信息项的分类不符，请重新评估：%(names)s。")
        % {"result": entry.get_privacy_display(), "names": "、".join(names[:8])}
    ]


def every_resource_graded(project: Project, actor: Actor) -> list[str]:
    """HK-14: a project is accepted when every item of its systems' data has a confirmed grade."""
    entries = {entry.pk: entry for entry in resources_of(project)}
    missing: dict[int, int] = {}
    for item in ungraded_in(entries.values()):
        missing[item.entry_id] = missing.get(item.entry_id, 0) + 1
    return [
        _("%(entry)s有 %(count)d 个信息项尚未由数据安全员确认分级。")
        % {"entry": entries[pk], "count": count}
        for pk, count in list(missing.items())[:NAMED]
    ]
