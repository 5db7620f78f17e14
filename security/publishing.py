"""Which rows may go to the public: those of items that are graded low and are about nobody."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.choices import Grade
from catalog.models import CatalogEntry, DataItem
from catalog.opendata.policies import is_free
from citybrain.organizations.actors import Actor
from security.choices import PERSONAL
from security.queries import in_force

PUBLIC_GRADES = (Grade.GENERAL_1, Grade.GENERAL_2)
NAMED = 8


def unfit_items() -> QuerySet[DataItem]:
    """Items that are open but not fit for it: ungraded, graded higher, or about people."""
    fit = in_force().filter(item=OuterRef("pk"), grade__in=PUBLIC_GRADES)
    return DataItem.objects.filter(is_free(), ~Exists(fit.exclude(category__in=PERSONAL)))


def rows_are_public(entry: CatalogEntry, actor: Actor) -> list[str]:
    """HK-37: rows are published when every item that is open is graded general 1 or 2 and not personal."""
    names = list(unfit_items().filter(entry=entry).values_list("name", flat=True)[: NAMED + 1])
    if not names:
        return []
    more = _("等") if len(names) > NAMED else ""
    return [
        _(
            "以下信息项未分级、高于一般数据2级或者属于个人信息，数据不向社会公布：%(names)s%(more)s。"
        )
        % {"names": "、".join(names[:NAMED]), "more": more}
    ]


def rows_public() -> Q:
    """The same as a condition on entries."""
    return Q(~Exists(unfit_items().filter(entry=OuterRef("pk"))))
