"""What the basket plugs into the kernel: its menu item, and the way into it from the search."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.organizations.actors import Actor
from citybrain.registry import MenuItem, RowAct


def put_chosen(actor: Actor) -> RowAct | None:
    if actor.department is None or not actor.may("apply_sharing", actor.department_id):
        return None
    return RowAct(_("加入选用清单"), reverse("sharing:basket_put"), "plus")


registry.row_acts.add("catalog.search", put_chosen)
registry.menu.add(
    "basket",
    MenuItem(
        "basket",
        _("数据共享"),
        _("选用清单"),
        "sharing:basket",
        "list-check",
        permissions=("apply_sharing",),
    ),
)
